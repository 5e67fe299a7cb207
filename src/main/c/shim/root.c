#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
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

/* Opens the first LENGTH bytes of PATH, made when missing. The prefixes are tried from the longest to the shortest, so that links
   on the way are followed inside the root by the kernel and only what is truly missing is made. */
static int
open_or_make(int root, const char *path, size_t length, mode_t mode, uid_t uid, gid_t gid, struct fault *fault)
{
    char prefix[PATH_MAX];
    char *slash;
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
    parent = open_or_make(root, path, slash ? (size_t)(slash - prefix) : 0, mode, uid, gid, fault);
    if (parent < 0)
        return parent;
    /* Where a dangling link stands nothing is made, and the open below refuses it: ENOTDIR. */
    if (mkdirat(parent, slash ? slash + 1 : prefix, mode) < 0 && errno != EEXIST)
        return fault_set(fault, errno, "mkdir `%s`", prefix);
    fd = openat2_in_root(parent, slash ? slash + 1 : prefix, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (fd < 0)
        return fault_set(fault, -fd, "open `%s`", prefix);
    if (fchmod(fd, mode) < 0 || fchown(fd, uid, gid) < 0) {
        int code = errno;

        close(fd);
        return fault_set(fault, code, "set owner and mode of `%s`", prefix);
    }
    return fd;
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
    return open_or_make(root, path, (size_t)(last - path), 0755, 0, 0, fault);
}

int
open_mount_target(int root, const char *path, bool folder, struct fault *fault)
{
    char name[NAME_MAX + 1];
    cleanup_close int parent = -1;
    int fd = openat2_in_root(root, path, O_PATH, 0);

    if (fd >= 0)
        return fd;
    if (fd != -ENOENT)
        return fault_set(fault, -fd, "open `%s`", path);
    if (folder)
        return open_or_make(root, path, strlen(path), 0755, 0, 0, fault);
    parent = open_parent(root, path, name, fault);
    if (parent < 0)
        return parent;
    fd = openat2_in_root(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0755);
    if (fd < 0)
        return fault_set(fault, -fd, "make `%s`", path);
    close(fd);
    fd = openat2_in_root(parent, name, O_PATH | O_NOFOLLOW, 0);
    return fd < 0 ? fault_set(fault, -fd, "open `%s`", path) : fd;
}

int
make_folders(int root, const char *path, mode_t mode, uid_t uid, gid_t gid, struct fault *fault)
{
    int fd = open_or_make(root, path, strlen(path), mode, uid, gid, fault);

    if (fd >= 0)
        close(fd);
    return fd < 0 ? fd : 0;
}
