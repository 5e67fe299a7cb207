#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "child.h"
#include "mountcalls.h"
#include "root.h"

#define DEVPTS_SUPER_MAGIC 0x1cd1
/* sys/mount.h and linux/mount.h do not go together in every libc: this is all we need of the former. */
#define MNT_DETACH 2

struct device {
    const char *path;
    mode_t mode;
    dev_t number;
    uid_t uid;
    gid_t gid;
};

static struct device
read_device(struct reader *in)
{
    struct device device = { .path = read_string(in) };
    uint32_t major, minor;

    device.mode = read_u32(in);
    major = read_u32(in);
    minor = read_u32(in);
    device.number = makedev(major, minor);
    device.uid = read_u32(in);
    device.gid = read_u32(in);
    return device;
}

static int
make_node(int parent, const char *name, const struct device *device, struct fault *fault)
{
    struct stat st;

    if (mknodat(parent, name, device->mode, device->number) < 0)
        return fault_set(fault, errno, "mknod `%s`", device->path);
    if (fchownat(parent, name, device->uid, device->gid, AT_SYMLINK_NOFOLLOW) < 0)
        return fault_set(fault, errno, "chown `%s`", device->path);
    /* The umask is cleared; what stands there must be what was made. */
    if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_rdev != device->number)
        return fault_set(fault, ENODEV, "device `%s` is not what was made", device->path);
    return 0;
}

/* No device works on a file system that was made within a user namespace, so they get one of the host's. It lies over the root of this
   process, where no path leads to, as long as files are copied from it, for which it needs a place. */
