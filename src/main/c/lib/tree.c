/* Trees with mounts in them that only a descriptor leads to. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* linux/mount.h clashes with sys/mount.h, which has it. */
#define PROPAGATION_PRIVATE 0x40000

#define FOR_LOOKING (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

struct assembly {
    int tree;
    const char *place;
    const char *binds; /* source and target in turn, each with its NUL */
    const int *flags;
    int count;
};

/* The first LENGTH bytes of PATH below ROOT, a folder, made when missing. Links on the way are followed inside the root. */
static int
open_or_make(int root, const char *path, size_t length, struct berth_error *err)
{
    char prefix[PATH_MAX];
    cleanup_close int parent = -1;
    const char *name;
    char *slash;
    int fd;

    if (length >= sizeof(prefix))
        return berth_error_set(err, ENAMETOOLONG, "open `%.64s...`", path);
    memcpy(prefix, path, length);
    prefix[length] = '\0';
    fd = berth_open_in_root(root, length > 0 ? prefix : "/", O_PATH | O_DIRECTORY, 0, err);
    if (fd != -ENOENT || length == 0)
        return fd;
    slash = strrchr(prefix, '/');
    name = slash ? slash + 1 : prefix;
    parent = open_or_make(root, path, slash ? (size_t)(slash - prefix) : 0, err);
    if (parent < 0)
        return parent;
    fd = berth_mkdirat(parent, name, 0755, err);
    if (fd < 0 && fd != -EEXIST)
        return fd;
    return berth_open_beneath(parent, name, O_PATH | O_DIRECTORY, 0, err);
}

/* What is to be mounted over. A missing one is made when FLAGS allow it. */
static int
open_target(int root, const char *path, int is_folder, int flags, struct berth_error *err)
{
    const char *slash = strrchr(path, '/');
    cleanup_close int parent = -1;
    cleanup_close int made = -1;
    int fd = berth_open_in_root(root, path, O_PATH, 0, err);

    if (fd != -ENOENT || !(flags & BERTH_BIND_MAKE_TARGET))
        return fd;
    if (is_folder)
        return open_or_make(root, path, strlen(path), err);
    parent = open_or_make(root, path, slash ? (size_t)(slash - path) : 0, err);
    if (parent < 0)
        return parent;
    made = berth_open_beneath(parent, slash ? slash + 1 : path, O_WRONLY | O_CREAT | O_EXCL, 0755, err);
    return made < 0 ? made : berth_open_beneath(parent, slash ? slash + 1 : path, O_PATH, 0, err);
}

/* A detached copy of what SOURCE is on the host. */
static int
copy_source(const char *source, int flags, struct berth_error *err)
{
    struct mount_attr attributes = {.attr_set = FOR_LOOKING, .propagation = PROPAGATION_PRIVATE};
    cleanup_close int mount = (int)syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

    if (mount < 0)
        return berth_error_set(err, errno, "open_tree `%.200s`", source);
    if (flags & BERTH_BIND_READ_ONLY)
        attributes.attr_set |= MOUNT_ATTR_RDONLY;
    if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof(attributes)) < 0)
        return berth_error_set(err, errno, "mount_setattr `%.200s`", source);
    return steal_fd(&mount);
}

static int
bind_one(int root, int mount, const char *target, int flags, struct berth_error *err)
{
    cleanup_close int over = -1;
    struct stat stat;

    if (fstat(mount, &stat) < 0)
        return berth_error_set(err, errno, "stat what is mounted over `%.200s`", target);
    over = open_target(root, target, S_ISDIR(stat.st_mode), flags, err);
    if (over < 0)
        return over;
    if (syscall(SYS_move_mount, mount, "", over, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return berth_error_set(err, errno, "mount over `%.200s`", target);
    return 0;
}

/* With the sources at hand: the tree gets a place in this thread's own namespace, since mounts are made on those of a namespace only. */
static int
assemble_of(const struct assembly *assembly, const int *mounts, struct berth_error *err)
{
    const char *at = assembly->binds;
    int fd;

    if (syscall(SYS_move_mount, assembly->tree, "", AT_FDCWD, assembly->place, MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return berth_error_set(err, errno, "move_mount to `%.200s`", assembly->place);
    for (int i = 0; i < assembly->count; i++) {
        const char *target = at + strlen(at) + 1;
        int result = bind_one(assembly->tree, mounts[i], target, assembly->flags[i], err);

        if (result < 0)
            return result;
        at = target + strlen(target) + 1;
    }
    fd = (int)syscall(SYS_open_tree, assembly->tree, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    return fd < 0 ? berth_error_set(err, errno, "open_tree of the assembled tree") : fd;
}

static int
assemble(void *argument, struct berth_error *err)
{
    const struct assembly *assembly = argument;
    const char *at = assembly->binds;
    int mounts[BERTH_BINDS_MAX];
    int result = 0;
    int opened;

    /* Before the tree has its place, which may be below a source. */
    for (opened = 0; opened < assembly->count; opened++) {
        result = copy_source(at, assembly->flags[opened], err);
        if (result < 0)
            break;
        mounts[opened] = result;
        at += strlen(at) + 1;
        at += strlen(at) + 1;
    }
    if (result >= 0)
        result = assemble_of(assembly, mounts, err);
    while (opened > 0)
        close(mounts[--opened]);
    return result;
}

int
berth_tree_assemble(int tree, const char *place, const char *binds, const int *flags, int count, struct berth_error *err)
{
    struct assembly assembly = {.tree = tree, .place = place, .binds = binds, .flags = flags, .count = count};

    if (count < 0 || count > BERTH_BINDS_MAX)
        return berth_error_set(err, E2BIG, "mount %d folders in one tree", count);
    return run_with_own_mounts(assemble, &assembly, err);
}
