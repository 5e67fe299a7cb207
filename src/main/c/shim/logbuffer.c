#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

#define STACK_BYTES (256u << 10)
#define SYNC_INTERVAL_MS 1000u
#define RETRY_MS 250u
/* More than this of an empty buffer goes back to the system. */
#define KEPT_BYTES (256u << 10)
#define LARGEST_BYTES ((uint64_t)1 << 40)
#define SMALLEST_BYTES ((STREAMS + 1) * (LOG_ENTRY_BYTES + sizeof(struct header)))

struct header {
    uint32_t length;
    uint32_t stream;
    uint64_t output;
};

static void
put(struct log_buffer *buffer, size_t offset, const void *bytes, size_t length)
{
    size_t at = (buffer->start + offset) % buffer->capacity;
    size_t first = length < buffer->capacity - at ? length : buffer->capacity - at;

    memcpy(buffer->bytes + at, bytes, first);
    memcpy(buffer->bytes, (const char *)bytes + first, length - first);
}

static void
get(const struct log_buffer *buffer, size_t at, void *bytes, size_t length)
{
    size_t first = length < buffer->capacity - at ? length : buffer->capacity - at;

    memcpy(bytes, buffer->bytes + at, first);
    memcpy((char *)bytes + first, buffer->bytes, length - first);
}

bool
log_buffer_add(struct log_buffer *buffer, const struct log_entry *entries, int count)
{
    size_t needed = 0;
    bool fits;

    for (int i = 0; i < count; i++)
        needed += sizeof(struct header) + entries[i].length;
    pthread_mutex_lock(&buffer->lock);
    if (buffer->used == 0)
        buffer->start = 0;
    fits = buffer->used == 0 || buffer->used + needed <= buffer->limit;
    for (int i = 0; fits && i < count; i++) {
        struct header header = { (uint32_t)entries[i].length, (uint32_t)entries[i].stream, entries[i].output };

        put(buffer, buffer->used, &header, sizeof(header));
        put(buffer, buffer->used + sizeof(header), entries[i].text, entries[i].length);
        buffer->used += sizeof(header) + entries[i].length;
    }
    pthread_cond_signal(&buffer->changed);
    pthread_mutex_unlock(&buffer->lock);
    return fits;
}

/* By the thread that adds and reads: it has no cursor at this moment. */
void
log_buffer_progressed(struct log_buffer *buffer)
{
    uint64_t count;

    (void)!read(buffer->progress.fd, &count, sizeof(count));
    pthread_mutex_lock(&buffer->lock);
    if (buffer->used == 0 && buffer->high > KEPT_BYTES) {
        (void)madvise(buffer->bytes, buffer->capacity, MADV_DONTNEED);
        buffer->high = 0;
    }
    pthread_mutex_unlock(&buffer->lock);
}

struct log_cursor
log_buffer_entries(struct log_buffer *buffer)
{
    struct log_cursor cursor;

    pthread_mutex_lock(&buffer->lock);
    cursor.at = buffer->start;
    cursor.left = buffer->used;
    memcpy(cursor.output, buffer->written, sizeof(cursor.output));
    pthread_mutex_unlock(&buffer->lock);
    return cursor;
}

bool
log_buffer_next(const struct log_buffer *buffer, struct log_cursor *cursor, struct log_entry *entry, char *text)
{
    struct header header;

    if (cursor->left == 0)
        return false;
    get(buffer, cursor->at, &header, sizeof(header));
    get(buffer, (cursor->at + sizeof(header)) % buffer->capacity, text, header.length);
    *entry = (struct log_entry){ .text = text, .length = header.length, .output = header.output, .stream = (int)header.stream };
    cursor->at = (cursor->at + sizeof(header) + header.length) % buffer->capacity;
    cursor->left -= sizeof(header) + header.length;
    return true;
}

static struct timespec
in_ms(uint64_t ms)
{
    struct timespec then;

    clock_gettime(CLOCK_MONOTONIC, &then);
    then.tv_sec += (time_t)(ms / 1000);
    then.tv_nsec += (long)(ms % 1000) * 1000000;
    if (then.tv_nsec >= 1000000000) {
        then.tv_sec++;
        then.tv_nsec -= 1000000000;
    }
    return then;
}

static void
tell_progress(const struct log_buffer *buffer)
{
    uint64_t one = 1;

    (void)!write(buffer->progress.fd, &one, sizeof(one)); /* EAGAIN: it is told already */
}

/* The entries at the front, as many as the writer's space and the file take at once. Moves CURSOR behind them; returns their length. */
static size_t
take_front(struct log_buffer *buffer, struct log_cursor *cursor, char *text, size_t size)
{
    struct log_cursor next = *cursor;
    struct log_entry entry;
    size_t used = 0;

    while (size - used >= LOG_ENTRY_BYTES && (used == 0 || !log_file_fills(buffer->file, used)) && log_buffer_next(buffer, &next, &entry, text + used)) {
        used += entry.length;
        next.output[entry.stream] += entry.output;
    }
    *cursor = next;
    return used;
}

