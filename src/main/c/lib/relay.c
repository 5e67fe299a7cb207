/* TCP connections to published IPv6 addresses that the firewall does not carry. One loop on one thread serves all of them: each
   connection is two sockets and a buffer per direction, and an end of stream is passed on as such, so half-closed connections work. The
   listening sockets live in this process alone: when it is gone, connections are refused instead of hanging. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

enum { FLOW_BUFFER = 32768, BACKLOG = 511, EVENTS = 64 };

enum kind { KIND_STOP, KIND_LISTENER, KIND_END };

/* What an epoll event points at; the first member of each thing that is watched. */
struct watched {
    enum kind kind;
    int fd;
};

struct connection;

struct end {
    struct watched watched;
    struct connection *connection;
    uint32_t interest;
    bool finished; /* nothing more will be read or written: not watched any longer */
};

/* Bytes on their way from one end to the other. */
struct flow {
    size_t start;
    size_t used;
    bool ended;  /* the source said end of stream */
    bool passed; /* and the destination was told */
    uint8_t buffer[FLOW_BUFFER];
};

struct connection {
    struct end ends[2]; /* client, container */
    struct flow flows[2]; /* flows[i] leaves ends[i] */
    bool connecting;
    struct listener *listener;
    struct connection *next, *previous; /* of the same listener */
    struct connection *next_dead;
};

struct listener {
    struct watched watched;
    struct sockaddr_storage target;
    socklen_t target_length;
    struct connection *connections;
    struct listener *next, *previous;
};

struct relay {
    int epoll_fd;
    int spare_fd; /* given up for a moment to refuse a client when descriptors run out */
    struct watched stop;
    pthread_mutex_t mutex; /* guards the list of listeners */
    struct listener *listeners;
    struct connection *dead; /* freed after the round: later events of it may point there */
};

static void
close_with_reset(int fd)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(fd);
}

/* End a connection. After a failure both sides see a reset, never a clean end that did not happen. */
static void
connection_end(struct relay *relay, struct connection *connection, bool failed)
{
    for (int i = 0; i < 2; i++) {
        if (connection->ends[i].watched.fd < 0)
            continue;
        if (failed)
            close_with_reset(connection->ends[i].watched.fd);
        else
            close(connection->ends[i].watched.fd);
        connection->ends[i].watched.fd = -1;
    }
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        connection->listener->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    connection->next_dead = relay->dead;
    relay->dead = connection;
}

static void
free_dead(struct relay *relay)
{
    while (relay->dead) {
        struct connection *next = relay->dead->next_dead;

        free(relay->dead);
        relay->dead = next;
    }
}

static bool
would_block(int code)
{
    return code == EAGAIN || code == EWOULDBLOCK || code == EINTR;
}

/* Move what can be moved from FROM to TO. Returns false when the connection is broken. */
static bool
flow_pump(struct flow *flow, int from, int to)
{
    for (;;) {
        bool moved = false;

        if (!flow->ended && flow->start + flow->used < FLOW_BUFFER) {
            size_t at = flow->start + flow->used;
            ssize_t length = recv(from, flow->buffer + at, FLOW_BUFFER - at, 0);

            if (length < 0 && !would_block(errno))
                return false;
            if (length == 0)
                flow->ended = true;
            if (length > 0) {
                flow->used += (size_t)length;
                moved = true;
            }
        }
        if (flow->used > 0) {
            ssize_t length = send(to, flow->buffer + flow->start, flow->used, MSG_NOSIGNAL);

            if (length < 0 && !would_block(errno))
                return false;
            if (length > 0) {
                flow->start += (size_t)length;
                flow->used -= (size_t)length;
                moved = true;
            }
            if (flow->used == 0)
                flow->start = 0;
        }
        if (flow->ended && flow->used == 0 && !flow->passed) {
            if (shutdown(to, SHUT_WR) < 0)
                return false;
            flow->passed = true;
        }
        if (!moved)
            return true;
    }
}

