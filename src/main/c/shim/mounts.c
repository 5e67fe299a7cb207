#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "child.h"
#include "mountcalls.h"
#include "root.h"

/* sys/mount.h and linux/mount.h do not go together in every libc: this is all we need of the former. */
#define UMOUNT_DETACH 2

int
fs_fault(int fs, struct fault *fault, int code, const char *what, const char *on)
{
    char told[128];
    ssize_t n = read(fs, told, sizeof(told) - 1);

    if (n <= 0)
        return fault_set(fault, code, "%s `%s`", what, on);
    told[n] = '\0';
    return fault_set(fault, code, "%s `%s`: %s", what, on, told);
}

int
make_mount(int fs, const char *type, uint64_t attrs, struct fault *fault)
{
    int mount;

    if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return fs_fault(fs, fault, errno, "make file system", type);
    mount = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, (unsigned)attrs);
    return mount < 0 ? fault_set(fault, errno, "fsmount `%s`", type) : mount;
}

int
set_source(int fs, const char *source, struct fault *fault)
{
    return sys_fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0) < 0 ? fault_set(fault, errno, "name mount `%s`", source) : 0;
}

/* "key=value,flag": each part is one fsconfig call. */
static int
set_options(int fs, const char *options, struct fault *fault)
{
    char part[512];

    while (*options) {
        size_t length = strcspn(options, ",");
        char *value;
        int result;

        if (length >= sizeof(part))
            return fault_set(fault, E2BIG, "mount option `%.64s...`", options);
        memcpy(part, options, length);
        part[length] = '\0';
        options += length + (options[length] == ',');
        if (length == 0)
            continue;
        value = strchr(part, '=');
        if (value)
            *value++ = '\0';
        result = value ? sys_fsconfig(fs, FSCONFIG_SET_STRING, part, value, 0) : sys_fsconfig(fs, FSCONFIG_SET_FLAG, part, NULL, 0);
        if (result < 0)
            return fs_fault(fs, fault, errno, "mount option", part);
    }
    return 0;
}

static int
require_procfs(int mount, struct fault *fault)
{
    struct statfs st;

    if (fstatfs(mount, &st) < 0)
        return fault_set(fault, errno, "fstatfs of /proc");
    return st.f_type == PROC_SUPER_MAGIC ? 0 : fault_set(fault, EINVAL, "/proc is not a procfs");
}

int
mount_fs(struct child *child, struct reader *in, struct fault *fault)
{
    const char *type = read_string(in);
    const char *target = read_string(in);
    uint64_t attrs = read_u64(in);
    const char *options = read_string(in);
    cleanup_close int fs = sys_fsopen(type);
    cleanup_close int mount = -1;
    cleanup_close int at = -1;
    int result;

    if (fs < 0)
        return fault_set(fault, errno, "fsopen `%s`", type);
    result = set_options(fs, options, fault);
    if (result == 0 && !strstr(options, "source="))
        result = set_source(fs, type, fault);
    if (result < 0)
        return result;
    mount = make_mount(fs, type, attrs, fault);
    if (mount < 0)
        return mount;
    if (!strcmp(type, "proc") && (result = require_procfs(mount, fault)) < 0)
        return result;
    at = open_mount_target(child->root, target, true, fault);
    if (at < 0)
        return at;
    result = refuse_over_procfs(at, target, fault);
    if (result < 0)
        return result;
    if (sys_move_mount(mount, at) < 0)
        return fault_set(fault, errno, "mount `%s` on `%s`", type, target);
    return 0;
}

/* The host's null device, checked to be it: a container could put a link there. */
static int
null_device(struct child *child, struct fault *fault)
{
    struct stat st;
    int fd;

    if (child->null_device >= 0)
        return child->null_device;
    fd = open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return fault_set(fault, errno, "open the host's /dev/null");
    if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3)) {
        close(fd);
        return fault_set(fault, ENODEV, "the host's /dev/null is not the null device");
    }
    child->null_device = fd;
    return fd;
}

