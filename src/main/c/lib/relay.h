/* What the files of the relay share: its loop, the ports that it serves, and what becomes of their traffic. */
#ifndef BERTH_RELAY_H
#define BERTH_RELAY_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum kind { KIND_STOP, KIND_LISTENER, KIND_END, KIND_PEER };

/* What an epoll event points at; the first member of each thing that is watched. Its descriptor is -1 when it has ended in this round. */
struct watched {
    enum kind kind;
    int fd;
};

struct connection;
struct end;
struct peer;
struct clients;

/* A port that is served. */
struct listener {
    struct watched watched;
    int owner_fd; /* another descriptor of the same socket, of who asked for it */
    struct sockaddr_storage target;
    socklen_t target_length;
    struct connection *connections; /* of TCP */
    struct clients *clients;        /* of UDP; NULL for TCP */
    struct listener *next, *previous;
};

struct relay {
    int epoll_fd;
    int spare_fd; /* given up for a moment to refuse a client when descriptors run out */
    struct watched stop;
    pthread_mutex_t mutex; /* guards the list of listeners */
    pthread_cond_t ended;  /* a listener has left the list, or the loop */
    bool over;             /* the loop serves nobody any more */
    struct listener *listeners;
    /* Freed after the round: later events of it may point there. */
    struct connection *dead_connections;
    struct peer *dead_peers;
    size_t peers;        /* clients of UDP */
    int64_t idle_ms;     /* those that are silent for so long are forgotten */
    int64_t next_sweep_ms;
    uint8_t *datagram;   /* the one on its way */
};

bool relay_would_block(int code);

/* False when descriptors or memory run out. */
bool relay_watch(const struct relay *relay, struct watched *watched, uint32_t events);

/* ---- relay_stream.c ---- */

void stream_accept(struct relay *relay, struct listener *listener);
void stream_advance(struct relay *relay, struct end *end, uint32_t events);
void stream_end_all(struct relay *relay, struct listener *listener);
void stream_free_dead(struct relay *relay);

/* ---- relay_datagram.c ---- */

enum { DATAGRAM_BYTES = 65536 };

/* On the kernel's clock that never goes back, in milliseconds. */
int64_t relay_now_ms(void);

/* NULL: out of memory. */
struct clients *datagram_clients_create(void);

/* Pass on what clients have sent to the port. */
void datagram_receive(struct relay *relay, struct listener *listener);

/* Pass on what the container has answered to one of them. */
void datagram_answer(struct relay *relay, struct peer *peer);

/* End those that have been silent for long. */
void datagram_sweep(struct relay *relay, struct listener *listener);

/* Ends all clients, and frees the listener's record of them. */
void datagram_end_all(struct relay *relay, struct listener *listener);
void datagram_free_dead(struct relay *relay);

#endif
