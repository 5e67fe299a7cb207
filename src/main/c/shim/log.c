#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

/* The longest entry: each byte as "\udcXX", and the rest of the object. */
#define ENTRY_BYTES (LINE_BYTES * 6 + 1024)
#define BATCH_BYTES (128u << 10)
#define STAMP_BYTES 40

static char batch[BATCH_BYTES];

int
log_open(struct log *log, const struct plan *plan, struct fault *fault)
{
    struct stat st;

    log->fd = -1;
    if (plan->log_kind == LOG_NONE)
        return 0;
    log->path = plan->log_path;
    log->extra = plan->log_extra;
    log->max_bytes = plan->log_max_bytes;
    log->max_files = plan->log_max_files;
    log->fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (log->fd < 0 || fstat(log->fd, &st) < 0)
        return fault_set(fault, errno, "open the log `%s`", log->path);
    log->size = (uint64_t)st.st_size;
    log->generations[0].start = log->size;
    return 0;
}

static int
generation_path(const struct log *log, uint32_t age, char *path, size_t size)
{
    int n = age ? snprintf(path, size, "%s.%u", log->path, age) : snprintf(path, size, "%s", log->path);

    return n > 0 && (size_t)n < size ? 0 : -ENAMETOOLONG;
}

int
log_open_generation(const struct log *log, uint32_t generation)
{
    char path[PATH_MAX];
    uint32_t age = log->generation - generation;

    if (log->fd < 0 || age >= log->max_files || generation_path(log, age, path, sizeof(path)) < 0)
        return -1;
    return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

static void
rotate(struct log *log)
{
    char from[PATH_MAX], to[PATH_MAX];
    struct log_generation *next;
    int fd;

    for (uint32_t age = log->max_files - 1; age > 0; age--)
        if (generation_path(log, age - 1, from, sizeof(from)) == 0 && generation_path(log, age, to, sizeof(to)) == 0)
            (void)!rename(from, to); /* ENOENT: there are fewer files yet */
    fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (log->max_files == 1 ? O_TRUNC : 0), 0640);
    if (fd < 0)
        return; /* goes on in the file it has: a line too many is better than a line lost */
    log_sync(log);
    close(log->fd);
    log->fd = fd;
    log->size = 0;
    log->generation++;
    next = &log->generations[log->generation % LOG_GENERATIONS];
    memcpy(next->base, log->logged, sizeof(next->base));
    next->start = 0;
}

