/* Traffic to published IPv6 addresses that the firewall does not carry. One loop on one thread serves all of it. The sockets that hold the
   ports live in this process alone: when it is gone, connections are refused instead of hanging. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

enum { BACKLOG = 511, EVENTS = 64, SWEEPS = 10 /* while a client may be idle */ };

bool
relay_would_block(int code)
{
    return code == EAGAIN || code == EWOULDBLOCK || code == EINTR;
}

int64_t
relay_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool
relay_watch(const struct relay *relay, struct watched *watched, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watched};

    return epoll_ctl(relay->epoll_fd, EPOLL_CTL_ADD, watched->fd, &event) == 0;
}

static void
free_dead(struct relay *relay)
{
    stream_free_dead(relay);
    datagram_free_dead(relay);
}

/* Stop serving an address: what came over it ends, for its container is gone. */
static void
listener_end(struct relay *relay, struct listener *listener)
{
    if (listener->clients)
        datagram_end_all(relay, listener);
    else
        stream_end_all(relay, listener);
    /* Closing is not enough: the owner has the same open file, and the loop would hear of it again. */
    (void)epoll_ctl(relay->epoll_fd, EPOLL_CTL_DEL, listener->watched.fd, NULL);
    close(listener->watched.fd);
    pthread_mutex_lock(&relay->mutex);
    if (listener->previous)
        listener->previous->next = listener->next;
    else
        relay->listeners = listener->next;
    if (listener->next)
        listener->next->previous = listener->previous;
    pthread_cond_broadcast(&relay->ended);
    pthread_mutex_unlock(&relay->mutex);
    free(listener);
}

static void
listener_advance(struct relay *relay, struct listener *listener, uint32_t events)
{
    bool stream = !listener->clients;

    if (events & (stream ? EPOLLHUP | EPOLLERR : EPOLLHUP)) /* the owner shut it down */
        listener_end(relay, listener);
    else if (stream)
        stream_accept(relay, listener);
    else
        datagram_receive(relay, listener);
}

