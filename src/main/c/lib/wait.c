#include "internal.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENTS_A_CALL 64
#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int
berth_pidfd_open(int pid, struct berth_error *err)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0u);

    return fd < 0 ? berth_error_set(err, errno, "pidfd_open %d", pid) : fd;
}

int
berth_pidfd_signal(int pidfd, int signal, struct berth_error *err)
{
    if (syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0u) < 0)
        return berth_error_set(err, errno, "send signal %d", signal);
    return 0;
}

int
berth_reap(int pidfd, struct berth_error *err)
{
    siginfo_t info = { 0 };

    if (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0)
        return berth_error_set(err, errno, "wait for a process");
    if (info.si_pid == 0)
        return berth_error_set(err, EAGAIN, "the process runs");
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

int
berth_epoll_create(struct berth_error *err)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);

    return fd < 0 ? berth_error_set(err, errno, "epoll_create1") : fd;
}

int
berth_epoll_add(int epoll, int fd, int64_t token, struct berth_error *err)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.u64 = (uint64_t)token };

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 && (errno != EEXIST || epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) < 0))
        return berth_error_set(err, errno, "epoll_ctl");
    return 0;
}

int
berth_epoll_wait(int epoll, int64_t *tokens, int max, int timeout, struct berth_error *err)
{
    struct epoll_event events[EVENTS_A_CALL];
    int n;

    do {
        n = epoll_wait(epoll, events, max < EVENTS_A_CALL ? max : EVENTS_A_CALL, timeout);
    } while (n < 0 && errno == EINTR && timeout < 0);
    if (n < 0)
        return errno == EINTR ? 0 : berth_error_set(err, errno, "epoll_wait");
    for (int i = 0; i < n; i++)
        tokens[i] = (int64_t)events[i].data.u64;
    return n;
}

int
berth_event_create(struct berth_error *err)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    return fd < 0 ? berth_error_set(err, errno, "eventfd") : fd;
}

int
berth_event_signal(int event, struct berth_error *err)
{
    return eventfd_write(event, 1) < 0 ? berth_error_set(err, errno, "signal an event") : 0;
}
