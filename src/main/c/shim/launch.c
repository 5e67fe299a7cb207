/* How a process comes to be: the clone, and what it tells until its program runs. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "shim.h"

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

/* Where children are born. */
static int
join_for_children(const struct plan *plan, bool *joins, struct fault *fault)
{
    for (int i = 0; i < plan->join_count; i++) {
        if (plan->joins[i].type != CLONE_NEWPID)
            continue;
        *joins = true;
        if (syscall(SYS_setns, plan->joins[i].fd, CLONE_NEWPID) < 0)
            return fault_set(fault, errno, "join the pid namespace");
    }
    if (plan->user_ns >= 0 && syscall(SYS_setns, plan->user_ns, CLONE_NEWUSER) < 0)
        return fault_set(fault, errno, "join the user namespace");
    return 0;
}

pid_t
clone_process(const struct plan *plan, uint64_t how, int *pidfd, struct fault *fault)
{
    struct clone_args args = {
        .flags = (plan->user_ns < 0 ? plan->namespaces : plan->namespaces & ~MADE_BY_INNER_ROOT) | CLONE_PIDFD | how,
        .pidfd = (uint64_t)(uintptr_t)pidfd,
        .exit_signal = how & CLONE_PARENT ? 0 : SIGCHLD, /* with it, the signal is that of who clones */
    };
    cleanup_close int cgroup = -1;
    bool joins = false;
    int result;
    long pid;

    if (plan->cgroup_into) {
        cgroup = open(plan->cgroup_into, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (cgroup < 0)
            return fault_set(fault, errno, "open cgroup `%s`", plan->cgroup_into);
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint32_t)cgroup;
    }
    result = join_for_children(plan, &joins, fault);
    if (result < 0)
        return result;
    pid = syscall(SYS_clone3, &args, sizeof(args));
    if (pid < 0 && errno == ENOMEM && joins) /* pid_namespaces(7): no process can be made where the first one has ended */
        return fault_set(fault, ESRCH, "join the pid namespace of a container that has ended");
    return pid < 0 ? fault_set(fault, errno, "clone a process with namespaces %#llx", (unsigned long long)plan->namespaces) : (pid_t)pid;
}

static int
write_number(const char *path, long number, struct fault *fault)
{
    char text[24];
    int length = snprintf(text, sizeof(text), "%ld", number);
    cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write(fd, text, (size_t)length) < 0)
        return fault_set(fault, errno, "write %s to `%s`", text, path);
    return 0;
}

/* A child that has given up already has none: its report says why. */
static void
hold_mounts(struct process *process)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/ns/mnt", process->pid);
    process->held_mounts = open(path, O_RDONLY | O_CLOEXEC);
}

/* While the child mounts. */
static int
place(const struct plan *plan, pid_t pid, int sync, struct fault *fault)
{
    if (plan->has_oom_score) {
        char path[64];
        int result;

        snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", pid);
        result = write_number(path, plan->oom_score, fault);
        if (result < 0)
            return result;
    }
    /* EPIPE: the child has given up; its report says why. */
    if (send(sync, "g", 1, MSG_NOSIGNAL) < 0 && errno != EPIPE)
        return fault_set(fault, errno, "tell the process to go on");
    return 0;
}

/* One report of the child, and the descriptor that came with it. Returns its kind, 0 at the end of the socket, or -errno. */
static int
next_report(int sync, struct child_report *report, int *fd)
{
    struct iovec part = { .iov_base = report, .iov_len = sizeof(*report) };
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
    struct cmsghdr *header;
    ssize_t n;

    /* ECONNRESET: the child has ended without reading that it may go. That is told once, and before what it has sent. */
    do {
        n = recvmsg(sync, &message, MSG_CMSG_CLOEXEC);
    } while (n < 0 && (errno == EINTR || errno == ECONNRESET));
    if (n < 0)
        return -errno;
    if (n != sizeof(*report))
        return 0;
    header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_type == SCM_RIGHTS)
        memcpy(fd, CMSG_DATA(header), sizeof(int));
    return report->kind;
}

