#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shim.h"

/* Data frames are queued up to here; past it the client is behind. */
#define OUT_DATA_LIMIT (96u << 10)
#define RECORD_QUEUE_LIMIT (256u << 10)
#define READ_BYTES (16u << 10)

static uint32_t
little32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint16_t
little16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static bool
grow(uint8_t **buffer, size_t *size, size_t needed)
{
    uint8_t *larger;

    if (needed <= *size)
        return true;
    needed = (needed + READ_BYTES - 1) / READ_BYTES * READ_BYTES;
    larger = realloc(*buffer, needed);
    if (!larger)
        return false;
    *buffer = larger;
    *size = needed;
    return true;
}

static void
queue(struct client *client, uint16_t type, uint32_t id, const void *payload, size_t length)
{
    uint8_t header[FRAME_HEADER] = {
        (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16), (uint8_t)(length >> 24), (uint8_t)type, (uint8_t)(type >> 8), 0, 0,
        (uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16), (uint8_t)(id >> 24),
    };

    if (client->out_start) {
        memmove(client->out, client->out + client->out_start, client->out_used - client->out_start);
        client->out_used -= client->out_start;
        client->out_start = 0;
    }
    if (!grow(&client->out, &client->out_size, client->out_used + sizeof(header) + length)) {
        client->gone = true;
        return;
    }
    memcpy(client->out + client->out_used, header, sizeof(header));
    if (length)
        memcpy(client->out + client->out_used + sizeof(header), payload, length);
    client->out_used += sizeof(header) + length;
}

static void
send_queued(struct client *client)
{
    while (client->out_start < client->out_used && !client->gone) {
        ssize_t n = send(client->source.fd, client->out + client->out_start, client->out_used - client->out_start, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n > 0) {
            client->out_start += (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            return;
        } else if (n == 0 || errno != EINTR) {
            client->gone = true;
        }
    }
    client->out_start = client->out_used = 0;
    client->log_told = false;
}

void
client_answer(struct client *client, uint16_t type, uint32_t id, const void *payload, size_t length)
{
    if (!client->gone)
        queue(client, type, id, payload, length);
}

void
client_ok(struct client *client, uint32_t id)
{
    client_answer(client, ANS_OK, id, NULL, 0);
}

void
client_fault(struct client *client, uint32_t id, const struct fault *fault)
{
    uint8_t payload[12 + sizeof(fault->text)];
    uint32_t length = (uint32_t)strlen(fault->text);
    uint32_t code = (uint32_t)fault->code;

    memcpy(payload, &fault->op, 4);
    memcpy(payload + 4, &code, 4);
    memcpy(payload + 8, &length, 4);
    memcpy(payload + 12, fault->text, (size_t)length + 1);
    client_answer(client, ANS_ERROR, id, payload, 12 + (size_t)length + 1);
}

bool
client_data(struct client *client, uint16_t type, uint32_t id, const void *payload, size_t length)
{
    if (client->gone)
        return false;
    if (client->out_used - client->out_start + FRAME_HEADER + length > OUT_DATA_LIMIT)
        send_queued(client);
    if (client->gone || client->out_used - client->out_start + FRAME_HEADER + length > OUT_DATA_LIMIT)
        return false;
    queue(client, type, id, payload, length);
    return true;
}

void
client_record(struct client *client, enum record_weight weight, const char *line, size_t length)
{
    if (weight != RECORD_LOOK || client->out_used - client->out_start + length <= RECORD_QUEUE_LIMIT)
        client_answer(client, ANS_RECORD, client->subscription, line, length);
}

void
client_flush(struct client *client)
{
    uint32_t events = 0;

    send_queued(client);
    if (client->gone)
        return;
    if (!client->input_full)
        events |= EPOLLIN;
    if (client->out_used)
        events |= EPOLLOUT;
    watch(&client->source, events | EPOLLRDHUP);
}

/* Runs the whole frames in the input; stops at one that is not whole or has to wait. */
static void
run_frames(struct client *client)
{
    size_t at = 0;

    client->input_full = false;
    while (!client->gone && client->in_used - at >= FRAME_HEADER) {
        const uint8_t *header = client->in + at;
        uint32_t length = little32(header);

        if (length > FRAME_MAX_REQUEST) {
            client->gone = true;
            return;
        }
        if (client->in_used - at < FRAME_HEADER + (size_t)length) {
            if (!grow(&client->in, &client->in_size, FRAME_HEADER + (size_t)length + at))
                client->gone = true;
            break;
        }
        if (!request_run(client, little16(header + 4), little16(header + 6), little32(header + 8), header + FRAME_HEADER, length)) {
            client->input_full = true;
            break;
        }
        at += FRAME_HEADER + (size_t)length;
    }
    memmove(client->in, client->in + at, client->in_used - at);
    client->in_used -= at;
}

void
client_resume_input(struct client *client)
{
    if (client->input_full && !client->gone)
        run_frames(client);
}

static void
read_input(struct client *client)
{
    ssize_t n;

    if (!grow(&client->in, &client->in_size, client->in_used + READ_BYTES)) {
        client->gone = true;
        return;
    }
    n = recv(client->source.fd, client->in + client->in_used, client->in_size - client->in_used, MSG_DONTWAIT);
    if (n > 0) {
        client->in_used += (size_t)n;
        run_frames(client);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        client->gone = true;
    }
}

static void
client_ready(struct source *source, uint32_t events)
{
    struct client *client = (struct client *)source;

    if (events & EPOLLIN)
        read_input(client);
    else if (events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP))
        client->gone = true;
    if ((events & EPOLLOUT) && !client->gone) {
        send_queued(client);
        attach_serve(client);
        if (client->session)
            session_resume(client->session);
    }
}

static bool
is_ours(int fd)
{
    struct ucred peer;
    socklen_t length = sizeof(peer);

    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

void
client_adopt(struct client *client, int fd)
{
    client->source.fd = fd;
    client->source.ready = client_ready;
    client->reading.file = -1;
    client->next = shim.clients;
    shim.clients = client;
}

void
client_accept(struct source *listener, uint32_t events)
{
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct client *client;

    (void)events;
    if (fd < 0)
        return;
    client = is_ours(fd) ? calloc(1, sizeof(*client)) : NULL;
    if (!client) {
        close(fd);
        return;
    }
    client_adopt(client, fd);
}

static void
free_client(struct client *client)
{
    if (client->session)
        session_client_gone(client->session);
    if ((client->reading.flags & ATTACH_STDIN) && shim.plan.stdin_once)
        process_close_input(&shim.init);
    attach_end(client);
    unwatch_and_close(&client->source);
    free(client->in);
    free(client->out);
    free(client);
}

void
clients_sweep(void)
{
    struct client **link = &shim.clients;

    while (*link) {
        struct client *client = *link;

        if (!client->gone)
            client_flush(client);
        if (client->gone) {
            *link = client->next;
            free_client(client);
        } else {
            link = &client->next;
        }
    }
}