static void
drop_front(struct log_buffer *buffer, const struct log_cursor *taken, const struct log_cursor *rest)
{
    pthread_mutex_lock(&buffer->lock);
    buffer->start = rest->at;
    buffer->used -= taken->left - rest->left;
    memcpy(buffer->written, rest->output, sizeof(buffer->written));
    buffer->dirty = true;
    if (taken->left > buffer->high)
        buffer->high = taken->left;
    pthread_mutex_unlock(&buffer->lock);
}

/* False when the file does not take them: they stay. */
static bool
write_front(struct log_buffer *buffer)
{
    static char text[LOG_BATCH_BYTES];
    struct log_cursor taken = log_buffer_entries(buffer);
    struct log_cursor rest = taken;
    uint64_t output[STREAMS];
    size_t length = take_front(buffer, &rest, text, sizeof(text));

    for (int stream = 0; stream < STREAMS; stream++)
        output[stream] = rest.output[stream] - taken.output[stream];
    /* In this order: what a reader does not find in the file yet is still in the buffer. */
    if (!log_file_append(buffer->file, text, length, output))
        return false;
    drop_front(buffer, &taken, &rest);
    tell_progress(buffer);
    return true;
}

static void
sync_file(struct log_buffer *buffer)
{
    log_file_sync(buffer->file);
    pthread_mutex_lock(&buffer->lock);
    buffer->dirty = buffer->sync = false;
    pthread_mutex_unlock(&buffer->lock);
    tell_progress(buffer);
}

enum work { WORK_NONE, WORK_WRITE, WORK_SYNC };

/* What is to be done at NOW; *DUE is when to ask again. The caller holds the lock. */
static enum work
find_work(const struct log_buffer *buffer, uint64_t now, uint64_t synced, uint64_t retry, uint64_t *due)
{
    *due = UINT64_MAX;
    if (buffer->dirty && (now >= synced + SYNC_INTERVAL_MS || (buffer->sync && buffer->used == 0)))
        return WORK_SYNC;
    if (buffer->used && now >= retry)
        return WORK_WRITE;
    if (buffer->dirty)
        *due = synced + SYNC_INTERVAL_MS;
    if (buffer->used && retry < *due)
        *due = retry;
    return WORK_NONE;
}

static enum work
await_work(struct log_buffer *buffer, uint64_t synced, uint64_t retry)
{
    enum work work;
    uint64_t now, due;

    pthread_mutex_lock(&buffer->lock);
    while ((work = find_work(buffer, now = now_monotonic_ms(), synced, retry, &due)) == WORK_NONE) {
        struct timespec then = in_ms(due == UINT64_MAX ? 0 : due - now);

        if (due == UINT64_MAX)
            pthread_cond_wait(&buffer->changed, &buffer->lock);
        else
            pthread_cond_timedwait(&buffer->changed, &buffer->lock, &then);
    }
    pthread_mutex_unlock(&buffer->lock);
    return work;
}

/* The one thread that touches the file: whatever it waits for there, the shim and its container do not. It allocates nothing: the shim
   makes processes with a plain clone3, in which a lock that another thread holds would stay locked. */
static void *
write_on(void *argument)
{
    struct log_buffer *buffer = argument;
    uint64_t synced = now_monotonic_ms();
    uint64_t retry = 0;

    prctl(PR_SET_NAME, "berth-log", 0, 0, 0);
    for (;;) {
        if (await_work(buffer, synced, retry) == WORK_SYNC) {
            sync_file(buffer);
            synced = now_monotonic_ms();
        } else {
            retry = write_front(buffer) ? 0 : now_monotonic_ms() + RETRY_MS;
        }
    }
    return NULL;
}

static int
start_thread(struct log_buffer *buffer)
{
    pthread_condattr_t clock;
    pthread_attr_t attributes;
    pthread_t thread;
    int result;

    pthread_mutex_init(&buffer->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&buffer->changed, &clock);
    pthread_condattr_destroy(&clock);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    result = pthread_create(&thread, &attributes, write_on, buffer);
    pthread_attr_destroy(&attributes);
    return result;
}

int
log_buffer_start(struct log_buffer *buffer, struct log_file *file, uint64_t limit, struct fault *fault)
{
    void *bytes;
    int result;

    buffer->file = file;
    buffer->limit = limit < LARGEST_BYTES ? (size_t)limit : (size_t)LARGEST_BYTES;
    /* What finds the buffer empty is taken, whatever its size: as Docker does. */
    buffer->capacity = buffer->limit > SMALLEST_BYTES ? buffer->limit : SMALLEST_BYTES;
    bytes = mmap(NULL, buffer->capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes == MAP_FAILED)
        return fault_set(fault, errno, "reserve %llu bytes for the log", (unsigned long long)buffer->capacity);
    buffer->progress.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (buffer->progress.fd < 0)
        return fault_set(fault, errno, "make an event descriptor");
    buffer->bytes = bytes;
    result = start_thread(buffer);
    return result ? fault_set(fault, result, "start the thread that writes the log") : 0;
}

bool
log_buffer_settle(struct log_buffer *buffer)
{
    bool settled;

    pthread_mutex_lock(&buffer->lock);
    settled = buffer->used == 0 && !buffer->dirty;
    buffer->sync = !settled;
    if (!settled)
        pthread_cond_signal(&buffer->changed);
    pthread_mutex_unlock(&buffer->lock);
    return settled;
}
