/* Tools of the host for an exec, in a container that may have none: mounts of its own, a copy of the container's, in which /dev has one
   folder more. Nothing is made in the container's root, and nothing of this is seen by others. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "mountcalls.h"
#include "root.h"

/* sys/mount.h and linux/mount.h do not go together in every libc: this is all we need of the former. */
#define MS_REC_FLAG 0x4000ul
#define MS_SLAVE_FLAG 0x80000ul

/* Whose /dev has more is no container that one would look into by its files. */
#define MAX_DEVICES 8192

static int
take_folder_of_tools(const char *folder, struct fault *fault)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };
    cleanup_close int tree = sys_open_tree(AT_FDCWD, folder, CLONE_TREE);

    if (tree < 0)
        return fault_set(fault, errno, "take the tools of `%s`", folder);
    if (sys_mount_setattr(tree, 0, &attr) < 0)
        return fault_set(fault, errno, "make the tools of `%s` read-only", folder);
    return steal_fd(&tree);
}

int
take_tools(struct child *child, struct fault *fault)
{
    struct reader ops = plan_ops(child->plan);
    struct op op;

    while (next_op(&ops, &op)) {
        if (op.code != OP_TOOLS)
            continue;
        fault->op = OP_TOOLS;
        if (!child->is_exec || child->tools >= 0)
            return fault_set(fault, EINVAL, "tools are for execs, and once");
        child->tools = take_folder_of_tools(read_string(&op.payload), fault);
        if (child->tools < 0)
            return child->tools;
        child->namespaces = open("/proc/self/ns", O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (child->namespaces < 0)
            return fault_set(fault, errno, "open our namespaces");
        fault->op = 0;
    }
    return 0;
}

/* The shim ends at last whoever is in these mounts: it must know them. */
static int
tell_mounts(struct child *child, struct fault *fault)
{
    struct child_report report = { .kind = CHILD_MOUNTS };
    cleanup_close int mounts = openat(child->namespaces, "mnt", O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (mounts < 0 || fstat(mounts, &st) < 0)
        return fault_set(fault, errno, "look at our mounts");
    report.mounts = st.st_ino;
    return send(child->sync, &report, sizeof(report), MSG_NOSIGNAL) < 0 ? fault_set(fault, errno, "tell of our mounts") : 0;
}

/* What is mounted in the container later is seen here, too, where the container shares it with the host; nothing goes back. */
static int
leave_mounts(struct child *child, struct fault *fault)
{
    int root;

    if (unshare(CLONE_NEWNS) < 0)
        return fault_set(fault, errno, "unshare the mounts");
    if (syscall(SYS_mount, NULL, "/", NULL, MS_REC_FLAG | MS_SLAVE_FLAG, NULL) < 0)
        return fault_set(fault, errno, "keep what is mounted here");
    /* The descriptor that there is leads to the mounts that were left. */
    root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return fault_set(fault, errno, "open `/`");
    close(child->root);
    child->root = root;
    return tell_mounts(child, fault);
}

/* An empty file system in memory at AT. Returns its root. */
static int
put_folder_over(int at, struct fault *fault)
{
    cleanup_close int fs = sys_fsopen("tmpfs");
    cleanup_close int mount = -1;
    int result;

    if (fs < 0)
        return fault_set(fault, errno, "fsopen `tmpfs`");
    result = set_source(fs, "toolbox", fault);
    if (result < 0)
        return result;
    if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", "755", 0) < 0)
        return fs_fault(fs, fault, errno, "mount option", "mode");
    mount = make_mount(fs, "tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, fault);
    if (mount < 0)
        return mount;
    if (sys_move_mount(mount, at) < 0)
        return fault_set(fault, errno, "mount over `/dev`");
    return steal_fd(&mount);
}

static int
show_link(int from, int to, const char *name, struct fault *fault)
{
    char content[PATH_MAX];
    ssize_t n = readlinkat(from, name, content, sizeof(content) - 1);

    if (n < 0)
        return fault_set(fault, errno, "read the link `/dev/%s`", name);
    content[n] = '\0';
    return symlinkat(content, to, name) < 0 ? fault_set(fault, errno, "show the link `/dev/%s`", name) : 0;
}

/* A mount point of the kind that NAME needs; the caller's. */
static int
make_place(int to, const char *name, bool folder, struct fault *fault)
{
    int place;

    if (folder ? mkdirat(to, name, 0755) < 0 : mknodat(to, name, S_IFREG | 0644, 0) < 0)
        return fault_set(fault, errno, "make a place for `/dev/%s`", name);
    place = openat(to, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return place < 0 ? fault_set(fault, errno, "open the place for `/dev/%s`", name) : place;
}

/* The thing itself, with all that is mounted below it. */
static int
show_device(int from, int to, const char *name, struct fault *fault)
{
    cleanup_close int fd = openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    cleanup_close int tree = -1;
    cleanup_close int place = -1;
    struct stat st;

    if (fd < 0 && errno == ENOENT)
        return 0; /* gone meanwhile */
    if (fd < 0 || fstat(fd, &st) < 0)
        return fault_set(fault, errno, "open `/dev/%s`", name);
    if (S_ISLNK(st.st_mode))
        return show_link(from, to, name, fault);
    tree = sys_open_tree(fd, "", CLONE_TREE | AT_EMPTY_PATH | (S_ISDIR(st.st_mode) ? AT_RECURSIVE : 0));
    if (tree < 0)
        return fault_set(fault, errno, "take `/dev/%s`", name);
    place = make_place(to, name, S_ISDIR(st.st_mode), fault);
    if (place < 0)
        return place;
    return sys_move_mount(tree, place) < 0 ? fault_set(fault, errno, "show `/dev/%s`", name) : 0;
}

/* All that is in the folder FROM, but OURS. */
static int
show_devices(int from, int to, const char *ours, struct fault *fault)
{
    int copy = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    const struct dirent *entry;
    int count = 0;
    int result = 0;

    if (!folder) {
        int code = errno;

        if (copy >= 0)
            close(copy);
        return fault_set(fault, code, "list `/dev`");
    }
    while (result == 0 && (entry = readdir(folder)) != NULL) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || !strcmp(entry->d_name, ours))
            continue;
        result = ++count > MAX_DEVICES ? fault_set(fault, E2BIG, "`/dev` has more than %d entries", MAX_DEVICES)
                                       : show_device(from, to, entry->d_name, fault);
    }
    closedir(folder);
    return result;
}

static int
put_tools(struct child *child, int to, const char *name, struct fault *fault)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
    cleanup_close int place = make_place(to, name, true, fault);

    if (place < 0)
        return place;
    if (sys_move_mount(child->tools, place) < 0)
        return fault_set(fault, errno, "mount the tools on `/dev/%s`", name);
    /* What was made here would be lost: it is refused instead. */
    return sys_mount_setattr(to, 0, &attr) < 0 ? fault_set(fault, errno, "make `/dev` read-only") : 0;
}

int
use_tools(struct child *child, struct reader *in, struct fault *fault)
{
    cleanup_close int from = -1;
    cleanup_close int to = -1;
    const char *name;
    int result;

    read_string(in); /* taken already */
    name = read_string(in);
    if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
        return fault_set(fault, EINVAL, "`%s` is no name in `/dev`", name);
    result = leave_mounts(child, fault);
    if (result < 0)
        return result;
    from = open_in_root(child->root, "/dev", O_RDONLY | O_DIRECTORY, 0, fault);
    if (from < 0)
        return from;
    to = put_folder_over(from, fault);
    if (to < 0)
        return to;
    result = show_devices(from, to, name, fault);
    return result < 0 ? result : put_tools(child, to, name, fault);
}
