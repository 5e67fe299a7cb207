#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

#define HIGHEST_CAPABILITY 63

int
keep_bounding(struct reader *in, struct fault *fault)
{
    uint64_t keep = read_u64(in);

    for (unsigned long cap = 0; cap <= HIGHEST_CAPABILITY; cap++) {
        if (keep >> cap & 1)
            continue;
        if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
            continue;
        if (errno == EINVAL) /* past the kernel's last capability */
            break;
        return fault_set(fault, errno, "drop capability %lu from the bounding set", cap);
    }
    return 0;
}

/* Standard streams must belong to the user, or /dev/stdout could not be opened by its path. */
static void
own_stdio(struct child *child, uid_t uid)
{
    struct stat st;

    for (int i = 0; i < 3; i++)
        if (fstat(child->stdio[i], &st) == 0 && st.st_uid != uid && !S_ISCHR(st.st_mode))
            (void)!fchown(child->stdio[i], uid, (gid_t)-1);
    if (child->plan->tty)
        (void)!fchown(child->stdio[0], uid, (gid_t)-1);
}

int
become_user(struct child *child, struct reader *in, struct fault *fault)
{
    uid_t uid = read_u32(in);
    gid_t gid = read_u32(in);
    uint32_t count = read_u32(in);
    gid_t *groups = calloc(count ? count : 1, sizeof(gid_t));

    if (!groups)
        return fault_set(fault, ENOMEM, "groups");
    for (uint32_t i = 0; i < count; i++)
        groups[i] = read_u32(in);
    own_stdio(child, uid);
    if (syscall(SYS_setgroups, (size_t)count, groups) < 0)
        return fault_set(fault, errno, "setgroups");
    free(groups);
    /* Capabilities are set explicitly afterwards (OP_CAPS); execve clears this flag. */
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return fault_set(fault, errno, "keep capabilities");
    if (syscall(SYS_setresgid, gid, gid, gid) < 0)
        return fault_set(fault, errno, "setresgid %u", gid);
    if (syscall(SYS_setresuid, uid, uid, uid) < 0)
        return fault_set(fault, errno, "setresuid %u", uid);
    child->uid = uid;
    /* A change of credentials made us dumpable again and dropped the death signal. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return fault_set(fault, errno, "stay non-dumpable");
    return 0;
}

int
set_capabilities(struct reader *in, struct fault *fault)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2];
    uint64_t effective = read_u64(in);
    uint64_t permitted = read_u64(in);
    uint64_t inheritable = read_u64(in);
    uint64_t ambient = read_u64(in);

    for (int i = 0; i < 2; i++) {
        data[i].effective = (uint32_t)(effective >> 32 * i);
        data[i].permitted = (uint32_t)(permitted >> 32 * i);
        data[i].inheritable = (uint32_t)(inheritable >> 32 * i);
    }
    if (syscall(SYS_capset, &header, data) < 0)
        return fault_set(fault, errno, "capset");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
        return fault_set(fault, errno, "clear ambient capabilities");
    for (unsigned long cap = 0; cap <= HIGHEST_CAPABILITY; cap++)
        if ((ambient >> cap & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
            return fault_set(fault, errno, "raise ambient capability %lu", cap);
    return 0;
}

int
load_seccomp(struct reader *in, struct fault *fault)
{
    unsigned flags = read_u32(in);
    uint32_t count = read_u32(in);
    struct sock_filter *filter;
    struct sock_fprog program;

    if (count == 0 || count > BPF_MAXINSNS)
        return fault_set(fault, EINVAL, "seccomp filter of %u instructions", count);
    filter = calloc(count, sizeof(*filter));
    if (!filter)
        return fault_set(fault, ENOMEM, "seccomp filter");
    for (uint32_t i = 0; i < count; i++) {
        filter[i].code = read_u16(in);
        filter[i].jt = read_u8(in);
        filter[i].jf = read_u8(in);
        filter[i].k = read_u32(in);
    }
    program = (struct sock_fprog){ .len = (unsigned short)count, .filter = filter };
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) < 0)
        return fault_set(fault, errno, "load the seccomp filter");
    free(filter);
    return 0;
}

int
set_limit(struct reader *in, struct fault *fault)
{
    uint32_t resource = read_u32(in);
    struct rlimit limit = { .rlim_cur = (rlim_t)read_u64(in) };

    limit.rlim_max = (rlim_t)read_u64(in);
    if (prlimit(0, (int)resource, &limit, NULL) < 0)
        return fault_set(fault, errno, "error setting rlimit type %u", resource);
    return 0;
}

/* setrlimit(2) asks for CAP_SYS_RESOURCE on the host, whatever user namespace the process is in. */
int
raise_limits(struct child *child, struct fault *fault)
{
    struct reader ops = plan_ops(child->plan);
    struct op op;

    while (next_op(&ops, &op)) {
        struct rlimit now;
        uint32_t resource;
        rlim_t hard;

        if (op.code != OP_RLIMIT)
            continue;
        resource = read_u32(&op.payload);
        read_u64(&op.payload);
        hard = (rlim_t)read_u64(&op.payload);
        if (prlimit(0, (int)resource, NULL, &now) < 0)
            return fault_set(fault, errno, "get rlimit type %u", resource);
        if (hard <= now.rlim_max)
            continue;
        now.rlim_max = hard;
        if (prlimit(0, (int)resource, &now, NULL) < 0) {
            fault->op = op.code;
            return fault_set(fault, errno, "error setting rlimit type %u", resource);
        }
    }
    return 0;
}

int
own_keyring(struct fault *fault)
{
    /* EDQUOT: root's key quota is used up; ENOSYS, EPERM: a kernel or a host without keyrings. A container runs without, too. */
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "berth") < 0 && errno != ENOSYS && errno != EPERM && errno != EDQUOT)
        return fault_set(fault, errno, "join a session keyring");
    return 0;
}

