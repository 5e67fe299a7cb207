/* How the first process of a container comes into a user namespace: a forerunner with the rights of the host takes what only they can
   reach, enters the namespace, and makes the first process there, in namespaces that belong to it. */
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

/* Pipes belong to whom they were made by; the program must be able to open them by their names in /proc. */
static int
give_streams(struct child *child, struct fault *fault)
{
    for (int i = 0; i < 3; i++) {
        struct stat st;

        if (fstat(child->stdio[i], &st) < 0)
            return fault_set(fault, errno, "stat stream %d", i);
        if (S_ISFIFO(st.st_mode) && fchown(child->stdio[i], child->plan->user_uid, (gid_t)-1) < 0)
            return fault_set(fault, errno, "give stream %d to user %u", i, child->plan->user_uid);
    }
    return 0;
}

int
prepare_for_user_ns(struct child *child, struct fault *fault)
{
    int result = raise_limits(child, fault);

    return result < 0 ? result : give_streams(child, fault);
}

int
become_inner_root(struct fault *fault)
{
    if (syscall(SYS_setgroups, (size_t)0, NULL) < 0)
        return fault_set(fault, errno, "leave the host's groups");
    if (syscall(SYS_setresgid, 0, 0, 0) < 0 || syscall(SYS_setresuid, 0, 0, 0) < 0)
        return fault_set(fault, errno, "become root of the user namespace");
    /* A change of credentials may have made us dumpable again. */
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? fault_set(fault, errno, "stay non-dumpable") : 0;
}

int
make_later_namespaces(const struct plan *plan, struct fault *fault)
{
    if ((plan->namespaces & MADE_BY_INNER_ROOT) && unshare((int)(plan->namespaces & MADE_BY_INNER_ROOT)) < 0)
        return fault_set(fault, errno, "make namespaces within the user namespace");
    return 0;
}

static int
tell_birth(struct child *child, pid_t pid, int pidfd, struct fault *fault)
{
    struct child_report report = { .kind = CHILD_BORN, .pid = pid };

    return report_with(child, &report, pidfd) < 0 ? fault_set(fault, errno, "tell of the first process") : 0;
}

static int
run(struct child *child, struct fault *fault)
{
    int pidfd = -1;
    int result = take_sources(child, fault);
    pid_t pid;

    if (result == 0)
        result = prepare_for_user_ns(child, fault);
    if (result < 0)
        return result;
    pid = clone_process(child->plan, CLONE_PARENT, &pidfd, fault);
    if (pid == 0)
        child_main(child);
    return pid < 0 ? pid : tell_birth(child, pid, pidfd, fault);
}

void
forerunner_main(struct child *child)
{
    struct child_report report = { .kind = CHILD_FAULT };

    umask(0); /* modes of what the plan makes are given whole */
    if (run(child, &report.fault) == 0)
        _exit(0);
    (void)!send(child->sync, &report, sizeof(report), MSG_NOSIGNAL);
    _exit(1);
}
