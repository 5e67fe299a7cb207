#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "shim.h"

static uint8_t chunk[CHUNK_BYTES];
static uint8_t lines[LOG_LINE_BYTES];

static bool
wants(const struct reading *reading, int stream)
{
    return (reading->flags & (stream ? ATTACH_STDERR : ATTACH_STDOUT)) != 0;
}

/* From here on the client is served from the log; HERE is the end of the log before what it missed, or earlier. */
static void
fall_behind(struct client *client, const struct log_end *here)
{
    struct reading *reading = &client->reading;

    reading->behind = true;
    reading->generation = here->generation;
    reading->offset = here->size;
    memcpy(reading->at, here->logged, sizeof(reading->at));
}

static void
tell_growth(void)
{
    for (struct client *client = shim.clients; client; client = client->next)
        if (client->subscribed & SUBSCRIBE_LOG && !client->log_told) {
            client_answer(client, ANS_LOG_GREW, client->subscription, NULL, 0);
            client->log_told = true;
        }
}

static void
hand_out(int stream, const uint8_t *bytes, size_t length, const struct log_end *before)
{
    for (struct client *client = shim.clients; client; client = client->next) {
        struct reading *reading = &client->reading;

        if (!reading->active || reading->behind || reading->bounded)
            continue;
        if (wants(reading, stream) && !client_data(client, stream ? ANS_ERR : ANS_OUT, reading->id, bytes, length))
            fall_behind(client, before);
        else
            reading->sent[stream] += length;
    }
}

void
output_ready(struct source *source, uint32_t events)
{
    int stream = source == &shim.init.output[1];
    ssize_t n = read(source->fd, chunk, sizeof(chunk));

    (void)events;
    if (n > 0) {
        struct log_end before = log_file_end(&shim.log.file);

        log_take(&shim.log, stream, chunk, (size_t)n);
        if (!shim.log.buffer.bytes)
            tell_growth();
        hand_out(stream, chunk, (size_t)n, &before);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        log_end(&shim.log, stream);
        unwatch_and_close(source); /* EIO is the end of a pty */
    }
}

void
log_progressed(struct source *source, uint32_t events)
{
    (void)source;
    (void)events;
    log_buffer_progressed(&shim.log.buffer);
    log_tell_lost(&shim.log);
    tell_growth();
}

static void
tell_lost(struct client *client, uint64_t bytes)
{
    client_answer(client, ANS_LOST, client->reading.id, &bytes, sizeof(bytes));
}

/* Goes to the first entry of GENERATION, which is the next one or known; what lies between is lost to this client. */
static void
enter_generation(struct client *client, uint32_t generation)
{
    struct log_generation entry;
    struct reading *reading = &client->reading;
    uint64_t lost = 0;

    reading->generation = generation;
    reading->offset = 0;
    if (!log_file_generation(&shim.log.file, generation, &entry))
        return;
    reading->offset = entry.start;
    for (int stream = 0; stream < STREAMS; stream++) {
        reading->at[stream] = entry.base[stream];
        if (reading->sent[stream] < entry.base[stream]) {
            lost += wants(reading, stream) ? entry.base[stream] - reading->sent[stream] : 0;
            reading->sent[stream] = entry.base[stream];
        }
    }
    if (lost)
        tell_lost(client, lost);
}

