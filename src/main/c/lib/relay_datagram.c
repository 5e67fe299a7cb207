/* Datagrams of the relay: each client of a port has a socket of its own towards the container, so that answers find their way back. It is
   closed when nothing has come for a while, and when another one needs its place: datagrams may be lost, and who cares asks again. */
#include "relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    BUCKETS = 256,
    MOST_PEERS = 1024, /* of a port */
    ROUND = 64,        /* datagrams of one socket until the others have their turn */
};

/* Who is served: a client, at the address of this host that it has written to. */
struct route {
    struct sockaddr_in6 client;
    struct in6_addr local;
};

struct peer {
    struct watched watched;
    struct listener *listener;
    struct route route;
    int64_t last_ms;
    struct peer *next_in_bucket;
    struct peer *newer, *older;
    struct peer *next_dead;
};

struct clients {
    struct peer *buckets[BUCKETS];
    struct peer *newest, *oldest;
    size_t count;
};

struct clients *
datagram_clients_create(void)
{
    return calloc(1, sizeof(struct clients));
}

static bool
is_same(const struct route *one, const struct route *other)
{
    return one->client.sin6_port == other->client.sin6_port && one->client.sin6_scope_id == other->client.sin6_scope_id
           && memcmp(&one->client.sin6_addr, &other->client.sin6_addr, sizeof(one->client.sin6_addr)) == 0
           && memcmp(&one->local, &other->local, sizeof(one->local)) == 0;
}

static struct peer **
bucket_of(struct clients *clients, const struct route *route)
{
    uint32_t hash = route->client.sin6_port;

    for (size_t i = 0; i < 4; i++)
        hash = hash * 16777619U ^ route->client.sin6_addr.s6_addr32[i] ^ route->local.s6_addr32[i] * 31U;
    hash ^= hash >> 16;
    return &clients->buckets[(hash ^ hash >> 8) % BUCKETS];
}

static void
unlink_by_age(struct clients *clients, struct peer *peer)
{
    if (peer->newer)
        peer->newer->older = peer->older;
    else
        clients->newest = peer->older;
    if (peer->older)
        peer->older->newer = peer->newer;
    else
        clients->oldest = peer->newer;
}

static void
link_newest(struct clients *clients, struct peer *peer)
{
    peer->last_ms = relay_now_ms();
    peer->newer = NULL;
    peer->older = clients->newest;
    if (clients->newest)
        clients->newest->newer = peer;
    else
        clients->oldest = peer;
    clients->newest = peer;
}

static void
touch(struct peer *peer)
{
    unlink_by_age(peer->listener->clients, peer);
    link_newest(peer->listener->clients, peer);
}

static void
peer_end(struct relay *relay, struct peer *peer)
{
    struct clients *clients = peer->listener->clients;
    struct peer **place = bucket_of(clients, &peer->route);

    while (*place != peer)
        place = &(*place)->next_in_bucket;
    *place = peer->next_in_bucket;
    unlink_by_age(clients, peer);
    clients->count--;
    relay->peers--;
    close(peer->watched.fd);
    peer->watched.fd = -1;
    peer->next_dead = relay->dead_peers;
    relay->dead_peers = peer;
}

void
datagram_free_dead(struct relay *relay)
{
    while (relay->dead_peers) {
        struct peer *next = relay->dead_peers->next_dead;

        free(relay->dead_peers);
        relay->dead_peers = next;
    }
}

void
datagram_sweep(struct relay *relay, struct listener *listener)
{
    int64_t limit = relay_now_ms() - relay->idle_ms;

    while (listener->clients->oldest && listener->clients->oldest->last_ms <= limit)
        peer_end(relay, listener->clients->oldest);
}

void
datagram_end_all(struct relay *relay, struct listener *listener)
{
    while (listener->clients->oldest)
        peer_end(relay, listener->clients->oldest);
    free(listener->clients);
    listener->clients = NULL;
}

