/* TCP connections of the relay: each is two sockets and a buffer per direction, and an end of stream is passed on as such, so half-closed
   connections work. */
#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { FLOW_BUFFER = 32768 };

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
    connection->next_dead = relay->dead_connections;
    relay->dead_connections = connection;
}

void
stream_free_dead(struct relay *relay)
{
    while (relay->dead_connections) {
        struct connection *next = relay->dead_connections->next_dead;

        free(relay->dead_connections);
        relay->dead_connections = next;
    }
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

            if (length < 0 && !relay_would_block(errno))
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

            if (length < 0 && !relay_would_block(errno))
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

void
stream_advance(struct relay *relay, struct end *end, uint32_t events)
{
    struct connection *connection = end->connection;
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
    if (!relay_watch(relay, &connection->ends[0].watched, 0) || !relay_watch(relay, &connection->ends[1].watched, EPOLLOUT))
        connection_end(relay, connection, true);
}

void
stream_end_all(struct relay *relay, struct listener *listener)
{
    while (listener->connections)
        connection_end(relay, listener->connections, true);
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

void
stream_accept(struct relay *relay, struct listener *listener)
{
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