/* One empty tmpfs hides all masked folders of a container: a mount each would cost a superblock each. */
static int
mask_folder(struct child *child, int at, struct fault *fault)
{
    cleanup_close int tree = -1;

    if (child->mask_folder < 0) {
        cleanup_close int fs = sys_fsopen("tmpfs");
        cleanup_close int mount = -1;

        if (fs < 0)
            return fault_set(fault, errno, "fsopen `tmpfs`");
        if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "size", "0k", 0) < 0 || sys_fsconfig(fs, FSCONFIG_SET_STRING, "nr_blocks", "1", 0) < 0)
            return fs_fault(fs, fault, errno, "option of", "tmpfs");
        mount = make_mount(fs, "tmpfs", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, fault);
        if (mount < 0)
            return mount;
        if (sys_move_mount(mount, at) < 0)
            return fault_set(fault, errno, "mount mask");
        child->mask_folder = steal_fd(&mount);
        return 0;
    }
    tree = sys_open_tree(child->mask_folder, "", CLONE_TREE | AT_EMPTY_PATH);
    if (tree < 0)
        return fault_set(fault, errno, "open_tree of the mask");
    return sys_move_mount(tree, at) < 0 ? fault_set(fault, errno, "mount mask") : 0;
}

int
mask_path(struct child *child, struct reader *in, struct fault *fault)
{
    const char *path = read_string(in);
    cleanup_close int at = open_in_root(child->root, path, O_PATH, 0, fault);
    cleanup_close int tree = -1;
    struct stat st;
    int null;

    if (at == -ENOENT || at == -ENOTDIR)
        return 0;
    if (at < 0)
        return at;
    if (fstat(at, &st) < 0)
        return fault_set(fault, errno, "stat `%s`", path);
    if (S_ISDIR(st.st_mode))
        return mask_folder(child, at, fault);
    null = null_device(child, fault);
    if (null < 0)
        return null;
    tree = sys_open_tree(null, "", CLONE_TREE | AT_EMPTY_PATH);
    if (tree < 0)
        return fault_set(fault, errno, "open_tree of the null device");
    return sys_move_mount(tree, at) < 0 ? fault_set(fault, errno, "mask `%s`", path) : 0;
}

int
readonly_path(struct child *child, struct reader *in, struct fault *fault)
{
    const char *path = read_string(in);
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
    cleanup_close int at = open_in_root(child->root, path, O_PATH, 0, fault);
    cleanup_close int tree = -1;

    if (at == -ENOENT || at == -ENOTDIR)
        return 0;
    if (at < 0)
        return at;
    /* What is a mount by itself needs no second one over it. */
    if (sys_mount_setattr(at, 0, &attr) == 0)
        return 0;
    tree = sys_open_tree(at, "", CLONE_TREE | AT_EMPTY_PATH | AT_RECURSIVE);
    if (tree < 0)
        return fault_set(fault, errno, "open_tree `%s`", path);
    if (sys_mount_setattr(tree, AT_RECURSIVE, &attr) < 0)
        return fault_set(fault, errno, "mount_setattr `%s`", path);
    return sys_move_mount(tree, at) < 0 ? fault_set(fault, errno, "mount `%s` read-only", path) : 0;
}

int
root_readonly(struct child *child, struct fault *fault)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

    if (sys_mount_setattr(child->root, 0, &attr) < 0)
        return fault_set(fault, errno, "mount root read-only");
    return 0;
}

/* pivot_root(".", ".") puts the old root on top of the new one; detaching it there leaves no way back (pivot_root(2), NOTES). */
int
pivot(struct child *child, struct fault *fault)
{
    cleanup_close int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (old < 0)
        return fault_set(fault, errno, "open the old root");
    if (fchdir(child->root) < 0)
        return fault_set(fault, errno, "enter the root");
    if (syscall(SYS_pivot_root, ".", ".") < 0)
        return fault_set(fault, errno, "pivot_root");
    if (fchdir(old) < 0)
        return fault_set(fault, errno, "enter the old root");
    if (syscall(SYS_umount2, ".", UMOUNT_DETACH) < 0)
        return fault_set(fault, errno, "detach the old root");
    if (chdir("/") < 0)
        return fault_set(fault, errno, "enter `/`");
    close(child->root);
    child->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (child->root < 0)
        return fault_set(fault, errno, "open `/`");
    child->pivoted = true;
    return 0;
}
