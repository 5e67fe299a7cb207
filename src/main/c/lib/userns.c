/* User namespaces and network namespaces that belong to them. A thread of a process with many can neither make nor enter a user namespace:
   a short-lived process does, which shares memory and descriptors with this one, while the calling thread waits. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netlink.h"

#define STACK_BYTES (64u << 10)
/* No signal at its end: who waits for others does not come upon it. */
#define SHARING (CLONE_VM | CLONE_VFORK | CLONE_FILES)

/* What is to be made, and what comes of it. */
struct making {
    int userns; /* whose the network namespace is; -1: a new one's */
    bool alone; /* no network namespace is made */
    const char *uids;
    const char *gids;
    char *stack; /* of the process within */
    int made;    /* out: descriptors */
    int netns;
    int failure; /* out: errno */
    const char *step;
};

static int
failed(struct making *making, const char *step)
{
    making->failure = errno;
    making->step = step;
    return 1;
}

/* The process within: its namespaces end with it, unless somebody has them open. */
static int
within(void *argument)
{
    struct making *making = argument;

    if (making->userns >= 0 && setns(making->userns, CLONE_NEWUSER) < 0)
        return failed(making, "enter the user namespace");
    if (making->userns >= 0 && unshare(CLONE_NEWNET) < 0)
        return failed(making, "make a network namespace");
    if (making->userns < 0) {
        making->made = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
        if (making->made < 0)
            return failed(making, "open the user namespace");
    }
    if (making->alone)
        return 0;
    making->netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (making->netns < 0)
        return failed(making, "open the network namespace");
    return 0;
}

static int
write_map(struct making *making, int pid, const char *kind, const char *map)
{
    char path[48];
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, kind);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, map, strlen(map)) < 0)
        failed(making, kind);
    if (fd >= 0)
        close(fd);
    return making->failure;
}

static void
await(int pid)
{
    siginfo_t info;

    while (waitid(P_PID, (id_t)pid, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
}

/* The limits of who makes a user namespace bound all of its processes together, beside those of each. Where the host does not let us lift
   them, ours are those of all containers. */
static void
lift_limits(void)
{
    static const unsigned resources[] = { RLIMIT_MEMLOCK, RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE };
    const struct rlimit unbounded = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };

    for (size_t i = 0; i < sizeof(resources) / sizeof(*resources); i++) {
        struct rlimit limit;

        if (prlimit(0, resources[i], &unbounded, NULL) == 0 || prlimit(0, resources[i], NULL, &limit) < 0)
            continue;
        limit.rlim_cur = limit.rlim_max;
        prlimit(0, resources[i], &limit, NULL);
    }
}

/* Its limits are its own. The maps are those of a process, and that it has ended does not matter to the kernel as long as nobody has waited
   for it. */
static int
outside(void *argument)
{
    struct making *making = argument;
    int namespaces = making->userns >= 0 ? 0 : making->alone ? CLONE_NEWUSER : CLONE_NEWUSER | CLONE_NEWNET;
    int pid;

    lift_limits();
    pid = clone(within, making->stack + STACK_BYTES, SHARING | namespaces, making);
    if (pid < 0)
        return failed(making, "clone a process with a user namespace");
    if (making->userns < 0 && making->failure == 0 && write_map(making, pid, "uid_map", making->uids) == 0)
        write_map(making, pid, "gid_map", making->gids);
    await(pid);
    return 0;
}

static int
make(struct making *making, struct berth_error *err)
{
    char *stacks = mmap(NULL, 2 * STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    sigset_t all, before;
    int pid, code;

    if (stacks == MAP_FAILED)
        return berth_error_set(err, errno, "stacks for a user namespace");
    making->stack = stacks + STACK_BYTES;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid = clone(outside, stacks + STACK_BYTES, SHARING, making);
    code = errno;
    if (pid > 0)
        await(pid);
    /* Entering a namespace changes who one is, after which the kernel has the memory's owner dump no core. */
    if (making->userns >= 0)
        prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    munmap(stacks, 2 * STACK_BYTES);
    if (pid < 0)
        return berth_error_set(err, code, "clone a process for a user namespace");
    return making->failure ? berth_error_set(err, making->failure, "user namespace: %s", making->step) : 0;
}

int
berth_netns_create_within(int userns, const char *uids, const char *gids, int *made, int *netlink, struct berth_error *err)
{
    struct making making = { .userns = userns, .uids = uids, .gids = gids, .made = -1, .netns = -1 };
    int result = make(&making, err);

    if (result == 0)
        result = settle_netns(making.netns, netlink, err);
    if (result < 0) {
        if (making.made >= 0)
            close(making.made);
        if (making.netns >= 0)
            close(making.netns);
        return result;
    }
    *made = making.made;
    return making.netns;
}

int
berth_userns_create(const char *uids, const char *gids, struct berth_error *err)
{
    struct making making = { .userns = -1, .alone = true, .uids = uids, .gids = gids, .made = -1, .netns = -1 };
    int result = make(&making, err);

    if (result < 0 && making.made >= 0)
        close(making.made);
    return result < 0 ? result : making.made;
}