/* The oldest generation of which it is known where it began. */
static uint32_t
oldest_known(void)
{
    uint32_t current = log_file_end(&shim.log.file).generation;

    return current - (current < LOG_GENERATIONS - 1 ? current : LOG_GENERATIONS - 1);
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

/* An entry of ours. */
struct decoded {
    int stream;
    size_t length; /* of its bytes, which stand where the line began */
    uint64_t lost; /* bytes of output in whose place it stands; they are what counts then, not its text */
};

/* The digits up to END. */
static uint64_t
decode_number(const uint8_t *p, const uint8_t *end)
{
    uint64_t number = 0;

    while (p < end && *p >= '0' && *p <= '9')
        number = number * 10 + (uint64_t)(*p++ - '0');
    return number;
}

/* Decodes one line of ours in place: {"log":"...","stream":"stdout"... False for a line of others. */
static bool
decode_entry(uint8_t *line, size_t length, struct decoded *entry)
{
    static const char head[] = "{\"log\":\"";
    static const char err[] = "\",\"stream\":\"stderr\"";
    static const char lost[] = ",\"lost\":";
    uint8_t *out = line, *p = line + sizeof(head) - 1, *end = line + length;

    if (length < sizeof(head) || memcmp(line, head, sizeof(head) - 1))
        return false;
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
            return false;
        }
    }
    if (end - p < (ssize_t)sizeof(err) - 1)
        return false;
    entry->stream = memcmp(p, err, sizeof(err) - 1) == 0;
    entry->length = (size_t)(out - line);
    entry->lost = 0;
    p += sizeof(err) - 1;
    if (end - p >= (ssize_t)sizeof(lost) && memcmp(p, lost, sizeof(lost) - 1) == 0)
        entry->lost = decode_number(p + sizeof(lost) - 1, end);
    return true;
}

/* Tells of what before position END the client has not got, and never will. */
static void
pass_lost(struct client *client, int stream, uint64_t end)
{
    struct reading *reading = &client->reading;

    if (reading->bounded && reading->until[stream] < end)
        end = reading->until[stream];
    if (reading->sent[stream] >= end)
        return;
    if (wants(reading, stream))
        tell_lost(client, end - reading->sent[stream]);
    reading->sent[stream] = end;
}

/* Sends what the client has not seen of an entry whose bytes begin at position *AT, which is moved behind them; false when its queue is
   full. */
static bool
send_entry(struct client *client, const struct decoded *entry, const uint8_t *bytes, uint64_t *at)
{
    struct reading *reading = &client->reading;
    int stream = entry->stream;
    uint64_t end = *at + (entry->lost ? entry->lost : entry->length);
    uint64_t stop = reading->bounded && reading->until[stream] < end ? reading->until[stream] : end;

    if (entry->lost) {
        pass_lost(client, stream, end);
    } else if (stop > reading->sent[stream]) {
        size_t skip = reading->sent[stream] > *at ? (size_t)(reading->sent[stream] - *at) : 0;
        size_t part = (size_t)(stop - *at) - skip;

        if (wants(reading, stream) && !client_data(client, stream ? ANS_ERR : ANS_OUT, reading->id, bytes + skip, part))
            return false;
        reading->sent[stream] = stop;
    }
    *at = end;
    return true;
}

static void
close_file(struct reading *reading)
{
    unzip_end(reading->unzip);
    reading->unzip = NULL;
    if (reading->file >= 0)
        close(reading->file);
    reading->file = -1;
}

/* Returns 0 or -errno. */
static int
open_file(struct reading *reading)
{
    bool compressed;
    int fd = log_file_open_generation(&shim.log.file, reading->generation, &compressed);

    if (fd < 0)
        return fd;
    reading->file = fd;
    if (compressed)
        reading->unzip = unzip_begin(fd);
    if (!compressed || reading->unzip)
        return 0;
    close_file(reading);
    return -ENOMEM;
}

/* Fills `lines` from where the client is. */
static size_t
read_lines(const struct reading *reading)
{
    ssize_t n;

    if (reading->unzip)
        return unzip_read(reading->unzip, reading->offset, lines, sizeof(lines));
    n = pread(reading->file, lines, sizeof(lines), (off_t)reading->offset);
    return n > 0 ? (size_t)n : 0;
}

/* One read of the log file; it is the last one when it is CURRENT. Returns false when the client's queue is full, or the log is at its
   end (*END). */
