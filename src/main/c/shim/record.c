#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

#define RECORD_BYTES (16u << 10)
#define FILE_BYTES (1u << 20)

static int
append_to(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
}

int
records_open(struct records *records, const struct plan *plan, struct fault *fault)
{
    struct stat st;

    records->fd = -1;
    records->path = plan->record_path;
    records->next = plan->first_record;
    if (!records->path)
        return 0;
    records->fd = append_to(records->path);
    if (records->fd < 0 || fstat(records->fd, &st) < 0)
        return fault_set(fault, errno, "open the records `%s`", records->path);
    records->size = (uint64_t)st.st_size;
    /* A block of its own: the record of an end fits in it on a disk that has become full since. */
    (void)fallocate(records->fd, FALLOC_FL_KEEP_SIZE, 0, 4096);
    return 0;
}

/* What a reader has not seen of the older file is lost when it is a whole file behind. */
static void
rotate(struct records *records)
{
    char older[PATH_MAX];
    int n = snprintf(older, sizeof(older), "%s.1", records->path);
    int fd;

    if (n < 0 || (size_t)n >= sizeof(older) || rename(records->path, older) < 0)
        return;
    fd = append_to(records->path);
    if (fd < 0) {
        (void)!rename(older, records->path);
        return;
    }
    (void)fdatasync(records->fd);
    close(records->fd);
    records->fd = fd;
    records->size = 0;
}

/* On a full or failing disk there is no record: the engine learns over the socket, or says that it does not know. */
static void
append(struct records *records, const char *line, size_t length, bool durable)
{
    ssize_t n;

    if (records->fd < 0)
        return;
    if (records->size + length > FILE_BYTES)
        rotate(records);
    do {
        n = write(records->fd, line, length);
    } while (n < 0 && errno == EINTR);
    if (n != (ssize_t)length) {
        (void)!ftruncate(records->fd, (off_t)records->size);
        return;
    }
    records->size += length;
    if (durable)
        (void)fdatasync(records->fd);
}

void
record(enum record_weight weight, const char *format, ...)
{
    static char line[RECORD_BYTES];
    struct records *records = &shim.records;
    va_list arguments;
    int number = snprintf(line, sizeof(line), "%llu ", (unsigned long long)records->next);
    int length;

    va_start(arguments, format);
    length = vsnprintf(line + number, sizeof(line) - (size_t)number - 1, format, arguments);
    va_end(arguments);
    length = number + (length < (int)sizeof(line) - number - 1 ? length : (int)sizeof(line) - number - 2);
    for (int i = 0; i < length; i++) /* texts of failures come from anywhere */
        if (line[i] == '\n' || line[i] == '\r')
            line[i] = ' ';
    line[length] = '\n';
    records->next++;
    append(records, line, (size_t)length + 1, weight == RECORD_END);
    for (struct client *client = shim.clients; client; client = client->next)
        if (client->subscribed & SUBSCRIBE_RECORDS)
            client_record(client, weight, line, (size_t)length);
}