#define PROFILE_FAULT "unable to apply apparmor profile: apparmor failed to apply profile: "

/* The kernel takes what a process writes about itself, and only from the one that has opened the file. */
static int
open_attribute(struct child *child, const char *folder, struct fault *fault)
{
    /* The second is shared by all security modules: kernels before 5.8 have no other. */
    static const char *const files[] = { "apparmor/exec", "exec" };
    cleanup_close int attributes = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

    for (size_t i = 0; attributes >= 0 && i < sizeof(files) / sizeof(*files); i++) {
        child->profile_file = files[i];
        child->profile = openat(attributes, files[i], O_WRONLY | O_CLOEXEC);
        if (child->profile >= 0 || errno != ENOENT)
            break;
    }
    return child->profile < 0 ? fault_set(fault, errno, PROFILE_FAULT "open `%s`", folder) : 0;
}

int
open_profile(struct child *child, struct fault *fault)
{
    struct reader ops = plan_ops(child->plan);
    struct op op;
    int result = 0;

    while (result == 0 && next_op(&ops, &op)) {
        if (op.code != OP_APPARMOR)
            continue;
        read_string(&op.payload);
        result = open_attribute(child, read_string(&op.payload), fault);
        fault->op = result < 0 ? OP_APPARMOR : 0;
    }
    return result;
}

int
set_profile(struct child *child, struct reader *in, struct fault *fault)
{
    const char *profile = read_string(in);
    const char *folder = read_string(in);
    char text[PATH_MAX];
    int length = snprintf(text, sizeof(text), "exec %s", profile);

    if (length < 0 || (size_t)length >= sizeof(text))
        return fault_set(fault, ENAMETOOLONG, PROFILE_FAULT "`%.32s...`", profile);
    if (write(child->profile, text, (size_t)length) < 0)
        return fault_set(fault, errno, PROFILE_FAULT "write %s/%s for `%s`", folder, child->profile_file, profile);
    return 0;
}