/* Until the program runs or could not be run; *MASTER is the pty when the plan asks for one, *MOUNTS the number of mounts of its own. */
static int
await_program(int sync, int *master, uint64_t *mounts, struct fault *fault)
{
    struct child_report report;
    bool executes = false;

    for (;;) {
        int kind = next_report(sync, &report, master);

        if (kind == CHILD_EXECS) {
            executes = true;
        } else if (kind == CHILD_MOUNTS) {
            *mounts = report.mounts;
        } else if (kind == CHILD_FAULT) {
            *fault = report.fault;
            return fault->code ? -fault->code : -EINVAL;
        } else if (kind == 0) {
            return executes ? 0 : fault_set(fault, ECHILD, "the process ended before it ran its program");
        } else if (kind < 0) {
            return fault_set(fault, -kind, "hear from the process");
        }
    }
}

static struct child
child_of(const struct plan *plan, const int stdio[3], int sync, bool exec)
{
    return (struct child){
        .plan = plan,
        .init = shim.init.exit.fd,
        .sync = sync,
        .stdio = { stdio[0], stdio[1], stdio[2] },
        .root = -1,
        .mask_folder = -1,
        .null_device = -1,
        .profile = -1,
        .tools = -1,
        .namespaces = -1,
        .device_folder = -1,
        .is_exec = exec,
        .has_user_ns = exec ? shim.plan.user_ns >= 0 : plan->user_ns >= 0,
    };
}

static struct source forerunner = { .fd = -1 };

/* It has ended, or is about to. */
static void
collect_forerunner(struct source *source, uint32_t events)
{
    siginfo_t info;

    (void)events;
    while (waitid((idtype_t)P_PIDFD, (id_t)source->fd, &info, WEXITED) < 0 && errno == EINTR)
        ;
    unwatch_and_close(source);
}

/* Has a forerunner make the process. Returns its pid, and its pidfd in *PIDFD. Nobody waits for the forerunner: its mounts, and so its end,
   take longer than it does. */
static pid_t
clone_by_forerunner(struct child *child, int sync[2], int *pidfd, struct fault *fault)
{
    static const struct plan plain = { .namespaces = CLONE_NEWNS, .user_ns = -1 };
    struct child_report report;
    pid_t pid;
    int kind;

    if (forerunner.fd >= 0)
        collect_forerunner(&forerunner, 0);
    pid = clone_process(&plain, 0, &forerunner.fd, fault);
    if (pid < 0)
        return pid;
    if (pid == 0) {
        close(sync[0]);
        forerunner_main(child);
    }
    forerunner.ready = collect_forerunner;
    watch(&forerunner, EPOLLIN);
    close(sync[1]);
    sync[1] = -1;
    kind = next_report(sync[0], &report, pidfd);
    if (kind == CHILD_BORN && *pidfd >= 0)
        return report.pid;
    if (kind == CHILD_FAULT) {
        *fault = report.fault;
        return fault->code ? -fault->code : -EINVAL;
    }
    return fault_set(fault, kind < 0 ? -kind : ECHILD, "the process ended before it made the container's first one");
}

static pid_t
make_process(struct child *child, int sync[2], int *pidfd, struct fault *fault)
{
    pid_t pid;

    if (child->has_user_ns && !child->is_exec)
        return clone_by_forerunner(child, sync, pidfd, fault);
    pid = clone_process(child->plan, 0, pidfd, fault);
    if (pid == 0) {
        close(sync[0]);
        child_main(child);
    }
    if (pid > 0) {
        close(sync[1]);
        sync[1] = -1;
    }
    return pid;
}

int
process_launch(struct process *process, const struct plan *plan, bool exec, const int stdio[3], int sync[2], int *master, struct fault *fault)
{
    struct child child = child_of(plan, stdio, sync[1], exec);
    int pidfd = -1;
    pid_t pid = make_process(&child, sync, &pidfd, fault);
    int result = pid < 0 ? pid : 0;

    if (result == 0) {
        process->pid = pid;
        process->exit.fd = pidfd;
        if (!exec)
            hold_mounts(process);
        result = place(plan, pid, sync[0], fault);
        if (result == 0)
            result = await_program(sync[0], master, &process->mounts, fault);
        if (result < 0) {
            process_signal(process, SIGKILL);
            process_collect(process);
            process_let_mounts_go(process);
            close(pidfd);
            process->exit.fd = -1;
        }
    }
    return result;
}
