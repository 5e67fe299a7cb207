#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "root.h"

#define EXIT_NOT_STARTED 127
/* The pid namespace is joined before the clone: it counts for children only. So is the user namespace by who makes the first process. */
#define CONTAINER_NAMESPACES (CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

int
await_go(struct child *child, struct fault *fault)
{
    char go;
    ssize_t n;

    if (child->may_go)
        return 0;
    do {
        n = recv(child->sync, &go, sizeof(go), 0);
    } while (n < 0 && errno == EINTR);
    if (n != sizeof(go))
        return fault_set(fault, n < 0 ? errno : ECANCELED, "wait for the shim");
    child->may_go = true;
    return 0;
}

static int
join_namespaces(const struct plan *plan, struct fault *fault)
{
    for (int i = 0; i < plan->join_count; i++) {
        const struct plan_join *join = &plan->joins[i];

        if (join->type != CLONE_NEWPID && join->type != CLONE_NEWUSER && setns(join->fd, (int)join->type) < 0)
            return fault_set(fault, errno, "join namespace %#llx", (unsigned long long)join->type);
    }
    return 0;
}

/* A lone thread that moves itself spares the kernel the lock over all thread groups, and with it the wait for a grace period
   (kernel/cgroup/cgroup.c, cgroup_procs_write_start); moved by another process, or whole by cgroup.procs, it would not. */
static int
join_cgroups(const struct plan *plan, struct fault *fault)
{
    for (int i = 0; i < plan->cgroups; i++) {
        cleanup_close int tasks = open(plan->cgroup_tasks[i], O_WRONLY | O_CLOEXEC);

        if (tasks < 0 || write(tasks, "0", 1) < 0) {
            int result = fault_set(fault, errno, "join cgroup `%s`", plan->cgroup_tasks[i]);

            fault->op = OP_CGROUP_TASKS;
            return result;
        }
    }
    return 0;
}

static int
enter_cgroup_namespace(struct fault *fault)
{
    return unshare(CLONE_NEWCGROUP) < 0 ? fault_set(fault, errno, "unshare the cgroup namespace") : 0;
}

/* getcwd tells "(unreachable)" for a folder outside the root: WORKDIR /proc/self/fd/N must not lead there (CVE-2024-21626). */
static int
change_folder(struct reader *in, struct fault *fault)
{
    const char *path = read_string(in);
    char now[4096];

    if (chdir(path) < 0)
        return fault_set(fault, errno, "chdir to `%s`", path);
    if (syscall(SYS_getcwd, now, sizeof(now)) < 0 || now[0] != '/')
        return fault_set(fault, ENOENT, "working directory `%s` is outside of the container", path);
    return 0;
}

static int
set_names(uint16_t code, struct reader *in, struct fault *fault)
{
    const char *name = read_string(in);
    int result = code == OP_HOSTNAME ? sethostname(name, strlen(name)) : setdomainname(name, strlen(name));

    return result < 0 ? fault_set(fault, errno, "set the name `%s`", name) : 0;
}

static int
run_process_op(struct child *child, struct op *op, struct fault *fault)
{
    switch (op->code) {
    case OP_RLIMIT:
        return set_limit(&op->payload, fault);
    case OP_KEYRING:
        return own_keyring(fault);
    case OP_BOUNDING:
        return keep_bounding(&op->payload, fault);
    case OP_USER:
        return become_user(child, &op->payload, fault);
    case OP_CAPS:
        return set_capabilities(&op->payload, fault);
    case OP_NO_NEW_PRIVS:
        return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? fault_set(fault, errno, "no_new_privs") : 0;
    case OP_SECCOMP:
        return load_seccomp(&op->payload, fault);
    case OP_APPARMOR:
        return set_profile(child, &op->payload, fault);
    case OP_CWD:
        return change_folder(&op->payload, fault);
    case OP_EXEC: {
        int result = await_go(child, fault);

        return result < 0 ? result : execute(child, &op->payload, fault);
    }
    default: /* a setting of part A: done before this process was made */
        return 0;
    }
}

static bool
needs_root(uint16_t code)
{
    return (code >= OP_MOUNT_FS && code <= OP_PIVOT) || code == OP_SYSCTL || code == OP_MKDIR || code == OP_CONSOLE;
}

