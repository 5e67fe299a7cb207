/* Open files: reading, writing and making durable. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

int64_t
berth_read(int fd, uint8_t *buffer, size_t length, struct berth_error *err)
{
    ssize_t got;

    do
        got = read(fd, buffer, length);
    while (got < 0 && errno == EINTR);
    return got < 0 ? berth_error_set(err, errno, "read") : got;
}

int64_t
berth_write(int fd, const uint8_t *buffer, size_t length, struct berth_error *err)
{
    size_t done = 0;

    while (done < length) {
        ssize_t put = write(fd, buffer + done, length - done);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return berth_error_set(err, errno, "write");
        done += (size_t)put;
    }
    return (int64_t)done;
}

int64_t
berth_lseek(int fd, int64_t offset, int whence, struct berth_error *err)
{
    off_t position = lseek(fd, offset, whence);

    return position < 0 ? berth_error_set(err, errno, "seek") : position;
}

int
berth_ftruncate(int fd, int64_t size, struct berth_error *err)
{
    return ftruncate(fd, size) < 0 ? berth_error_set(err, errno, "truncate") : 0;
}

int
berth_clone_content(int to, int from, struct berth_error *err)
{
    if (ioctl(to, FICLONE, from) == 0)
        return 1;
    /* A file system that cannot says so in many ways: ioctl_ficlone(2). */
    if (errno == EOPNOTSUPP || errno == ENOTTY || errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == ETXTBSY)
        return 0;
    return berth_error_set(err, errno, "clone the content of a file");
}

int
berth_place_apart(const char *path, struct berth_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    int flags = 0;
    int result;

    if (fd < 0)
        return berth_error_set(err, errno, "open %s", path);
    result = ioctl(fd, FS_IOC_GETFLAGS, &flags);
    if (result == 0 && !(flags & FS_TOPDIR_FL)) {
        flags |= FS_TOPDIR_FL;
        result = ioctl(fd, FS_IOC_SETFLAGS, &flags);
    }
    /* Those that have no flags, or not this one, say so in many ways. */
    if (result < 0 && errno != ENOTTY && errno != EOPNOTSUPP && errno != EINVAL && errno != ENOSYS)
        result = berth_error_set(err, errno, "set the flags of %s", path);
    else
        result = result == 0;
    close(fd);
    return result;
}

static int
allocate(const char *path, int mode, int64_t offset, int64_t length, const char *tried, struct berth_error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    int result = 0;

    if (fd < 0)
        return berth_error_set(err, errno, "open %s", path);
    if (fallocate(fd, mode | FALLOC_FL_KEEP_SIZE, offset, length) < 0)
        result = berth_error_set(err, errno, "%s %s", tried, path);
    close(fd);
    return result;
}

int
berth_preallocate(const char *path, int64_t offset, int64_t length, struct berth_error *err)
{
    return allocate(path, 0, offset, length, "take disk space for", err);
}

int
berth_zero_range(const char *path, int64_t offset, int64_t length, struct berth_error *err)
{
    return allocate(path, FALLOC_FL_ZERO_RANGE, offset, length, "clear a part of", err);
}

int
berth_fsync(int fd, struct berth_error *err)
{
    return fsync(fd) < 0 ? berth_error_set(err, errno, "fsync") : 0;
}

int
berth_syncfs(int fd, struct berth_error *err)
{
    return syncfs(fd) < 0 ? berth_error_set(err, errno, "syncfs") : 0;
}
