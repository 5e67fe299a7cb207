#include "internal.h"

#include <errno.h>
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