/* Length of the valid UTF-8 sequence at P (at most END - P bytes), 0 when it is none (RFC 3629: no surrogates, no overlongs). */
static size_t
utf8_length(const uint8_t *p, const uint8_t *end)
{
    size_t n = *p < 0x80 ? 1 : *p >= 0xc2 && *p <= 0xdf ? 2 : (*p & 0xf0) == 0xe0 ? 3 : *p >= 0xf0 && *p <= 0xf4 ? 4 : 0;

    if (n == 0 || (size_t)(end - p) < n)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

static char *
put_text(char *out, const char *text)
{
    size_t n = strlen(text);

    memcpy(out, text, n);
    return out + n;
}

static char *
put_unicode(char *out, unsigned unit)
{
    static const char hex[] = "0123456789abcdef";

    *out++ = '\\';
    *out++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *out++ = hex[unit >> shift & 15];
    return out;
}

/* JSON text of the bytes. What is not UTF-8 becomes a lone surrogate, from which a reader restores the byte (PEP 383). */
static char *
put_json(char *out, const uint8_t *p, size_t length)
{
    const uint8_t *end = p + length;

    while (p < end) {
        size_t n = utf8_length(p, end);

        if (n == 0) {
            out = put_unicode(out, 0xdc00u + *p++);
        } else if (n > 1) {
            memcpy(out, p, n);
            out += n;
            p += n;
        } else if (*p == '"' || *p == '\\') {
            *out++ = '\\';
            *out++ = (char)*p++;
        } else if (*p == '\n' || *p == '\r' || *p == '\t') {
            *out++ = '\\';
            *out++ = *p == '\n' ? 'n' : *p == '\r' ? 'r' : 't';
            p++;
        } else if (*p < 0x20 || *p == 0x7f || *p == '<' || *p == '>' || *p == '&') {
            out = put_unicode(out, *p++); /* <, >, & as Go's encoder writes them */
        } else {
            *out++ = (char)*p++;
        }
    }
    return out;
}

static void
stamp(char *text)
{
    struct timespec now;
    struct tm tm;
    size_t n;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    n = strftime(text, STAMP_BYTES, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + n, STAMP_BYTES - n, ".%09ldZ", now.tv_nsec);
}

/* Writes the batch whole or not at all: a torn entry would spoil the line after it. */
static void
write_batch(struct log *log, size_t length, const uint64_t *logged)
{
    size_t done = 0;

    while (done < length) {
        ssize_t n = write(log->fd, batch + done, length - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (done < length) {
        (void)!ftruncate(log->fd, (off_t)log->size);
        log->lossy = true;
    } else {
        log->size += length;
    }
    memcpy(log->logged, logged, sizeof(log->logged));
    if (log->lossy) {
        /* The positions of what follows begin anew after the hole. */
        struct log_generation *current = &log->generations[log->generation % LOG_GENERATIONS];

        memcpy(current->base, log->logged, sizeof(current->base));
        current->start = log->size;
        log->lossy = false;
    }
    log->dirty = true;
    if (log->max_bytes && log->size >= log->max_bytes)
        rotate(log);
}

static char *
put_entry(const struct log *log, char *out, int stream, const uint8_t *bytes, size_t length, const char *time)
{
    out = put_text(out, "{\"log\":\"");
    out = put_json(out, bytes, length);
    out = put_text(out, stream ? "\",\"stream\":\"stderr\"" : "\",\"stream\":\"stdout\"");
    out = put_text(out, log->extra);
    out = put_text(out, ",\"time\":\"");
    out = put_text(out, time);
    return put_text(out, "\"}\n");
}

/* Appends one entry to the batch, which is written when another might not fit or the file is full with it. */
static void
add_entry(struct log *log, size_t *used, int stream, const uint8_t *bytes, size_t length, const char *time, uint64_t *logged)
{
    if (*used + ENTRY_BYTES + strlen(log->extra) > sizeof(batch)) {
        write_batch(log, *used, logged);
        *used = 0;
    }
    *used = (size_t)(put_entry(log, batch + *used, stream, bytes, length, time) - batch);
    logged[stream] += length;
    if (log->max_bytes && log->size + *used >= log->max_bytes) {
        write_batch(log, *used, logged);
        *used = 0;
    }
}

void
log_take(struct log *log, int stream, const uint8_t *bytes, size_t length)
{
    char time[STAMP_BYTES];
    uint64_t logged[STREAMS];
    size_t used = 0;

    log->seen[stream] += length;
    if (log->fd < 0) {
        log->logged[stream] += length;
        return;
    }
    stamp(time);
    memcpy(logged, log->logged, sizeof(logged));
    while (length > 0) {
        size_t held = log->partial[stream];
        size_t room = LINE_BYTES - held;
        size_t part = length < room ? length : room;
        const uint8_t *newline = memchr(bytes, '\n', part);

        if (newline)
            part = (size_t)(newline - bytes) + 1;
        if (held == 0 && (newline || part == LINE_BYTES)) {
            add_entry(log, &used, stream, bytes, part, time, logged);
        } else {
            memcpy(log->line[stream] + held, bytes, part);
            log->partial[stream] += part;
            if (newline || log->partial[stream] == LINE_BYTES) {
                add_entry(log, &used, stream, log->line[stream], log->partial[stream], time, logged);
                log->partial[stream] = 0;
            }
        }
        bytes += part;
        length -= part;
    }
    if (used)
        write_batch(log, used, logged);
}

void
log_end(struct log *log, int stream)
{
    char time[STAMP_BYTES];
    uint64_t logged[STREAMS];
    size_t used = 0;

    if (log->fd < 0 || log->partial[stream] == 0)
        return;
    stamp(time);
    memcpy(logged, log->logged, sizeof(logged));
    add_entry(log, &used, stream, log->line[stream], log->partial[stream], time, logged);
    log->partial[stream] = 0;
    if (used)
        write_batch(log, used, logged);
}

void
log_sync(struct log *log)
{
    if (log->dirty && log->fd >= 0)
        (void)fdatasync(log->fd); /* a failing disk has been told by write */
    log->dirty = false;
}
