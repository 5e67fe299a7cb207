#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "shim.h"

#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib.h, inflateInit2: gzip's format */
#define PART_BYTES (16u << 10)

struct unzip {
    z_stream stream;
    int fd;
    bool over;      /* nothing follows what is in `out` */
    uint64_t start; /* position of `out` in the content */
    size_t used;
    uint8_t in[PART_BYTES];
    uint8_t out[LOG_LINE_BYTES];
};

struct unzip *
unzip_begin(int fd)
{
    struct unzip *unzip = calloc(1, sizeof(*unzip));

    if (unzip && inflateInit2(&unzip->stream, GZIP_WINDOW) != Z_OK) {
        free(unzip);
        return NULL;
    }
    if (unzip)
        unzip->fd = fd;
    return unzip;
}

void
unzip_end(struct unzip *unzip)
{
    if (unzip)
        inflateEnd(&unzip->stream);
    free(unzip);
}

/* One step; what is damaged ends the content. */
static void
inflate_on(struct unzip *unzip)
{
    z_stream *stream = &unzip->stream;
    size_t room = sizeof(unzip->out) - unzip->used;
    int result;

    if (stream->avail_in == 0) {
        ssize_t n = read(unzip->fd, unzip->in, sizeof(unzip->in));

        if (n < 0 && errno == EINTR)
            return;
        if (n <= 0) {
            unzip->over = true;
            return;
        }
        stream->next_in = unzip->in;
        stream->avail_in = (uInt)n;
    }
    stream->next_out = unzip->out + unzip->used;
    stream->avail_out = (uInt)room;
    result = inflate(stream, Z_NO_FLUSH);
    unzip->used += room - stream->avail_out;
    unzip->over = result != Z_OK && result != Z_BUF_ERROR;
}

/* Forgets what is before OFFSET. */
static void
forget(struct unzip *unzip, uint64_t offset)
{
    size_t known = offset - unzip->start < unzip->used ? (size_t)(offset - unzip->start) : unzip->used;

    if (known == 0)
        return;
    memmove(unzip->out, unzip->out + known, unzip->used - known);
    unzip->used -= known;
    unzip->start += known;
}

size_t
unzip_read(struct unzip *unzip, uint64_t offset, uint8_t *bytes, size_t size)
{
    size_t n;

    if (offset < unzip->start)
        return 0;
    forget(unzip, offset);
    while (!unzip->over && (unzip->start < offset || unzip->used < sizeof(unzip->out))) {
        inflate_on(unzip);
        forget(unzip, offset);
    }
    if (unzip->start < offset)
        return 0;
    n = unzip->used < size ? unzip->used : size;
    memcpy(bytes, unzip->out, n);
    return n;
}
