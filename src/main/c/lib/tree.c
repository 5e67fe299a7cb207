/* Trees with mounts in them that only a descriptor leads to. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdio.h>
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
    const char *binds; /* source, path beneath it and target in turn, each with its NUL */
    const int *flags;
    int count;
};

/* As the kernel does on one path: path_resolution(7). */
#define MAX_LINKS 40

/* In OUT (PATH_MAX bytes), as a path from the root: where the link NAME in the folder PARENT leads, which is at the first LENGTH bytes
   of PATH. */
static int
follow_link(int parent, const char *name, const char *path, size_t length, char *out, struct berth_error *err)
{
    char content[PATH_MAX];
    ssize_t n = readlinkat(parent, name, content, sizeof(content) - 1);
    int written;

    if (n < 0)
        return berth_error_set(err, errno == EINVAL ? ENOTDIR : errno, "follow `%.200s`", name);
    content[n] = '\0';
    written = snprintf(out, PATH_MAX, "%.*s/%s", content[0] == '/' ? 0 : (int)length, path, content);
    return written >= PATH_MAX ? berth_error_set(err, ENAMETOOLONG, "follow `%.200s`", name) : 0;
}

static int open_or_make(int root, const char *path, size_t length, int links, struct berth_error *err);

/* A link at NAME leads to what is missing: that is made, inside the root, as the start of the container would. */
static int
make_linked(int root, int parent, const char *name, const char *path, size_t length, int links, struct berth_error *err)
{
    char target[PATH_MAX];
    int result;

    if (links == 0)
        return berth_error_set(err, ELOOP, "open `%.200s`", path);
    result = follow_link(parent, name, path, length, target, err);
    return result < 0 ? result : open_or_make(root, target, strlen(target), links - 1, err);
}

/* The first LENGTH bytes of PATH below ROOT, a folder, made when missing. Links on the way are followed inside the root. */
static int
open_or_make(int root, const char *path, size_t length, int links, struct berth_error *err)
{
    char prefix[PATH_MAX];
    cleanup_close int parent = -1;
    const char *name;
    char *slash;
    size_t above;
    int fd;

    if (length >= sizeof(prefix))
        return berth_error_set(err, ENAMETOOLONG, "open `%.64s...`", path);
    memcpy(prefix, path, length);
    prefix[length] = '\0';
    while (length > 1 && prefix[length - 1] == '/')
        prefix[--length] = '\0';
    fd = berth_open_in_root(root, length > 0 ? prefix : "/", O_PATH | O_DIRECTORY, 0, err);
    if (fd != -ENOENT || length == 0)
        return fd;
    slash = strrchr(prefix, '/');
    name = slash ? slash + 1 : prefix;
    above = slash ? (size_t)(slash - prefix) : 0;
    parent = open_or_make(root, path, above, links, err);
    if (parent < 0)
        return parent;
    fd = berth_mkdirat(parent, name, 0755, -1, err);
    if (fd >= 0)
        return berth_open_beneath(parent, name, O_PATH | O_DIRECTORY, 0, -1, err);
    if (fd != -EEXIST)
        return fd;
    fd = berth_open_in_root(root, prefix, O_PATH | O_DIRECTORY, 0, err);
    return fd != -ENOENT ? fd : make_linked(root, parent, name, path, above, links, err);
}

/* An empty file at PATH; links to what is missing are followed inside the root. */
static int
open_or_make_file(int root, const char *path, int links, struct berth_error *err)
{
    char target[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t above = slash ? (size_t)(slash - path) : 0;
    cleanup_close int parent = -1;
    int fd = berth_open_in_root(root, path, O_PATH, 0, err);

    if (fd != -ENOENT)
        return fd;
    if (links == 0)
        return berth_error_set(err, ELOOP, "open `%.200s`", path);
    parent = open_or_make(root, path, above, MAX_LINKS, err);
    if (parent < 0)
        return parent;
    fd = berth_open_beneath(parent, name, O_WRONLY | O_CREAT | O_EXCL, 0755, -1, err);
    if (fd >= 0) {
        close(fd);
        return berth_open_beneath(parent, name, O_PATH, 0, -1, err);
    }
    if (fd != -EEXIST)
        return fd;
    fd = follow_link(parent, name, path, above, target, err);
    return fd < 0 ? fd : open_or_make_file(root, target, links - 1, err);
}

/* What is to be mounted over. A missing one is made when FLAGS allow it. */
static int
open_target(int root, const char *path, int is_folder, int flags, struct berth_error *err)
{
    int fd = berth_open_in_root(root, path, O_PATH, 0, err);

    if (fd != -ENOENT || !(flags & BERTH_BIND_MAKE_TARGET))
        return fd;
    return is_folder ? open_or_make(root, path, strlen(path), MAX_LINKS, err) : open_or_make_file(root, path, MAX_LINKS, err);
}

/* A detached copy of what SOURCE, or what is BENEATH it, is on the host. */
static int
copy_source(const char *source, const char *beneath, int flags, struct berth_error *err)
{
    struct mount_attr attributes = {.attr_set = FOR_LOOKING, .propagation = PROPAGATION_PRIVATE};
    unsigned depth = flags & BERTH_BIND_TOP_ONLY ? 0 : AT_RECURSIVE;
    cleanup_close int folder = -1;
    cleanup_close int at = open(source, O_PATH | O_CLOEXEC);
    cleanup_close int mount = -1;

    if (at < 0)
        return berth_error_set(err, errno, "open `%.200s`", source);
    if (*beneath) {
        folder = steal_fd(&at);
        at = berth_open_in_root(folder, beneath, O_PATH, 0, err);
        if (at < 0)
            return at;
    }
    mount = (int)syscall(SYS_open_tree, at, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | depth);
    if (mount < 0)
        return berth_error_set(err, errno, "open_tree `%.200s`", source);
    if (flags & BERTH_BIND_READ_ONLY)
        attributes.attr_set |= MOUNT_ATTR_RDONLY;
    if (syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | depth, &attributes, sizeof(attributes)) < 0)
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

static const char *
after(const char *text)
{
    return text + strlen(text) + 1;
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
        const char *target = after(after(at));
        int result = bind_one(assembly->tree, mounts[i], target, assembly->flags[i], err);

        if (result < 0)
            return result;
        at = after(target);
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
        result = copy_source(at, after(at), assembly->flags[opened], err);
        if (result < 0)
            break;
        mounts[opened] = result;
        at = after(after(after(at)));
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