/* A socket that is connected to the container. -1: none can be had. */
static int
connected_socket(const struct listener *listener)
{
    int fd = socket(listener->target.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&listener->target, listener->target_length) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* NULL when nothing is left to serve it with. */
static struct peer *
peer_begin(struct relay *relay, struct listener *listener, const struct route *route)
{
    struct clients *clients = listener->clients;
    struct peer **bucket = bucket_of(clients, route);
    struct peer *peer = calloc(1, sizeof(*peer));
    int fd;

    if (!peer)
        return NULL;
    if (clients->count >= MOST_PEERS)
        peer_end(relay, clients->oldest);
    fd = connected_socket(listener);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE) && clients->oldest) {
        peer_end(relay, clients->oldest);
        fd = connected_socket(listener);
    }
    peer->watched = (struct watched){KIND_PEER, fd};
    if (fd < 0 || !relay_watch(relay, &peer->watched, EPOLLIN)) {
        if (fd >= 0)
            close(fd);
        free(peer);
        return NULL;
    }
    peer->listener = listener;
    peer->route = *route;
    peer->next_in_bucket = *bucket;
    *bucket = peer;
    link_newest(clients, peer);
    clients->count++;
    relay->peers++;
    return peer;
}

static struct peer *
peer_of(struct relay *relay, struct listener *listener, const struct route *route)
{
    for (struct peer *peer = *bucket_of(listener->clients, route); peer; peer = peer->next_in_bucket) {
        if (is_same(&peer->route, route)) {
            touch(peer);
            return peer;
        }
    }
    return peer_begin(relay, listener, route);
}

/* Room for the address of this host that a datagram is for, or comes from. */
union local_address {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* The next datagram for the port into the relay's room for one; its length, or -1. */
static ssize_t
receive_one(const struct relay *relay, int fd, struct route *route)
{
    union local_address control;
    struct iovec part = {.iov_base = relay->datagram, .iov_len = DATAGRAM_BYTES};
    struct msghdr message = {.msg_name = &route->client, .msg_namelen = sizeof(route->client), .msg_iov = &part, .msg_iovlen = 1,
                             .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
    ssize_t length = recvmsg(fd, &message, 0);

    for (struct cmsghdr *one = length < 0 ? NULL : CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
        struct in6_pktinfo info;

        if (one->cmsg_level != IPPROTO_IPV6 || one->cmsg_type != IPV6_PKTINFO)
            continue;
        memcpy(&info, CMSG_DATA(one), sizeof(info));
        route->local = info.ipi6_addr;
    }
    return length;
}

void
datagram_receive(struct relay *relay, struct listener *listener)
{
    for (int i = 0; i < ROUND; i++) {
        struct route route = {0};
        ssize_t length = receive_one(relay, listener->watched.fd, &route);
        struct peer *peer;

        if (length < 0 && relay_would_block(errno))
            return;
        if (length < 0)
            continue;
        peer = peer_of(relay, listener, &route);
        /* What is refused may be an earlier one, of which the kernel tells at the next: this one is tried once more. */
        if (peer && send(peer->watched.fd, relay->datagram, (size_t)length, MSG_NOSIGNAL) < 0 && errno == ECONNREFUSED)
            (void)send(peer->watched.fd, relay->datagram, (size_t)length, MSG_NOSIGNAL);
    }
}

/* From the address that the client has written to. */
static void
send_back(const struct relay *relay, const struct peer *peer, size_t length)
{
    union local_address control = {.bytes = {0}};
    struct sockaddr_in6 client = peer->route.client;
    struct iovec part = {.iov_base = relay->datagram, .iov_len = length};
    struct msghdr message = {.msg_name = &client, .msg_namelen = sizeof(client), .msg_iov = &part, .msg_iovlen = 1,
                             .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes)};
    struct in6_pktinfo info = {.ipi6_addr = peer->route.local, .ipi6_ifindex = client.sin6_scope_id};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = IPPROTO_IPV6;
    header->cmsg_type = IPV6_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof(info));
    memcpy(CMSG_DATA(header), &info, sizeof(info));
    (void)sendmsg(peer->listener->watched.fd, &message, MSG_NOSIGNAL);
}

void
datagram_answer(struct relay *relay, struct peer *peer)
{
    for (int i = 0; i < ROUND; i++) {
        ssize_t length = recv(peer->watched.fd, relay->datagram, DATAGRAM_BYTES, 0);

        if (length < 0 && relay_would_block(errno))
            return;
        if (length < 0) /* the container refused one: there is nothing to pass on, and what comes next may be taken */
            continue;
        touch(peer);
        send_back(relay, peer, (size_t)length);
    }
}
