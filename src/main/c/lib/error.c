#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

int
berth_error_set(struct berth_error *err, int code, const char *format, ...)
{
    va_list arguments;

    if (err) {
        va_start(arguments, format);
        vsnprintf(err->message, sizeof(err->message), format, arguments);
        va_end(arguments);
    }
    return -code;
}

void
close_owned_fd(const int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        close(*fd);
    errno = saved;
}

int
berth_close(int fd)
{
    return close(fd) < 0 ? -errno : 0;
}

int
berth_dup(int fd, struct berth_error *err)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    return copy < 0 ? berth_error_set(err, errno, "duplicate descriptor %d", fd) : copy;
}
