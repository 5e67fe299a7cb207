/* Files below a directory descriptor. Each call resolves its path beneath that descriptor with openat2: no link is followed on the
   way, nothing leads out, and the last part of a path is the thing itself. */
#include "berth.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "internal.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

#define BENEATH (RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
#define IN_ROOT (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)

/* openat2 gives up with EAGAIN when a rename races with it; so many tries are more than an attacker can spoil for long. */
#define TRIES 64

static int
open_resolved(int dir, const char *path, int flags, int mode, uint64_t resolve)
{
    struct open_how how = {.resolve = resolve};
    long fd;

    how.flags = (uint64_t)(unsigned int)flags | O_CLOEXEC;
    if (flags & O_CREAT)
        how.mode = (uint64_t)(mode & 07777);
    for (int i = 0; i < TRIES; i++) {
        fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
        if (fd >= 0 || errno != EAGAIN)
            break;
    }
    return (int)fd;
}

/* The directory that holds the last part of a path, and that part. */
struct place {
    int owned; /* to be closed; -1 when DIR is the caller's */
    int dir;
    const char *name;
};

static void
leave_place(const struct place *place)
{
    close_owned_fd(&place->owned);
}

#define cleanup_place __attribute__((cleanup(leave_place)))

static int
find_place(int dir, const char *path, struct place *out, struct berth_error *err)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length;

    out->owned = -1;
    out->dir = dir;
    out->name = path;
    if (*path == '\0')
        return berth_error_set(err, ENOENT, "resolve an empty path");
    if (!slash) {
        if (strcmp(path, "..") == 0)
            return berth_error_set(err, EXDEV, "resolve `..`");
        return 0;
    }
    length = (size_t)(slash - path);
    if (length == 0 || length >= sizeof(parent))
        return berth_error_set(err, length == 0 ? EXDEV : ENAMETOOLONG, "resolve `%.200s`", path);
    if (slash[1] == '\0' || strcmp(slash + 1, "..") == 0)
        return berth_error_set(err, EINVAL, "resolve `%.200s`", path);
    memcpy(parent, path, length);
    parent[length] = '\0';
    out->owned = open_resolved(dir, parent, O_PATH | O_DIRECTORY, 0, BENEATH);
    if (out->owned < 0)
        return berth_error_set(err, errno, "open `%.200s`", parent);
    out->dir = out->owned;
    out->name = slash + 1;
    return 0;
}

int
berth_open_root(const char *path, struct berth_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd < 0 ? berth_error_set(err, errno, "open `%.200s`", path) : fd;
}

int
berth_open_beneath(int dir, const char *path, int flags, int mode, int64_t maker, struct berth_error *err)
{
    cleanup_maker int64_t as = flags & O_CREAT ? maker : -1;
    int result = make_as(as, err);
    int fd;

    if (result < 0)
        return result;
    fd = open_resolved(dir, path, flags | O_NOFOLLOW, mode, BENEATH);
    return fd < 0 ? berth_error_set(err, errno, "open `%.200s`", path) : fd;
}