static int
open_device_folder(struct child *child, struct fault *fault)
{
    cleanup_close int fs = -1;
    cleanup_close int mount = -1;
    cleanup_close int place = -1;

    if (child->device_folder >= 0)
        return child->device_folder;
    fs = sys_fsopen("tmpfs");
    if (fs < 0)
        return fault_set(fault, errno, "fsopen `tmpfs`");
    if (set_source(fs, "tmpfs", fault) < 0 || sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0700", 0) < 0)
        return fs_fault(fs, fault, errno, "option of", "tmpfs");
    mount = make_mount(fs, "tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, fault);
    if (mount < 0)
        return mount;
    place = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place < 0 || sys_move_mount(mount, place) < 0)
        return fault_set(fault, errno, "mount a folder for devices");
    child->device_folder = steal_fd(&mount);
    return child->device_folder;
}

int
take_device(struct child *child, struct reader *in, struct fault *fault)
{
    struct device device = read_device(in);
    int folder = open_device_folder(child, fault);
    char name[16];
    int result, tree;

    if (folder < 0)
        return folder;
    snprintf(name, sizeof(name), "%u", child->devices++);
    result = make_node(folder, name, &device, fault);
    if (result < 0)
        return result;
    tree = sys_open_tree(folder, name, CLONE_TREE | AT_SYMLINK_NOFOLLOW);
    if (tree < 0)
        return fault_set(fault, errno, "open_tree of device `%s`", device.path);
    return tree;
}

int
leave_device_folder(struct child *child, struct fault *fault)
{
    cleanup_close int folder = steal_fd(&child->device_folder);

    if (folder < 0)
        return 0;
    /* From within: the name "." leads to no other mount. */
    if (fchdir(folder) < 0 || syscall(SYS_umount2, ".", MNT_DETACH) < 0 || chdir("/") < 0)
        return fault_set(fault, errno, "unmount the folder for devices");
    return 0;
}

static int
mount_device(struct child *child, const struct device *device, struct fault *fault)
{
    cleanup_close int tree = next_taken(child);
    cleanup_close int at = open_mount_target(child->root, device->path, false, fault);
    int result = at < 0 ? at : refuse_over_procfs(at, device->path, fault);

    if (result < 0)
        return result;
    return sys_move_mount(tree, at) < 0 ? fault_set(fault, errno, "mount device `%s`", device->path) : 0;
}

int
make_device(struct child *child, struct reader *in, struct fault *fault)
{
    struct device device = read_device(in);
    char name[NAME_MAX + 1];
    cleanup_close int parent = -1;

    if (child->has_user_ns)
        return mount_device(child, &device, fault);
    parent = open_parent(child->root, device.path, name, fault);
    return parent < 0 ? parent : make_node(parent, name, &device, fault);
}

int
make_symlink(struct child *child, struct reader *in, struct fault *fault)
{
    const char *content = read_string(in);
    const char *path = read_string(in);
    char name[NAME_MAX + 1];
    cleanup_close int parent = open_parent(child->root, path, name, fault);

    if (parent < 0)
        return parent;
    if (symlinkat(content, parent, name) < 0 && errno != EEXIST)
        return fault_set(fault, errno, "symlink `%s`", path);
    return 0;
}

int
set_sysctl(struct child *child, struct reader *in, struct fault *fault)
{
    const char *key = read_string(in);
    const char *value = read_string(in);
    char path[256];
    cleanup_close int fd = -1;
    struct statfs st;
    int n = snprintf(path, sizeof(path), "proc/sys/%s", key);

    if (n < 0 || (size_t)n >= sizeof(path) || strstr(key, "..") || strstr(key, "//") || strstr(key, "./") || strstr(key, "/.") || !*key)
        return fault_set(fault, EINVAL, "sysctl `%.64s`", key);
    /* A slash stands for a dot within a part: the name of an interface. */
    for (char *at = path + strlen("proc/sys/"); *at; at++)
        *at = *at == '.' ? '/' : *at == '/' ? '.' : *at;
    fd = open_in_root(child->root, path, O_WRONLY | O_NOFOLLOW, 0, fault);
    if (fd < 0)
        return fd;
    /* A link or mount of the image must not lead the write to another file of procfs (CVE-2025-52881). */
    if (fstatfs(fd, &st) < 0 || st.f_type != PROC_SUPER_MAGIC)
        return fault_set(fault, EPERM, "sysctl `%s` is not in a procfs", key);
    if (write(fd, value, strlen(value)) < 0)
        return fault_set(fault, errno, "write `%s` to sysctl `%s`", value, key);
    return 0;
}

int
make_workdir(struct child *child, struct reader *in, struct fault *fault)
{
    const char *path = read_string(in);
    mode_t mode = read_u32(in);
    uid_t uid = read_u32(in);
    gid_t gid = read_u32(in);

    return make_folders(child->root, path, mode, uid, gid, fault);
}

int
report_with(const struct child *child, const struct child_report *report, int fd)
{
    struct child_report sent = *report;
    struct iovec part = { .iov_base = &sent, .iov_len = sizeof(sent) };
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };

    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &fd, sizeof(int));
    return sendmsg(child->sync, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* A new pty of the container's own devpts: the master goes to the shim, the slave becomes this process' terminal. */
int
open_pty(struct child *child, int *slave, struct fault *fault)
{
    cleanup_close int master = open_in_root(child->root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY, 0, fault);
    struct statfs st;
    int unlock = 0;
    struct child_report report = { .kind = CHILD_PTY };

    if (master < 0)
        return master;
    if (fstatfs(master, &st) < 0 || st.f_type != DEVPTS_SUPER_MAGIC)
        return fault_set(fault, EPERM, "/dev/pts/ptmx is not in a devpts");
    if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
        return fault_set(fault, errno, "unlock the pty");
    /* By descriptor, never by the name /dev/pts/N, which may be swapped (CVE-2025-52565). */
    *slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0)
        return fault_set(fault, errno, "open the pty's slave");
    if (report_with(child, &report, master) < 0)
        return fault_set(fault, errno, "hand the pty over");
    return 0;
}

int
open_console(struct child *child, struct fault *fault)
{
    int slave = -1;
    cleanup_close int at = -1;
    cleanup_close int tree = -1;
    int result = open_pty(child, &slave, fault);

    if (result < 0)
        return result;
    for (int i = 0; i < 3; i++)
        child->stdio[i] = slave;
    tree = (int)syscall(SYS_open_tree, slave, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
    if (tree < 0)
        return fault_set(fault, errno, "open_tree of the pty");
    at = open_mount_target(child->root, "/dev/console", false, fault);
    if (at < 0)
        return at;
    if (syscall(SYS_move_mount, tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return fault_set(fault, errno, "mount /dev/console");
    return 0;
}
