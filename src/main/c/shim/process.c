#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "child.h"
#include "shim.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#define CLONE_NEWPID_FLAG 0x20000000

/* Both ends of what the process is given, until they are handed over. */
struct stdio {
    int mine[3];
    int theirs[3];
};

static void
close_stdio(struct stdio *stdio)
{
    for (int i = 0; i < 3; i++) {
        if (stdio->mine[i] > 2)
            close(stdio->mine[i]);
        if (stdio->theirs[i] > 2)
            close(stdio->theirs[i]);
        stdio->mine[i] = stdio->theirs[i] = -1;
    }
}

/* Pipes for the standard streams; our ends do not block. Descriptor 0 is /dev/null, as the engine has set it up. */
static int
open_stdio(struct stdio *stdio, const struct plan *plan, struct fault *fault)
{
    for (int i = 0; i < 3; i++) {
        int ends[2];
        int mine = i == 0 ? 1 : 0;

        stdio->mine[i] = -1;
        stdio->theirs[i] = 0;
        if (plan->tty || (i == 0 && !plan->stdin_open))
            continue;
        if (pipe2(ends, O_CLOEXEC) < 0)
            return fault_set(fault, errno, "make pipes");
        stdio->mine[i] = ends[mine];
        stdio->theirs[i] = ends[!mine];
        if (fcntl(ends[mine], F_SETFL, O_NONBLOCK) < 0)
            return fault_set(fault, errno, "set up pipes");
    }
    return 0;
}

static void
take_streams(struct process *process, const struct plan *plan, struct stdio *stdio, int master)
{
    process->tty = plan->tty;
    process->input.fd = process->output[0].fd = process->output[1].fd = -1;
    if (plan->tty) {
        struct winsize size = { .ws_row = plan->rows, .ws_col = plan->columns };

        fcntl(master, F_SETFL, O_NONBLOCK);
        if (plan->rows && plan->columns)
            ioctl(master, TIOCSWINSZ, &size);
        process->output[0].fd = master;
        /* A second descriptor of the pty, so that each direction is a source of its own. */
        process->input.fd = fcntl(master, F_DUPFD_CLOEXEC, 3);
        return;
    }
    process->input.fd = steal_fd(&stdio->mine[0]);
    process->output[0].fd = steal_fd(&stdio->mine[1]);
    process->output[1].fd = steal_fd(&stdio->mine[2]);
}

/* Where this process' children are born: an exec in the container's, an init below our own, whatever was chosen before. */
static int
choose_pid_namespace(bool exec, struct fault *fault)
{
    cleanup_close int own = exec ? -1 : open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);

    if (!exec && own < 0)
        return fault_set(fault, errno, "open our pid namespace");
    if (syscall(SYS_setns, exec ? shim.init.exit.fd : own, CLONE_NEWPID_FLAG) < 0)
        return fault_set(fault, errno, exec ? "join the container's pid namespace" : "return to our pid namespace");
    return 0;
}

int
process_choose_own_namespace(void)
{
    struct fault fault = { 0 };

    return choose_pid_namespace(false, &fault);
}

int
process_start(struct process *process, const struct plan *plan, bool exec, struct fault *fault)
{
    struct stdio stdio;
    int sync[2];
    int master = -1;
    int result = open_stdio(&stdio, plan, fault);

    memset(process, 0, sizeof(*process));
    process->exit.fd = process->input.fd = process->output[0].fd = process->output[1].fd = process->held_mounts = -1;
    if (result == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sync) < 0)
        result = fault_set(fault, errno, "make a socket pair");
    if (result < 0) {
        close_stdio(&stdio);
        return result;
    }
    if (result == 0)
        result = choose_pid_namespace(exec, fault);
    process->started_at = now_realtime();
    if (result == 0)
        result = process_launch(process, plan, exec, stdio.theirs, sync, &master, fault);
    close(sync[0]);
    if (sync[1] >= 0)
        close(sync[1]);
    if (result == 0) {
        take_streams(process, plan, &stdio, master);
        process->started = true;
    } else if (master >= 0) {
        close(master);
    }
    close_stdio(&stdio);
    return result;
}

int
process_signal(const struct process *process, int signal_number)
{
    if (process->exit.fd < 0 || process->exited)
        return -ESRCH;
    return syscall(SYS_pidfd_send_signal, process->exit.fd, signal_number, NULL, 0) < 0 ? -errno : 0;
}

/* An exec leads a process group of its own (setsid); its number is not given to another before it is collected. */
void
process_kill_group(const struct process *process)
{
    if (process->exit.fd >= 0 && !process->exited && process->pid > 1)
        (void)kill(-process->pid, SIGKILL);
    (void)process_signal(process, SIGKILL);
}

int
process_resize(struct process *process, uint16_t rows, uint16_t columns)
{
    struct winsize size = { .ws_row = rows, .ws_col = columns };

    if (!process->tty)
        return 0; /* without a terminal there is nothing to resize, which is no failure for clients that always ask */
    if (process->input.fd < 0)
        return -ESRCH;
    return ioctl(process->input.fd, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

void
process_collect(struct process *process)
{
    siginfo_t info = { 0 };
    int result;

    do {
        result = waitid((idtype_t)P_PIDFD, (id_t)process->exit.fd, &info, WEXITED);
    } while (result < 0 && errno == EINTR);
    process->exited = true;
    process->finished_at = now_realtime();
    process->code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    process->grace_ends = now_monotonic_ms() + 2000;
}

ssize_t
process_write(struct process *process, const uint8_t *bytes, size_t length)
{
    ssize_t n;

    if (process->input.fd < 0)
        return (ssize_t)length;
    n = write(process->input.fd, bytes, length);
    if (n >= 0)
        return n;
    if (errno == EAGAIN || errno == EINTR)
        return 0;
    process_close_input(process); /* EPIPE, EIO: nobody reads any more */
    return (ssize_t)length;
}

void
process_close_input(struct process *process)
{
    if (process->input.fd >= 0)
        unwatch_and_close(&process->input);
}

void
process_let_mounts_go(struct process *process)
{
    if (process->held_mounts >= 0)
        close(process->held_mounts);
    process->held_mounts = -1;
}

void
process_close_output(struct process *process)
{
    for (int i = 0; i < STREAMS; i++)
        if (process->output[i].fd >= 0)
            unwatch_and_close(&process->output[i]);
}

bool
process_output_over(const struct process *process)
{
    return (process->output[0].fd < 0 && process->output[1].fd < 0) || (process->exited && now_monotonic_ms() >= process->grace_ends);
}
