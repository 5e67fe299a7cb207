#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "shim.h"

#define STAMP_BYTES 40
/* Of an entry that says what was lost, without the extra members. */
#define NOTICE_BYTES 512u

/* Entries that are being made. Without a buffer they are written together. */
static struct {
    char bytes[LOG_BATCH_BYTES];
    size_t used;
    uint64_t output[STREAMS];
} batch;

int
log_open(struct log *log, const struct plan *plan, struct fault *fault)
{
    int result = log_file_open(&log->file, plan, fault);

    log->extra = plan->log_extra;
    if (result == 0 && log->file.path && plan->log_buffer)
        result = log_buffer_start(&log->buffer, &log->file, plan->log_buffer, fault);
    return result;
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

static void
write_batch(struct log *log)
{
    if (batch.used && !log_file_append(&log->file, batch.bytes, batch.used, batch.output))
        for (int stream = 0; stream < STREAMS; stream++)
            log->lost[stream] += batch.output[stream];
    batch.used = 0;
    memset(batch.output, 0, sizeof(batch.output));
}

static char *
put_end(const struct log *log, char *out, const char *time)
{
    out = put_text(out, log->extra);
    out = put_text(out, ",\"time\":\"");
    out = put_text(out, time);
    return put_text(out, "\"}\n");
}

static char *
put_entry(const struct log *log, char *out, int stream, const uint8_t *bytes, size_t length, const char *time)
{
    out = put_text(out, "{\"log\":\"");
    out = put_json(out, bytes, length);
    out = put_text(out, stream ? "\",\"stream\":\"stderr\"" : "\",\"stream\":\"stdout\"");
    return put_end(log, out, time);
}

/* A line for who reads the log, and a number for who must know what is missing: see decode_entry in output.c. */
static char *
put_notice(const struct log *log, char *out, int stream, const char *time)
{
    unsigned long long lost = log->lost[stream];

    out += snprintf(out, NOTICE_BYTES / 2, "{\"log\":\"[berth] %llu bytes of output are missing here: they could not be logged\\n\"", lost);
    out += snprintf(out, NOTICE_BYTES / 2, ",\"stream\":\"%s\",\"lost\":%llu", stream ? "stderr" : "stdout", lost);
    return put_end(log, out, time);
}

static int
put_notices(const struct log *log, struct log_entry *entries, char **out, const char *time)
{
    int count = 0;

    for (int stream = 0; stream < STREAMS; stream++) {
        char *text = *out;

        if (log->lost[stream] == 0)
            continue;
        *out = put_notice(log, text, stream, time);
        entries[count++] = (struct log_entry){ .text = text, .length = (size_t)(*out - text), .output = log->lost[stream], .stream = stream };
    }
    return count;
}

/* Where the next entries are made, with room for one of the longest and all that may be said before it. */
static char *
room(struct log *log)
{
    if (batch.used + LOG_ENTRY_BYTES + STREAMS * (NOTICE_BYTES + strlen(log->extra)) > sizeof(batch.bytes))
        write_batch(log);
    return batch.bytes + batch.used;
}

/* Hands over the entries that were made up to OUT, notices of all that was lost among them. False: the buffer is full. */
static bool
pass_on(struct log *log, const struct log_entry *entries, int count, const char *out)
{
    if (log->buffer.bytes) {
        if (!log_buffer_add(&log->buffer, entries, count))
            return false;
    } else {
        batch.used = (size_t)(out - batch.bytes);
        for (int i = 0; i < count; i++)
            batch.output[entries[i].stream] += entries[i].output;
    }
    memset(log->lost, 0, sizeof(log->lost));
    return true;
}

static void
add_entry(struct log *log, int stream, const uint8_t *bytes, size_t length, const char *time)
{
    struct log_entry entries[STREAMS + 1];
    char *out = room(log);
    int count = put_notices(log, entries, &out, time);
    char *text = out;

    out = put_entry(log, text, stream, bytes, length, time);
    entries[count++] = (struct log_entry){ .text = text, .length = (size_t)(out - text), .output = length, .stream = stream };
    log->logged[stream] += length;
    if (!pass_on(log, entries, count, out))
        log->lost[stream] += length;
    else if (batch.used && log_file_fills(&log->file, batch.used))
        write_batch(log);
}

void
log_tell_lost(struct log *log)
{
    struct log_entry entries[STREAMS];
    char time[STAMP_BYTES];
    char *out;
    int count;

    if (log->lost[0] == 0 && log->lost[1] == 0)
        return;
    stamp(time);
    out = room(log);
    count = put_notices(log, entries, &out, time);
    (void)pass_on(log, entries, count, out);
    write_batch(log);
}

void
log_take(struct log *log, int stream, const uint8_t *bytes, size_t length)
{
    char time[STAMP_BYTES];

    log->seen[stream] += length;
    if (!log->file.path) {
        log->logged[stream] += length;
        return;
    }
    stamp(time);
    while (length > 0) {
        size_t held = log->partial[stream];
        size_t free = LINE_BYTES - held;
        size_t part = length < free ? length : free;
        const uint8_t *newline = memchr(bytes, '\n', part);

        if (newline)
            part = (size_t)(newline - bytes) + 1;
        if (held == 0 && (newline || part == LINE_BYTES)) {
            add_entry(log, stream, bytes, part, time);
        } else {
            memcpy(log->line[stream] + held, bytes, part);
            log->partial[stream] += part;
            if (newline || log->partial[stream] == LINE_BYTES) {
                add_entry(log, stream, log->line[stream], log->partial[stream], time);
                log->partial[stream] = 0;
            }
        }
        bytes += part;
        length -= part;
    }
    write_batch(log);
}

void
log_end(struct log *log, int stream)
{
    char time[STAMP_BYTES];

    if (!log->file.path)
        return;
    if (log->partial[stream]) {
        stamp(time);
        add_entry(log, stream, log->line[stream], log->partial[stream], time);
        log->partial[stream] = 0;
        write_batch(log);
    }
    log_tell_lost(log);
}

bool
log_wants_sync(const struct log *log)
{
    return !log->buffer.bytes && log->file.dirty;
}

void
log_sync(struct log *log)
{
    if (!log->buffer.bytes)
        log_file_sync(&log->file);
}

bool
log_settle(struct log *log)
{
    log_sync(log);
    return !log->buffer.bytes || log_buffer_settle(&log->buffer);
}