/* Ask for the events that can help: what can be read while there is room, what can be written while there is something. */
static bool
update_interest(struct relay *relay, struct connection *connection)
{
    for (int i = 0; i < 2; i++) {
        struct end *end = &connection->ends[i];
        const struct flow *out = &connection->flows[i], *in = &connection->flows[1 - i];
        struct epoll_event event = {.data.ptr = end};

        if (end->finished)
            continue;
        if (out->ended && in->passed) { /* it would be reported as hung up for ever while the other end drains */
            end->finished = true;
            if (epoll_ctl(relay->epoll_fd, EPOLL_CTL_DEL, end->watched.fd, NULL) < 0)
                return false;
            continue;
        }
        if (!out->ended && out->start + out->used < FLOW_BUFFER)
            event.events |= EPOLLIN;
        if (in->used > 0)
            event.events |= EPOLLOUT;
        if (event.events == end->interest)
            continue;
        if (epoll_ctl(relay->epoll_fd, EPOLL_CTL_MOD, end->watched.fd, &event) < 0)
            return false;
        end->interest = event.events;
    }
    return true;
}

static void
connection_advance(struct relay *relay, struct connection *connection, const struct end *end, uint32_t events)
{
    int client = connection->ends[0].watched.fd, container = connection->ends[1].watched.fd;

    if (events & EPOLLERR) {
        connection_end(relay, connection, true);
        return;
    }
    if (connection->connecting) {
        if (end != &connection->ends[1])
            return;
        connection->connecting = false;
    }
    if (!flow_pump(&connection->flows[0], client, container) || !flow_pump(&connection->flows[1], container, client)) {
        connection_end(relay, connection, true);
        return;
    }
    if (connection->flows[0].passed && connection->flows[1].passed)
        connection_end(relay, connection, false);
    else if (!update_interest(relay, connection))
        connection_end(relay, connection, true);
}

static void
set_options(int fd)
{
    int on = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)); /* a peer that vanished is noticed in the end */
}

static bool
watch(struct relay *relay, struct watched *watched, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = watched};

    return epoll_ctl(relay->epoll_fd, EPOLL_CTL_ADD, watched->fd, &event) == 0;
}

/* Start carrying a client that was just accepted; takes CLIENT over. */
static void
connection_begin(struct relay *relay, struct listener *listener, int client)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    int container = socket(listener->target.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (!connection || container < 0
        || (connect(container, (struct sockaddr *)&listener->target, listener->target_length) < 0
            && errno != EINPROGRESS)) {
        if (container >= 0)
            close(container);
        close_with_reset(client);
        free(connection);
        return;
    }
    set_options(client);
    set_options(container);
    connection->listener = listener;
    connection->connecting = true;
    connection->ends[0] = (struct end){.watched = {KIND_END, client}, .connection = connection};
    connection->ends[1]
        = (struct end){.watched = {KIND_END, container}, .connection = connection, .interest = EPOLLOUT};
    connection->next = listener->connections;
    if (connection->next)
        connection->next->previous = connection;
    listener->connections = connection;
    if (!watch(relay, &connection->ends[0].watched, 0) || !watch(relay, &connection->ends[1].watched, EPOLLOUT))
        connection_end(relay, connection, true);
}

/* Stop serving an address: the connections that came over it end, for their container is gone. */
static void
listener_end(struct relay *relay, struct listener *listener)
{
    while (listener->connections)
        connection_end(relay, listener->connections, true);
    pthread_mutex_lock(&relay->mutex);
    if (listener->previous)
        listener->previous->next = listener->next;
    else
        relay->listeners = listener->next;
    if (listener->next)
        listener->next->previous = listener->previous;
    pthread_mutex_unlock(&relay->mutex);
    /* Closing is not enough: the owner has the same open file, and the loop would hear of it again. */
    (void)epoll_ctl(relay->epoll_fd, EPOLL_CTL_DEL, listener->watched.fd, NULL);
    close(listener->watched.fd);
    free(listener);
}