int64_t
berth_relay_create(int64_t idle_ms, struct berth_error *err)
{
    struct relay *relay = calloc(1, sizeof(*relay));
    int failure = ENOMEM;

    if (!relay)
        return berth_error_set(err, ENOMEM, "make a relay");
    relay->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    relay->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    relay->idle_ms = idle_ms;
    relay->datagram = malloc(DATAGRAM_BYTES);
    relay->stop = (struct watched){KIND_STOP, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (relay->epoll_fd < 0 || relay->spare_fd < 0 || relay->stop.fd < 0 || !relay->datagram
        || !relay_watch(relay, &relay->stop, EPOLLIN)) {
        failure = errno;
        close_owned_fd(&relay->epoll_fd);
        close_owned_fd(&relay->spare_fd);
        close_owned_fd(&relay->stop.fd);
        free(relay->datagram);
        free(relay);
        return berth_error_set(err, failure, "make a relay");
    }
    pthread_mutex_init(&relay->mutex, NULL);
    pthread_cond_init(&relay->ended, NULL);
    return (int64_t)(intptr_t)relay;
}

/* TYPE is SOCK_STREAM or SOCK_DGRAM. */
static int
open_listener(int type, const uint8_t *address, int port, struct berth_error *err)
{
    struct sockaddr_in6 local = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int on = 1;
    cleanup_close int fd = socket(AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return berth_error_set(err, errno, "socket");
    memcpy(&local.sin6_addr, address, 16);
    /* Two sockets of UDP that allow it would share a port; of TCP it is about connections that are long over. */
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0
        || (type == SOCK_STREAM && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
        || (type == SOCK_DGRAM && setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) < 0))
        return berth_error_set(err, errno, "set socket options");
    if (bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
        return berth_error_set(err, errno, "bind port %d", port);
    if (type == SOCK_STREAM && listen(fd, BACKLOG) < 0)
        return berth_error_set(err, errno, "listen on port %d", port);
    return steal_fd(&fd);
}

/* A listener for the socket FD, not yet in the list, with a descriptor of its own. NULL when memory or descriptors run out. */
static struct listener *
listener_create(int fd, int type)
{
    struct listener *listener = calloc(1, sizeof(*listener));
    struct clients *clients = type == SOCK_DGRAM ? datagram_clients_create() : NULL;
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (!listener || own < 0 || (type == SOCK_DGRAM && !clients)) {
        close_owned_fd(&own);
        free(clients);
        free(listener);
        return NULL;
    }
    listener->watched = (struct watched){KIND_LISTENER, own};
    listener->owner_fd = fd;
    listener->clients = clients;
    return listener;
}

int
berth_relay_listen(int64_t handle, int protocol, const uint8_t *address, int port, const uint8_t *target, int target_length,
                   int target_port, struct berth_error *err)
{
    struct relay *relay = (struct relay *)(intptr_t)handle;
    struct listener *listener;
    struct sockaddr_storage to;
    socklen_t to_length = socket_address(&to, target, target_length, target_port);
    int type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
    cleanup_close int fd = -1;

    if (to_length == 0)
        return berth_error_set(err, EINVAL, "target of %d octets", target_length);
    if (protocol != IPPROTO_UDP && protocol != IPPROTO_TCP)
        return berth_error_set(err, EINVAL, "protocol %d", protocol);
    fd = open_listener(type, address, port, err);
    if (fd < 0)
        return fd;
    listener = listener_create(fd, type);
    if (!listener)
        return berth_error_set(err, ENOMEM, "listen on port %d", port);
    listener->target = to;
    listener->target_length = to_length;
    pthread_mutex_lock(&relay->mutex);
    listener->next = relay->listeners;
    if (listener->next)
        listener->next->previous = listener;
    relay->listeners = listener;
    pthread_mutex_unlock(&relay->mutex);
    if (!relay_watch(relay, &listener->watched, EPOLLIN)) {
        int failure = errno;

        listener_end(relay, listener);
        return berth_error_set(err, failure, "watch port %d", port);
    }
    return steal_fd(&fd);
}

static bool
is_served(const struct relay *relay, int owner_fd)
{
    for (const struct listener *one = relay->listeners; one; one = one->next)
        if (one->owner_fd == owner_fd)
            return true;
    return false;
}

int
berth_relay_unlisten(int64_t handle, int listener, struct berth_error *err)
{
    struct relay *relay = (struct relay *)(intptr_t)handle;
    /* The loop hears of it, also where the kernel says that a socket of UDP is not connected. */
    int failure = shutdown(listener, SHUT_RDWR) < 0 && errno != ENOTCONN ? errno : 0;

    if (relay && !failure) { /* the loop's descriptor would hold the port */
        pthread_mutex_lock(&relay->mutex);
        while (!relay->over && is_served(relay, listener))
            pthread_cond_wait(&relay->ended, &relay->mutex);
        pthread_mutex_unlock(&relay->mutex);
    }
    close(listener);
    return failure ? berth_error_set(err, failure, "shut a listener down") : 0;
}

int
berth_relay_stop(int64_t handle, struct berth_error *err)
{
    const struct relay *relay = (const struct relay *)(intptr_t)handle;
    uint64_t one = 1;

    return write(relay->stop.fd, &one, sizeof(one)) < 0 ? berth_error_set(err, errno, "stop a relay") : 0;
}

void
berth_relay_free(int64_t handle)
{
    struct relay *relay = (struct relay *)(intptr_t)handle;

    while (relay->listeners)
        listener_end(relay, relay->listeners);
    free_dead(relay);
    close(relay->epoll_fd);
    close(relay->spare_fd);
    close(relay->stop.fd);
    pthread_cond_destroy(&relay->ended);
    pthread_mutex_destroy(&relay->mutex);
    free(relay->datagram);
    free(relay);
}

/* Ends clients that are silent, when it is time to. How long the loop may wait then, in milliseconds: for ever while there are none. */
static int
sweep(struct relay *relay)
{
    int64_t now;

    if (relay->peers == 0)
        return -1;
    now = relay_now_ms();
    if (now >= relay->next_sweep_ms) {
        relay->next_sweep_ms = now + relay->idle_ms / SWEEPS + 1;
        pthread_mutex_lock(&relay->mutex);
        for (struct listener *one = relay->listeners; one; one = one->next)
            if (one->clients)
                datagram_sweep(relay, one);
        pthread_mutex_unlock(&relay->mutex);
    }
    return (int)(relay->next_sweep_ms - now);
}

/* Returns false when the loop is to end. */
static bool
dispatch(struct relay *relay, const struct epoll_event *event)
{
    struct watched *watched = event->data.ptr;

    if (watched->kind == KIND_STOP)
        return false;
    if (watched->fd < 0)
        return true;
    if (watched->kind == KIND_LISTENER)
        listener_advance(relay, (struct listener *)watched, event->events);
    else if (watched->kind == KIND_PEER)
        datagram_answer(relay, (struct peer *)watched);
    else
        stream_advance(relay, (struct end *)watched, event->events);
    return true;
}

int
berth_relay_run(int64_t handle, struct berth_error *err)
{
    struct relay *relay = (struct relay *)(intptr_t)handle;
    int result = 0;
    bool stopped = false;

    while (!stopped) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(relay->epoll_fd, events, EVENTS, sweep(relay));

        if (count < 0 && errno != EINTR) {
            result = berth_error_set(err, errno, "wait for connections");
            break;
        }
        for (int i = 0; i < count; i++)
            stopped |= !dispatch(relay, &events[i]);
        free_dead(relay);
    }
    pthread_mutex_lock(&relay->mutex);
    relay->over = true;
    pthread_cond_broadcast(&relay->ended);
    pthread_mutex_unlock(&relay->mutex);
    return result;
}