int
berth_open_regular(int dir, const char *path, struct berth_error *err)
{
    char self[64];
    struct stat stat;
    cleanup_close int itself = open_resolved(dir, path, O_PATH | O_NOFOLLOW, 0, BENEATH);
    int fd;

    if (itself < 0)
        return berth_error_set(err, errno, "open `%.200s`", path);
    if (fstat(itself, &stat) < 0)
        return berth_error_set(err, errno, "stat `%.200s`", path);
    if (!S_ISREG(stat.st_mode))
        return berth_error_set(err, EINVAL, "open `%.200s`: not a regular file", path);
    snprintf(self, sizeof(self), "/proc/self/fd/%d", itself);
    fd = open(self, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return fd < 0 ? berth_error_set(err, errno, "open `%.200s`", path) : fd;
}

int
berth_open_within(int dir, const char *path, struct berth_error *err)
{
    int fd = open_resolved(dir, path, O_PATH, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);

    return fd < 0 ? berth_error_set(err, errno, "open `%.200s`", path) : fd;
}

int
berth_open_in_root(int dir, const char *path, int flags, int mode, struct berth_error *err)
{
    int fd = open_resolved(dir, path, flags, mode, IN_ROOT);

    return fd < 0 ? berth_error_set(err, errno, "open `%.200s`", path) : fd;
}

/* The mode of NAME in DIR, never through a link. */
static int
change_mode(int dir, const char *name, int mode)
{
    char self[64];
    cleanup_close int fd = -1;

    if (syscall(SYS_fchmodat2, dir, name, mode, AT_SYMLINK_NOFOLLOW) == 0)
        return 0;
    if (errno != ENOSYS)
        return -1;
    /* Before Linux 6.6: a descriptor of the file itself, named through /proc. */
    fd = open_resolved(dir, name, O_PATH | O_NOFOLLOW, 0, BENEATH);
    if (fd < 0)
        return -1;
    snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    return chmod(self, (mode_t)mode);
}

int
berth_mkdirat(int dir, const char *path, int mode, int64_t maker, struct berth_error *err)
{
    cleanup_place struct place place;
    cleanup_maker int64_t as = maker;
    int result = find_place(dir, path, &place, err);

    if (result == 0)
        result = make_as(maker, err);
    if (result < 0)
        return result;
    if (mkdirat(place.dir, place.name, (mode_t)mode & 0777) < 0)
        return berth_error_set(err, errno, "mkdir `%.200s`", path);
    if (change_mode(place.dir, place.name, mode) < 0) /* the umask took its part */
        return berth_error_set(err, errno, "chmod `%.200s`", path);
    return 0;
}

int
berth_unlinkat(int dir, const char *path, int is_directory, struct berth_error *err)
{
    cleanup_place struct place place;
    int result = find_place(dir, path, &place, err);

    if (result < 0)
        return result;
    if (unlinkat(place.dir, place.name, is_directory ? AT_REMOVEDIR : 0) < 0)
        return berth_error_set(err, errno, "remove `%.200s`", path);
    return 0;
}

int
berth_symlinkat(const char *target, int dir, const char *path, int64_t maker, struct berth_error *err)
{
    cleanup_place struct place place;
    cleanup_maker int64_t as = maker;
    int result = find_place(dir, path, &place, err);

    if (result == 0)
        result = make_as(maker, err);
    if (result < 0)
        return result;
    if (symlinkat(target, place.dir, place.name) < 0)
        return berth_error_set(err, errno, "symlink `%.200s`", path);
    return 0;
}

int
berth_linkat(int from_dir, const char *existing, int dir, const char *path, int64_t maker, struct berth_error *err)
{
    cleanup_place struct place from = {.owned = -1};
    cleanup_place struct place to = {.owned = -1};
    cleanup_maker int64_t as = maker;
    int result = find_place(from_dir, existing, &from, err);

    if (result == 0)
        result = find_place(dir, path, &to, err);
    if (result == 0)
        result = make_as(maker, err);
    if (result < 0)
        return result;
    if (linkat(from.dir, from.name, to.dir, to.name, 0) < 0)
        return berth_error_set(err, errno, "link `%.200s` to `%.200s`", path, existing);
    return 0;
}

int
berth_mknodat(int dir, const char *path, int mode, int major_number, int minor_number, int64_t maker, struct berth_error *err)
{
    cleanup_place struct place place;
    cleanup_maker int64_t as = maker;
    int result = find_place(dir, path, &place, err);

    if (result == 0)
        result = make_as(maker, err);
    if (result < 0)
        return result;
    if (mknodat(place.dir, place.name, (mode_t)mode, makedev((unsigned int)major_number, (unsigned int)minor_number)) < 0)
        return berth_error_set(err, errno, "mknod `%.200s`", path);
    if (change_mode(place.dir, place.name, mode & 07777) < 0)
        return berth_error_set(err, errno, "chmod `%.200s`", path);
    return 0;
}

int
berth_renameat(int from_dir, const char *from, int to_dir, const char *to, int flags, int64_t maker, struct berth_error *err)
{
    cleanup_place struct place old = {.owned = -1};
    cleanup_place struct place new = {.owned = -1};
    cleanup_maker int64_t as = maker;
    int result = find_place(from_dir, from, &old, err);

    if (result == 0)
        result = find_place(to_dir, to, &new, err);
    if (result == 0)
        result = make_as(maker, err);
    if (result < 0)
        return result;
    if (syscall(SYS_renameat2, old.dir, old.name, new.dir, new.name, flags) < 0)
        return berth_error_set(err, errno, "rename `%.200s` to `%.200s`", from, to);
    return 0;
}

int
berth_chmodat(int dir, const char *path, int mode, struct berth_error *err)
{
    cleanup_place struct place place;
    int result = find_place(dir, path, &place, err);

    if (result < 0)
        return result;
    if (change_mode(place.dir, place.name, mode & 07777) < 0)
        return berth_error_set(err, errno, "chmod `%.200s`", path);
    return 0;
}

int
berth_chownat(int dir, const char *path, int64_t uid, int64_t gid, struct berth_error *err)
{
    cleanup_place struct place place;
    int result = find_place(dir, path, &place, err);

    if (result < 0)
        return result;
    if (uid < 0 || uid > UINT32_MAX || gid < 0 || gid > UINT32_MAX)
        return berth_error_set(err, EINVAL, "chown `%.200s`", path);
    if (fchownat(place.dir, place.name, (uid_t)uid, (gid_t)gid, AT_SYMLINK_NOFOLLOW) < 0)
        return berth_error_set(err, errno, "chown `%.200s`", path);
    return 0;
}

int
berth_utimensat(int dir, const char *path, const int64_t *times, struct berth_error *err)
{
    cleanup_place struct place place;
    const struct timespec when[2] = {{.tv_sec = times[0], .tv_nsec = times[1]}, {.tv_sec = times[2], .tv_nsec = times[3]}};
    int result = find_place(dir, path, &place, err);

    if (result < 0)
        return result;
    if (utimensat(place.dir, place.name, when, AT_SYMLINK_NOFOLLOW) < 0)
        return berth_error_set(err, errno, "set times of `%.200s`", path);
    return 0;
}

static void
pack_stat(const struct stat *from, int64_t *out)
{
    out[0] = (int64_t)from->st_dev;
    out[1] = (int64_t)from->st_ino;
    out[2] = from->st_mode;
    out[3] = (int64_t)from->st_nlink;
    out[4] = from->st_uid;
    out[5] = from->st_gid;
    out[6] = from->st_size;
    out[7] = from->st_blocks;
    out[8] = major(from->st_rdev);
    out[9] = minor(from->st_rdev);
    out[10] = from->st_mtim.tv_sec;
    out[11] = from->st_mtim.tv_nsec;
    out[12] = from->st_atim.tv_sec;
    out[13] = from->st_atim.tv_nsec;
}

int
berth_statat(int dir, const char *path, int64_t *out, struct berth_error *err)
{
    cleanup_place struct place place;
    struct stat stat;
    int result = find_place(dir, path, &place, err);

    if (result < 0)
        return result;
    if (fstatat(place.dir, place.name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
        return berth_error_set(err, errno, "stat `%.200s`", path);
    pack_stat(&stat, out);
    return 0;
}

int
berth_fstat(int fd, int64_t *out, struct berth_error *err)
{
    struct stat stat;

    if (fstat(fd, &stat) < 0)
        return berth_error_set(err, errno, "stat descriptor %d", fd);
    pack_stat(&stat, out);
    return 0;
}

int64_t
berth_readlinkat(int dir, const char *path, char *out, size_t size, struct berth_error *err)
{
    cleanup_place struct place place;
    ssize_t length;
    int result = find_place(dir, path, &place, err);

    if (result < 0)
        return result;
    length = readlinkat(place.dir, place.name, out, size);
    return length < 0 ? berth_error_set(err, errno, "readlink `%.200s`", path) : length;
}

/* The name through which calls that take only paths reach the file itself, link or not. */
static int
open_itself(int dir, const char *path, char *self, size_t size, struct berth_error *err)
{
    int fd = open_resolved(dir, path, O_PATH | O_NOFOLLOW, 0, BENEATH);

    if (fd < 0)
        return berth_error_set(err, errno, "open `%.200s`", path);
    snprintf(self, size, "/proc/self/fd/%d", fd);
    return fd;
}

int64_t
berth_listxattrat(int dir, const char *path, char *out, size_t size, struct berth_error *err)
{
    char self[64];
    cleanup_close int fd = open_itself(dir, path, self, sizeof(self), err);
    ssize_t length;

    if (fd < 0)
        return fd;
    length = listxattr(self, out, size);
    return length < 0 ? berth_error_set(err, errno, "list attributes of `%.200s`", path) : length;
}

int64_t
berth_getxattrat(int dir, const char *path, const char *name, uint8_t *out, size_t size, struct berth_error *err)
{
    char self[64];
    cleanup_close int fd = open_itself(dir, path, self, sizeof(self), err);
    ssize_t length;

    if (fd < 0)
        return fd;
    length = getxattr(self, name, out, size);
    return length < 0 ? berth_error_set(err, errno, "get attribute `%.100s` of `%.200s`", name, path) : length;
}

int
berth_setxattrat(int dir, const char *path, const char *name, const uint8_t *value, size_t size, struct berth_error *err)
{
    char self[64];
    cleanup_close int fd = open_itself(dir, path, self, sizeof(self), err);

    if (fd < 0)
        return fd;
    if (setxattr(self, name, value, size, 0) < 0)
        return berth_error_set(err, errno, "set attribute `%.100s` of `%.200s`", name, path);
    return 0;
}

struct kernel_dirent {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

int64_t
berth_read_dir(int fd, uint8_t *out, size_t size, struct berth_error *err)
{
    size_t used = 0;
    size_t at = 0;
    long got = syscall(SYS_getdents64, fd, out, size);

    if (got < 0)
        return berth_error_set(err, errno, "read directory");
    if (got == 0)
        return 0;
    /* Packed in place: a packed entry is never longer than the kernel's. */
    while (at < (size_t)got) {
        struct kernel_dirent entry;
        const char *name = (const char *)out + at + offsetof(struct kernel_dirent, name);
        size_t name_length = strlen(name);
        uint16_t stored = (uint16_t)name_length;

        memcpy(&entry, out + at, offsetof(struct kernel_dirent, name));
        at += entry.length;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        memmove(out + used + 11, name, name_length);
        out[used] = entry.type;
        memcpy(out + used + 1, &entry.inode, sizeof(entry.inode));
        memcpy(out + used + 9, &stored, sizeof(stored));
        used += 11 + name_length;
    }
    return (int64_t)used > 0 ? (int64_t)used : berth_read_dir(fd, out, size, err);
}