static int
run_op(struct child *child, struct op *op, struct fault *fault)
{
    if (needs_root(op->code) && child->root < 0)
        return fault_set(fault, EINVAL, "operation before there is a root");
    switch (op->code) {
    case OP_ROOT_OVERLAY:
        return root_overlay(child, &op->payload, fault);
    case OP_ROOT_BIND:
        return root_bind(child, &op->payload, fault);
    case OP_MOUNT_FS:
        return mount_fs(child, &op->payload, fault);
    case OP_MOUNT_BIND:
        return mount_bind(child, &op->payload, fault);
    case OP_DEVICE:
        return make_device(child, &op->payload, fault);
    case OP_SYMLINK:
        return make_symlink(child, &op->payload, fault);
    case OP_MASK:
        return mask_path(child, &op->payload, fault);
    case OP_READONLY:
        return readonly_path(child, &op->payload, fault);
    case OP_ROOT_READONLY:
        return root_readonly(child, fault);
    case OP_PIVOT:
        return pivot(child, fault);
    case OP_HOSTNAME:
    case OP_DOMAINNAME:
        return set_names(op->code, &op->payload, fault);
    case OP_SYSCTL:
        return set_sysctl(child, &op->payload, fault);
    case OP_MKDIR:
        return make_workdir(child, &op->payload, fault);
    case OP_CONSOLE:
        return open_console(child, fault);
    case OP_TOOLS:
        return use_tools(child, &op->payload, fault);
    case OP_ENTER_CGROUP_NS:
        return enter_cgroup_namespace(fault);
    default:
        return run_process_op(child, op, fault);
    }
}

static int
run_plan(struct child *child, struct fault *fault)
{
    struct reader ops = plan_ops(child->plan);
    struct op op = { 0 };
    int result = 0;

    while (result == 0 && next_op(&ops, &op)) {
        result = run_op(child, &op, fault);
        if (result < 0)
            fault->op = op.code;
    }
    return result < 0 ? result : fault_set(fault, EINVAL, "the plan does not end with a program");
}

static int
enter_namespaces(struct child *child, struct fault *fault)
{
    int result;

    if (child->is_exec && child->has_user_ns) {
        result = prepare_for_user_ns(child, fault);
        if (result < 0)
            return result;
    }
    if (child->is_exec && setns(child->init, CONTAINER_NAMESPACES | (child->has_user_ns ? CLONE_NEWUSER : 0)) < 0)
        return fault_set(fault, errno, "join the container's namespaces");
    result = join_namespaces(child->plan, fault);
    if (result == 0 && child->has_user_ns)
        result = become_inner_root(fault);
    if (result == 0 && child->has_user_ns && !child->is_exec)
        result = make_later_namespaces(child->plan, fault);
    return result;
}

/* What an exec has in place of a root and a console of its own. */
static int
use_container(struct child *child, struct fault *fault)
{
    int slave = -1;
    int result;

    child->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (child->root < 0)
        return fault_set(fault, errno, "open `/`");
    if (!child->plan->tty)
        return 0;
    result = open_pty(child, &slave, fault);
    if (result < 0)
        return result;
    for (int i = 0; i < 3; i++)
        child->stdio[i] = slave;
    return 0;
}

static int
prepare(struct child *child, struct fault *fault)
{
    int result;

    result = join_cgroups(child->plan, fault); /* by paths of the host, so before all else */
    if (result == 0)
        result = open_profile(child, fault);
    if (result == 0)
        result = take_tools(child, fault);
    if (result < 0)
        return result;
    umask(0); /* modes of what the plan makes are given whole; execute() sets the usual mask */
    if (setsid() < 0 && errno != EPERM)
        return fault_set(fault, errno, "setsid");
    result = enter_namespaces(child, fault);
    if (result < 0)
        return result;
    if (child->is_exec)
        return use_container(child, fault);
    if (!child->has_user_ns)
        return take_sources(child, fault);
    /* Copied from the forerunner's, of which they are slaves. */
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? fault_set(fault, errno, "make the mounts private") : 0;
}

void
child_main(struct child *child)
{
    struct child_report report = { .kind = CHILD_FAULT };

    if (prepare(child, &report.fault) == 0)
        run_plan(child, &report.fault);
    (void)!send(child->sync, &report, sizeof(report), MSG_NOSIGNAL);
    _exit(EXIT_NOT_STARTED);
}
