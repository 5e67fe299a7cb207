#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define STACK_BYTES (64u << 10)
#define PLAN_FD 3
#define FIRST_FD 4
#define MAX_FDS (1 << 17) /* both families of every port, and more than processes may have elsewhere */

int
berth_abi_version(void)
{
    return BERTH_ABI_VERSION;
}

int
berth_seal_executable(const char *path, struct berth_error *err)
{
    cleanup_close int from = open(path, O_RDONLY | O_CLOEXEC);
    cleanup_close int to = -1;
    struct stat st;

    if (from < 0 || fstat(from, &st) < 0)
        return berth_error_set(err, errno, "open `%s`", path);
    to = memfd_create("berth-shim", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (to < 0)
        return berth_error_set(err, errno, "memfd_create");
    for (off_t done = 0; done < st.st_size;) {
        ssize_t n = sendfile(to, from, NULL, (size_t)(st.st_size - done));

        if (n <= 0)
            return berth_error_set(err, n < 0 ? errno : EIO, "copy `%s`", path);
        done += n;
    }
    if (fchmod(to, 0500) < 0 || fcntl(to, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
        return berth_error_set(err, errno, "seal the copy of `%s`", path);
    return steal_fd(&to);
}

/* What the child needs, prepared by the parent: it may call only what is safe after a clone of a threaded process. */
struct launch {
    int shim;
    int null;
    int count;
    int *fds; /* the plan, then the caller's; each above every number that they are moved to */
    int failure;
};

static int
move_descriptors(const struct launch *launch)
{
    for (int i = 0; i < 3; i++)
        if (dup2(launch->null, i) < 0)
            return errno;
    for (int i = 0; i < launch->count; i++)
        if (dup2(launch->fds[i], PLAN_FD + i) < 0)
            return errno;
    return 0;
}

static int
child(void *argument)
{
    struct launch *launch = argument;
    static char *const argv[] = { (char *)"berth-shim", NULL };
    static char *const env[] = { NULL };
    struct sigaction ordinary = { .sa_handler = SIG_DFL };
    int shim = PLAN_FD + launch->count;

    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP)
            sigaction(i, &ordinary, NULL);
    setsid();
    launch->failure = move_descriptors(launch);
    if (launch->failure == 0 && dup3(launch->shim, shim, O_CLOEXEC) < 0)
        launch->failure = errno;
    if (launch->failure == 0) {
        sigset_t none;

        syscall(SYS_close_range, (unsigned)shim + 1, ~0u, 0u);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        syscall(SYS_execveat, shim, "", argv, env, AT_EMPTY_PATH);
        launch->failure = errno;
    }
    _exit(127);
}

/* Descriptors that the child will move to low numbers must not lie among those numbers. */
static int
lift(struct launch *launch, int plan, const int *fds, struct berth_error *err)
{
    int above = PLAN_FD + launch->count + 1;

    for (int i = 0; i < launch->count; i++) {
        launch->fds[i] = fcntl(i == 0 ? plan : fds[i - 1], F_DUPFD_CLOEXEC, above);
        if (launch->fds[i] < 0) {
            int code = errno;

            while (i-- > 0)
                close(launch->fds[i]);
            return berth_error_set(err, code, "descriptor %d for the shim", i);
        }
    }
    return 0;
}

static int
plan_file(const uint8_t *plan, size_t length, struct berth_error *err)
{
    cleanup_close int fd = memfd_create("berth-plan", MFD_CLOEXEC);

    if (fd < 0)
        return berth_error_set(err, errno, "memfd_create");
    for (size_t done = 0; done < length;) {
        ssize_t n = write(fd, plan + done, length - done);

        if (n < 0)
            return berth_error_set(err, errno, "write the plan");
        done += (size_t)n;
    }
    return steal_fd(&fd);
}

/* CLONE_VM: nothing of a large Java heap's page tables is copied. CLONE_VFORK: the stack is ours again when clone returns. */
static int
clone_shim(struct launch *launch, int *pidfd, struct berth_error *err)
{
    sigset_t all, before;
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    int pid, code;

    if (stack == MAP_FAILED)
        return berth_error_set(err, errno, "stack for the shim");
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid = clone(child, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, launch, pidfd);
    code = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stack, STACK_BYTES);
    if (pid < 0)
        return berth_error_set(err, code, "clone the shim");
    if (launch->failure) {
        berth_reap(*pidfd, NULL);
        close(*pidfd);
        return berth_error_set(err, launch->failure, "execute the shim");
    }
    return pid;
}

int
berth_spawn_shim(int shim, const uint8_t *plan, size_t length, const int *fds, int count, int *pidfd, struct berth_error *err)
{
    int *lifted;
    struct launch launch = { .count = count + 1 };
    cleanup_close int plan_fd = -1;
    cleanup_close int null = -1;
    cleanup_close int shim_fd = -1;
    int result;

    if (count < 0 || count > MAX_FDS)
        return berth_error_set(err, EINVAL, "%d descriptors for the shim", count);
    plan_fd = plan_file(plan, length, err);
    if (plan_fd < 0)
        return plan_fd;
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return berth_error_set(err, errno, "open `/dev/null`");
    shim_fd = fcntl(shim, F_DUPFD_CLOEXEC, PLAN_FD + launch.count + 1);
    if (shim_fd < 0)
        return berth_error_set(err, errno, "descriptor of the shim");
    launch.null = null;
    launch.shim = shim_fd;
    lifted = calloc((size_t)launch.count, sizeof(*lifted));
    if (lifted == NULL)
        return berth_error_set(err, ENOMEM, "%d descriptors for the shim", count);
    launch.fds = lifted;
    result = lift(&launch, plan_fd, fds, err);
    if (result == 0) {
        result = clone_shim(&launch, pidfd, err);
        for (int i = 0; i < launch.count; i++)
            close(lifted[i]);
    }
    free(lifted);
    return result;
}

int
berth_listen_unix(const char *path, int mode, struct berth_error *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    cleanup_close int fd = -1;

    if (strlen(path) >= sizeof(address.sun_path))
        return berth_error_set(err, ENAMETOOLONG, "socket path `%s` is longer than 107 bytes", path);
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return berth_error_set(err, errno, "socket");
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return berth_error_set(err, errno, "bind `%s`", path);
    if (chmod(path, (mode_t)mode) < 0 || listen(fd, 128) < 0) {
        int code = errno;

        unlink(path);
        return berth_error_set(err, code, "listen on `%s`", path);
    }
    return steal_fd(&fd);
}