/* No descriptor is left to accept with: take the client in with the spare one and refuse it, or the loop would spin on it. */
static void
refuse_one(struct relay *relay, int listen_fd)
{
    int client;

    close(relay->spare_fd);
    client = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (client >= 0)
        close_with_reset(client);
    relay->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
listener_advance(struct relay *relay, struct listener *listener, uint32_t events)
{
    if (events & (EPOLLHUP | EPOLLERR)) { /* the owner shut it down */
        listener_end(relay, listener);
        return;
    }
    for (;;) {
        int client = accept4(listener->watched.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (client >= 0) {
            connection_begin(relay, listener, client);
        } else if (errno == EMFILE || errno == ENFILE) {
            refuse_one(relay, listener->watched.fd);
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

int64_t
berth_relay_create(struct berth_error *err)
{
    struct relay *relay = calloc(1, sizeof(*relay));
    int failure = ENOMEM;

    if (!relay)
        return berth_error_set(err, ENOMEM, "make a relay");
    relay->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    relay->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    relay->stop = (struct watched){KIND_STOP, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (relay->epoll_fd < 0 || relay->spare_fd < 0 || relay->stop.fd < 0 || !watch(relay, &relay->stop, EPOLLIN)) {
        failure = errno;
        close_owned_fd(&relay->epoll_fd);
        close_owned_fd(&relay->spare_fd);
        close_owned_fd(&relay->stop.fd);
        free(relay);
        return berth_error_set(err, failure, "make a relay");
    }
    pthread_mutex_init(&relay->mutex, NULL);
    return (int64_t)(intptr_t)relay;
}

static int
open_listener(const uint8_t *address, int port, struct berth_error *err)
{
    struct sockaddr_in6 local = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int on = 1;
    cleanup_close int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return berth_error_set(err, errno, "socket");
    memcpy(&local.sin6_addr, address, 16);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0
        || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
        return berth_error_set(err, errno, "set socket options");
    if (bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
        return berth_error_set(err, errno, "bind port %d", port);
    if (listen(fd, BACKLOG) < 0)
        return berth_error_set(err, errno, "listen on port %d", port);
    return steal_fd(&fd);
}

int
berth_relay_listen(int64_t handle, const uint8_t *address, int port, const uint8_t *target, int target_length,
                   int target_port, struct berth_error *err)
{
    struct relay *relay = (struct relay *)(intptr_t)handle;
    struct listener *listener;
    struct sockaddr_storage to;
    socklen_t to_length = socket_address(&to, target, target_length, target_port);
    cleanup_close int own = -1;
    cleanup_close int fd = -1;

    if (to_length == 0)
        return berth_error_set(err, EINVAL, "target of %d octets", target_length);
    fd = open_listener(address, port, err);
    if (fd < 0)
        return fd;
    own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    listener = calloc(1, sizeof(*listener));
    if (own < 0 || !listener) {
        free(listener);
        return berth_error_set(err, own < 0 ? EMFILE : ENOMEM, "listen on port %d", port);
    }
    listener->watched = (struct watched){KIND_LISTENER, own};
    listener->target = to;
    listener->target_length = to_length;
    pthread_mutex_lock(&relay->mutex);
    listener->next = relay->listeners;
    if (listener->next)
        listener->next->previous = listener;
    relay->listeners = listener;
    pthread_mutex_unlock(&relay->mutex);
    if (!watch(relay, &listener->watched, EPOLLIN)) {
        int failure = errno;

        (void)steal_fd(&own);
        listener_end(relay, listener);
        return berth_error_set(err, failure, "watch port %d", port);
    }
    (void)steal_fd(&own);
    return steal_fd(&fd);
}

int
berth_relay_unlisten(int listener, struct berth_error *err)
{
    int failure = shutdown(listener, SHUT_RDWR) < 0 ? errno : 0;

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

static void
relay_free(struct relay *relay)
{
    while (relay->listeners)
        listener_end(relay, relay->listeners);
    free_dead(relay);
    close(relay->epoll_fd);
    close(relay->spare_fd);
    close(relay->stop.fd);
    pthread_mutex_destroy(&relay->mutex);
    free(relay);
}

int
berth_relay_run(int64_t handle, struct berth_error *err)
{
    struct relay *relay = (struct relay *)(intptr_t)handle;
    int result = 0;
    bool stopped = false;

    while (!stopped) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(relay->epoll_fd, events, EVENTS, -1);

        if (count < 0 && errno != EINTR) {
            result = berth_error_set(err, errno, "wait for connections");
            break;
        }
        for (int i = 0; i < count; i++) {
            struct watched *watched = events[i].data.ptr;

            if (watched->kind == KIND_STOP) {
                stopped = true;
            } else if (watched->kind == KIND_LISTENER) {
                listener_advance(relay, (struct listener *)watched, events[i].events);
            } else if (watched->fd >= 0) {
                struct end *end = (struct end *)watched;

                connection_advance(relay, end->connection, end, events[i].events);
            }
        }
        free_dead(relay);
    }
    relay_free(relay);
    return result;
}
