#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
openat2_in_root(int root, const char *path, int flags, mode_t mode)
{
    struct open_how how = {
        .flags = (unsigned)flags | O_CLOEXEC,
        .mode = (flags & O_CREAT) ? mode : 0,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    int fd;

    do {
        /* EAGAIN: something was renamed meanwhile and the kernel could not prove that the path stays inside. */
        fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    return fd < 0 ? -errno : fd;
}

int
open_in_root(int root, const char *path, int flags, mode_t mode, struct fault *fault)
{
    int fd = openat2_in_root(root, path, flags, mode);

    return fd < 0 ? fault_set(fault, -fd, "open `%s`", path) : fd;
}

/* As the kernel does on one path: path_resolution(7). */
#define MAX_LINKS 40

/* Who a folder that is made belongs to. */
struct folder {
    mode_t mode;
    uid_t uid;
    gid_t gid;
};

static const struct folder of_root = { .mode = 0755 };

/* In OUT (PATH_MAX bytes), as a path from the root: where the link NAME in the folder PARENT leads. PARENT is at the first LENGTH bytes
   of PATH. Where no link stands it is ENOTDIR. */
static int
follow_link(int parent, const char *name, const char *path, size_t length, char *out, struct fault *fault)
{
    char content[PATH_MAX];
    ssize_t n = readlinkat(parent, name, content, sizeof(content) - 1);
    int written;

    if (n < 0)
        return fault_set(fault, errno == EINVAL ? ENOTDIR : errno, "follow `%.*s/%s`", (int)length, path, name);
    content[n] = '\0';
    written = snprintf(out, PATH_MAX, "%.*s/%s", content[0] == '/' ? 0 : (int)length, path, content);
    return written >= PATH_MAX ? fault_set(fault, ENAMETOOLONG, "follow `%s`", name) : 0;
}

static int open_or_make(int root, const char *path, size_t length, const struct folder *as, int links, struct fault *fault);

/* A link at NAME leads to what is missing: that is made, inside the root. */
static int
make_linked(int root, int parent, const char *name, const char *path, size_t length, const struct folder *as, int links, struct fault *fault)
{
    char target[PATH_MAX];
    int result;

    if (links == 0)
        return fault_set(fault, ELOOP, "open `%.*s/%s`", (int)length, path, name);
    result = follow_link(parent, name, path, length, target, fault);
    return result < 0 ? result : open_or_make(root, target, strlen(target), as, links - 1, fault);
}

static int
make_folder(int parent, const char *name, const struct folder *as, struct fault *fault)
{
    int fd;

    if (mkdirat(parent, name, as->mode) < 0)
        return -errno;
    fd = openat2_in_root(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0)
        return fault_set(fault, -fd, "open `%s`", name);
    if (fchmod(fd, as->mode) < 0 || fchown(fd, as->uid, as->gid) < 0) {
        int code = errno;

        close(fd);
        return fault_set(fault, code, "set owner and mode of `%s`", name);
    }
    return fd;
}

/* Opens the first LENGTH bytes of PATH, made when missing. The prefixes are tried from the longest to the shortest, so that links
   on the way are followed inside the root by the kernel and only what is truly missing is made. */
static int
open_or_make(int root, const char *path, size_t length, const struct folder *as, int links, struct fault *fault)
{
    char prefix[PATH_MAX];
    const char *slash, *name;
    size_t above;
    cleanup_close int parent = -1;
    int fd;

    if (length >= sizeof(prefix))
        return fault_set(fault, ENAMETOOLONG, "open `%.64s...`", path);
    memcpy(prefix, path, length);
    prefix[length] = '\0';
    while (length > 1 && prefix[length - 1] == '/')
        prefix[--length] = '\0';
    fd = openat2_in_root(root, length ? prefix : "/", O_PATH | O_DIRECTORY, 0);
    if (fd != -ENOENT || length == 0)
        return fd < 0 ? fault_set(fault, -fd, "open `%s`", prefix) : fd;

    slash = strrchr(prefix, '/');
    name = slash ? slash + 1 : prefix;
    above = slash ? (size_t)(slash - prefix) : 0;
    parent = open_or_make(root, path, above, as, links, fault);
    if (parent < 0)
        return parent;
    fd = make_folder(parent, name, as, fault);
    if (fd >= 0)
        return fd;
    if (fd != -EEXIST)
        return fault_set(fault, -fd, "mkdir `%s`", prefix);
    /* Made meanwhile, or "..": then it can be opened now. */
    fd = openat2_in_root(root, prefix, O_PATH | O_DIRECTORY, 0);
    if (fd != -ENOENT)
        return fd < 0 ? fault_set(fault, -fd, "open `%s`", prefix) : fd;
    return make_linked(root, parent, name, path, above, as, links, fault);
}

int
open_parent(int root, const char *path, char *name, struct fault *fault)
{
    size_t length = strlen(path);
    const char *last;

    while (length > 1 && path[length - 1] == '/')
        length--;
    last = path + length;
    while (last > path && last[-1] != '/')
        last--;
    length = (size_t)(path + length - last);
    if (length == 0 || length > NAME_MAX || (length == 1 && *last == '.') || (length == 2 && !memcmp(last, "..", 2)))
        return fault_set(fault, EINVAL, "path `%.128s` names no file", path);
    memcpy(name, last, length);
    name[length] = '\0';
    return open_or_make(root, path, (size_t)(last - path), &of_root, MAX_LINKS, fault);
}

/* An empty file at PATH; links to what is missing are followed inside the root. */
static int
make_file(int root, const char *path, struct fault *fault)
{
    char paths[2][PATH_MAX];

    for (int links = 0; links < MAX_LINKS; links++) {
        char name[NAME_MAX + 1];
        cleanup_close int parent = open_parent(root, path, name, fault);
        const char *slash = strrchr(path, '/');
        int fd, result;

        if (parent < 0)
            return parent;
        fd = openat2_in_root(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0755);
        if (fd >= 0) {
            close(fd);
            fd = openat2_in_root(parent, name, O_PATH | O_NOFOLLOW, 0);
            return fd < 0 ? fault_set(fault, -fd, "open `%s`", path) : fd;
        }
        if (fd != -EEXIST)
            return fault_set(fault, -fd, "make `%s`", path);
        result = follow_link(parent, name, path, slash ? (size_t)(slash - path) : 0, paths[links % 2], fault);
        if (result < 0)
            return result;
        path = paths[links % 2];
        fd = openat2_in_root(root, path, O_PATH, 0);
        if (fd != -ENOENT)
            return fd < 0 ? fault_set(fault, -fd, "open `%s`", path) : fd;
    }
    return fault_set(fault, ELOOP, "make `%s`", path);
}

int
open_mount_target(int root, const char *path, bool folder, struct fault *fault)
{
    int fd = openat2_in_root(root, path, O_PATH, 0);

    if (fd >= 0)
        return fd;
    if (fd != -ENOENT)
        return fault_set(fault, -fd, "open `%s`", path);
    return folder ? open_or_make(root, path, strlen(path), &of_root, MAX_LINKS, fault) : make_file(root, path, fault);
}

int
make_folders(int root, const char *path, mode_t mode, uid_t uid, gid_t gid, struct fault *fault)
{
    struct folder as = { .mode = mode, .uid = uid, .gid = gid };
    int fd = open_or_make(root, path, strlen(path), &as, MAX_LINKS, fault);

    if (fd >= 0)
        close(fd);
    return fd < 0 ? fd : 0;
}
