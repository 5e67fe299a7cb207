#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "shim.h"

/* The longest line of the log file: see log.c. */
#define LOG_LINE_BYTES (128u << 10)

static uint8_t chunk[CHUNK_BYTES];
static uint8_t lines[LOG_LINE_BYTES];

static bool
wants(const struct reading *reading, int stream)
{
    return (reading->flags & (stream ? ATTACH_STDERR : ATTACH_STDOUT)) != 0;
}

/* From here on the client is served from the log; HERE is the end of the log before what it missed. */
static void
fall_behind(struct client *client, const struct log *here)
{
    struct reading *reading = &client->reading;

    reading->behind = true;
    reading->generation = here->generation;
    reading->offset = here->size;
    memcpy(reading->at, here->logged, sizeof(reading->at));
}

/* Where the log ended before the chunk that is being handed out. */
struct log_end {
    uint32_t generation;
    uint64_t size;
    uint64_t logged[STREAMS];
};

static void
hand_out(int stream, const uint8_t *bytes, size_t length, const struct log_end *before)
{
    for (struct client *client = shim.clients; client; client = client->next) {
        struct reading *reading = &client->reading;

        if (client->subscribed & SUBSCRIBE_LOG && !client->log_told) {
            client_answer(client, ANS_LOG_GREW, client->subscription, NULL, 0);
            client->log_told = true;
        }
        if (!reading->active || reading->behind || reading->bounded)
            continue;
        if (wants(reading, stream) && !client_data(client, stream ? ANS_ERR : ANS_OUT, reading->id, bytes, length)) {
            struct log here = { .generation = before->generation, .size = before->size };

            memcpy(here.logged, before->logged, sizeof(here.logged));
            fall_behind(client, &here);
            continue;
        }
        reading->sent[stream] += length;
    }
}

void
output_ready(struct source *source, uint32_t events)
{
    int stream = source == &shim.init.output[1];
    struct log_end before = { .generation = shim.log.generation, .size = shim.log.size };
    ssize_t n = read(source->fd, chunk, sizeof(chunk));

    (void)events;
    if (n > 0) {
        memcpy(before.logged, shim.log.logged, sizeof(before.logged));
        log_take(&shim.log, stream, chunk, (size_t)n);
        hand_out(stream, chunk, (size_t)n, &before);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        log_end(&shim.log, stream);
        unwatch_and_close(source); /* EIO is the end of a pty */
    }
}

static void
tell_lost(struct client *client, uint64_t bytes)
{
    client_answer(client, ANS_LOST, client->reading.id, &bytes, sizeof(bytes));
}

/* Goes to the first entry of GENERATION; what lies between is lost to this client. */
static void
enter_generation(struct client *client, uint32_t generation)
{
    const struct log_generation *entry = &shim.log.generations[generation % LOG_GENERATIONS];
    struct reading *reading = &client->reading;
    uint64_t lost = 0;

    reading->generation = generation;
    reading->offset = entry->start;
    for (int stream = 0; stream < STREAMS; stream++) {
        reading->at[stream] = entry->base[stream];
        if (reading->sent[stream] < entry->base[stream]) {
            lost += wants(reading, stream) ? entry->base[stream] - reading->sent[stream] : 0;
            reading->sent[stream] = entry->base[stream];
        }
    }
    if (lost)
        tell_lost(client, lost);
}