static bool
serve_from_file(struct client *client, uint32_t current, bool *end)
{
    struct reading *reading = &client->reading;
    uint8_t *line = lines;
    uint8_t *stop = lines + read_lines(reading);

    for (uint8_t *newline; (newline = memchr(line, '\n', (size_t)(stop - line))); line = newline + 1) {
        size_t whole = (size_t)(newline - line) + 1;
        struct decoded entry;

        if (decode_entry(line, whole - 1, &entry) && !send_entry(client, &entry, line, &reading->at[entry.stream]))
            return false;
        reading->offset += whole;
    }
    if (line > lines)
        return true;
    close_file(reading);
    if (reading->generation != current) {
        enter_generation(client, reading->generation + 1);
        return true;
    }
    *end = true;
    return false;
}

enum served { SERVED_ALL, SERVED_SOME /* its queue is full, or it must come again */, SERVED_OLD /* the file has grown meanwhile */ };

static enum served
serve_files(struct client *client)
{
    struct reading *reading = &client->reading;
    bool end = false;

    while (!end) {
        uint32_t current = log_file_end(&shim.log.file).generation;
        int opened = reading->file < 0 ? open_file(reading) : 0;

        if (opened == 0) {
            if (!serve_from_file(client, current, &end) && !end)
                return SERVED_SOME;
        } else if (opened == -ENOENT && reading->generation != current) {
            uint32_t known = oldest_known();

            enter_generation(client, reading->generation + 1 > known ? reading->generation + 1 : known);
        } else {
            return SERVED_SOME; /* out of descriptors or memory, or files are renamed: tried again with the next event */
        }
    }
    return SERVED_ALL;
}

/* Entries that wait for the disk. The client comes to them in the file, too, and passes over them there. ANYWAY: what else is in the file
   cannot be read. */
static enum served
serve_buffered(struct client *client, bool anyway)
{
    struct reading *reading = &client->reading;
    struct log_cursor cursor;
    struct log_entry entry;
    struct log_end file;

    if (!shim.log.buffer.bytes)
        return SERVED_ALL;
    cursor = log_buffer_entries(&shim.log.buffer);
    file = log_file_end(&shim.log.file);
    if (!anyway && (file.generation != reading->generation || file.size != reading->offset))
        return SERVED_OLD;
    while (log_buffer_next(&shim.log.buffer, &cursor, &entry, (char *)lines)) {
        struct decoded decoded;

        if (decode_entry(lines, entry.length, &decoded) && !send_entry(client, &decoded, lines, &cursor.output[entry.stream]))
            return SERVED_SOME;
    }
    return SERVED_ALL;
}

/* What is not in the file yet: the unfinished lines in memory. */
static void
serve_unfinished(struct client *client)
{
    struct reading *reading = &client->reading;

    for (int stream = 0; stream < STREAMS; stream++) /* what is in no entry */
        pass_lost(client, stream, shim.log.logged[stream]);
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

/* Nothing is kept: says how much passed by. */
static void
pass_all(struct client *client)
{
    struct reading *reading = &client->reading;
    uint64_t lost = 0;

    for (int stream = 0; stream < STREAMS; stream++) {
        lost += wants(reading, stream) ? shim.log.seen[stream] - reading->sent[stream] : 0;
        reading->sent[stream] = shim.log.seen[stream];
    }
    if (lost)
        tell_lost(client, lost);
    reading->behind = false;
}

static void
catch_up(struct client *client)
{
    struct reading *reading = &client->reading;
    enum served served = SERVED_ALL;

    if (!shim.log.file.path) {
        pass_all(client);
        return;
    }
    do {
        uint64_t before = served == SERVED_OLD ? reading->offset : UINT64_MAX;

        served = serve_files(client);
        if (served == SERVED_ALL)
            served = serve_buffered(client, reading->offset == before);
    } while (served == SERVED_OLD);
    if (served == SERVED_ALL)
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
attach_end(struct client *client)
{
    close_file(&client->reading);
}

void
attach_begin(struct client *client, uint16_t flags, uint32_t id)
{
    struct reading *reading = &client->reading;

    attach_end(client);
    memset(reading, 0, sizeof(*reading));
    reading->file = -1;
    reading->id = id;
    reading->flags = flags;
    reading->active = true;
    client_ok(client, id);
    if (flags & ATTACH_REPLAY) {
        reading->behind = true;
        enter_generation(client, oldest_known());
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