static int
hex_value(uint8_t c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static size_t
put_utf8(uint8_t *out, unsigned unit)
{
    if (unit >= 0xdc80 && unit <= 0xdcff) { /* a byte that was no UTF-8 */
        out[0] = (uint8_t)(unit - 0xdc00);
        return 1;
    }
    out[0] = (uint8_t)unit; /* log.c escapes characters below 0x80 only */
    return 1;
}

/* Decodes one line of ours in place: {"log":"...","stream":"stdout"... Returns its bytes and length, -1 for a line of others. */
static ssize_t
decode_entry(uint8_t *line, size_t length, int *stream)
{
    static const char head[] = "{\"log\":\"";
    static const char err[] = "\",\"stream\":\"stderr\"";
    uint8_t *out = line, *p = line + sizeof(head) - 1, *end = line + length;

    if (length < sizeof(head) || memcmp(line, head, sizeof(head) - 1))
        return -1;
    while (p < end && *p != '"') {
        if (*p != '\\') {
            *out++ = *p++;
        } else if (end - p >= 6 && p[1] == 'u') {
            out += put_utf8(out, (unsigned)(hex_value(p[2]) << 12 | hex_value(p[3]) << 8 | hex_value(p[4]) << 4 | hex_value(p[5])));
            p += 6;
        } else if (end - p >= 2) {
            *out++ = p[1] == 'n' ? '\n' : p[1] == 'r' ? '\r' : p[1] == 't' ? '\t' : p[1];
            p += 2;
        } else {
            return -1;
        }
    }
    if (end - p < (ssize_t)sizeof(err) - 1)
        return -1;
    *stream = memcmp(p, err, sizeof(err) - 1) == 0;
    return out - line;
}

/* Sends the part of an entry that the client has not seen; false when its queue is full. */
static bool
send_entry(struct client *client, int stream, const uint8_t *bytes, size_t length)
{
    struct reading *reading = &client->reading;
    uint64_t end = reading->at[stream] + length;
    uint64_t stop = reading->bounded && reading->until[stream] < end ? reading->until[stream] : end;

    if (stop > reading->sent[stream]) {
        size_t skip = reading->sent[stream] > reading->at[stream] ? (size_t)(reading->sent[stream] - reading->at[stream]) : 0;
        size_t part = (size_t)(stop - reading->at[stream]) - skip;

        if (wants(reading, stream) && !client_data(client, stream ? ANS_ERR : ANS_OUT, reading->id, bytes + skip, part))
            return false;
        reading->sent[stream] = stop;
    }
    reading->at[stream] = end;
    return true;
}

/* One read of the log file. Returns false when the client's queue is full, or the log is at its end (*END). */
static bool
serve_from_file(struct client *client, bool *end)
{
    struct reading *reading = &client->reading;
    ssize_t n = pread(reading->file, lines, sizeof(lines), (off_t)reading->offset);
    uint8_t *line = lines;
    uint8_t *stop = lines + (n > 0 ? n : 0);

    for (uint8_t *newline; (newline = memchr(line, '\n', (size_t)(stop - line))); line = newline + 1) {
        size_t whole = (size_t)(newline - line) + 1;
        int stream = 0;
        ssize_t length = decode_entry(line, whole - 1, &stream);

        if (length > 0 && !send_entry(client, stream, line, (size_t)length))
            return false;
        reading->offset += whole;
    }
    if (line > lines)
        return true;
    close(reading->file);
    reading->file = -1;
    if (reading->generation != shim.log.generation) {
        enter_generation(client, reading->generation + 1);
        return true;
    }
    *end = true;
    return false;
}

/* What is not in the file yet: the unfinished lines in memory. */
static void
serve_unfinished(struct client *client)
{
    struct reading *reading = &client->reading;

    for (int stream = 0; stream < STREAMS && !reading->bounded; stream++) {
        const struct log *log = &shim.log;
        size_t skip = (size_t)(reading->sent[stream] - log->logged[stream]);

        if (reading->sent[stream] >= log->seen[stream])
            continue;
        if (wants(reading, stream)
            && !client_data(client, stream ? ANS_ERR : ANS_OUT, reading->id, log->line[stream] + skip, log->partial[stream] - skip))
            return;
        reading->sent[stream] = log->seen[stream];
    }
    reading->behind = false;
}

static void
catch_up(struct client *client)
{
    struct reading *reading = &client->reading;
    bool end = false;

    if (shim.log.fd < 0) { /* nothing is kept: say how much passed by */
        uint64_t lost = 0;

        for (int stream = 0; stream < STREAMS; stream++) {
            lost += wants(reading, stream) ? shim.log.seen[stream] - reading->sent[stream] : 0;
            reading->sent[stream] = shim.log.seen[stream];
        }
        if (lost)
            tell_lost(client, lost);
        reading->behind = false;
        return;
    }
    while (!end) {
        if (reading->file < 0)
            reading->file = log_open_generation(&shim.log, reading->generation);
        if (reading->file < 0 && reading->generation == shim.log.generation)
            return; /* out of descriptors: tried again with the next event */
        if (reading->file < 0)
            enter_generation(client, reading->generation + 1);
        else if (!serve_from_file(client, &end) && !end)
            return;
    }
    serve_unfinished(client);
}

/* From here on nothing more comes for this client: its run is over, whatever another may print. */
static void
bound(struct reading *reading)
{
    reading->bounded = true;
    memcpy(reading->until, shim.log.seen, sizeof(reading->until));
}

static bool
has_all(const struct reading *reading)
{
    for (int stream = 0; stream < STREAMS; stream++)
        if (wants(reading, stream) && reading->sent[stream] < reading->until[stream])
            return false;
    return true;
}

void
attach_serve(struct client *client)
{
    struct reading *reading = &client->reading;

    if (!reading->active || client->gone)
        return;
    if (reading->behind && !(reading->bounded && has_all(reading)))
        catch_up(client);
    if (reading->bounded && (!reading->behind || has_all(reading)) && !reading->ended) {
        client_answer(client, ANS_EOF, reading->id, NULL, 0);
        reading->ended = true;
        reading->active = false;
    }
}

void
attach_begin(struct client *client, uint16_t flags, uint32_t id)
{
    struct reading *reading = &client->reading;

    if (reading->file >= 0)
        close(reading->file);
    memset(reading, 0, sizeof(*reading));
    reading->file = -1;
    reading->id = id;
    reading->flags = flags;
    reading->active = true;
    client_ok(client, id);
    if (flags & ATTACH_REPLAY) {
        uint32_t kept = shim.log.generation < LOG_GENERATIONS - 1 ? shim.log.generation : LOG_GENERATIONS - 1;

        reading->behind = true;
        enter_generation(client, shim.log.generation - kept);
    } else {
        memcpy(reading->sent, shim.log.seen, sizeof(reading->sent));
    }
    if (shim.exit_announced)
        bound(reading);
    attach_serve(client);
}

void
output_finished(void)
{
    for (struct client *client = shim.clients; client; client = client->next) {
        if (client->reading.active && !client->reading.bounded)
            bound(&client->reading);
        attach_serve(client);
    }
}
