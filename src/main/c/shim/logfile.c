#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

#define OPEN_FLAGS (O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW)
#define OPEN_MODE 0640

int
log_rotated_path(const char *log, uint64_t number, const char *end, char *path, size_t size)
{
    int n = snprintf(path, size, "%s.%llu%s", log, (unsigned long long)number, end);

    return n > 0 && (size_t)n < size ? 0 : -ENAMETOOLONG;
}

/* The folder of PATH in FOLDER; returns the name in it. */
static const char *
split(const char *path, char *folder, size_t size)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        snprintf(folder, size, ".");
    else
        snprintf(folder, size, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return slash ? slash + 1 : path;
}

/* Takes note of a file that earlier shims have left: PATH.<number> or PATH.<number>.gz; what was not finished goes. */
static void
take_left(struct log_file *file, int folder, const char *name, const char *rest)
{
    char *end;
    uint64_t number;

    if (!isdigit((unsigned char)*rest))
        return;
    number = strtoull(rest, &end, 10);
    if (strcmp(end, "") == 0 || strcmp(end, LOG_COMPRESSED) == 0) {
        if (file->oldest == file->next || number < file->oldest)
            file->oldest = number;
        if (number >= file->next)
            file->next = number + 1;
    } else if (strlen(end) > strlen(LOG_UNFINISHED) && strcmp(end + strlen(end) - strlen(LOG_UNFINISHED), LOG_UNFINISHED) == 0) {
        (void)!unlinkat(folder, name, 0);
    }
}

static int
find_rotated(struct log_file *file, struct fault *fault)
{
    char folder[PATH_MAX];
    const char *name = split(file->path, folder, sizeof(folder));
    size_t length = strlen(name);
    DIR *entries = opendir(folder);

    if (!entries)
        return fault_set(fault, errno, "open the folder of the log `%s`", file->path);
    file->oldest = file->next = 1;
    for (struct dirent *entry; (entry = readdir(entries));)
        if (strncmp(entry->d_name, name, length) == 0 && entry->d_name[length] == '.')
            take_left(file, dirfd(entries), entry->d_name, entry->d_name + length + 1);
    closedir(entries);
    return 0;
}

/* An entry that was cut off when the machine or its shim was: the next one begins a line of its own. */
static void
end_torn_line(struct log_file *file)
{
    cleanup_close int in = file->end.size ? open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    char last;

    if (in >= 0 && pread(in, &last, 1, (off_t)file->end.size - 1) == 1 && last != '\n' && write(file->fd, "\n", 1) == 1)
        file->end.size++;
}

int
log_file_open(struct log_file *file, const struct plan *plan, struct fault *fault)
{
    struct stat st;
    int result;

    file->fd = -1;
    pthread_mutex_init(&file->names, NULL);
    pthread_mutex_init(&file->lock, NULL);
    if (plan->log_kind == LOG_NONE)
        return 0;
    file->path = plan->log_path;
    file->max_bytes = plan->log_max_bytes;
    file->max_files = plan->log_max_files;
    result = find_rotated(file, fault);
    if (result < 0)
        return result;
    file->fd = open(file->path, OPEN_FLAGS, OPEN_MODE);
    if (file->fd < 0 || fstat(file->fd, &st) < 0)
        return fault_set(fault, errno, "open the log `%s`", file->path);
    file->end.size = (uint64_t)st.st_size;
    end_torn_line(file);
    file->generations[0].start = file->end.size;
    return 0;
}

/* Those above MAX_FILES go, the current one included in the count. */
static void
drop_oldest(struct log_file *file)
{
    char path[PATH_MAX];

    while (file->next - file->oldest >= file->max_files) {
        /* In this order: who compresses sees that the plain one is gone, and takes away what it has made. */
        if (log_rotated_path(file->path, file->oldest, "", path, sizeof(path)) == 0)
            (void)!unlink(path);
        if (log_rotated_path(file->path, file->oldest, LOG_COMPRESSED, path, sizeof(path)) == 0)
            (void)!unlink(path);
        pthread_mutex_lock(&file->lock);
        file->oldest++;
        pthread_mutex_unlock(&file->lock);
    }
}

static void
begin_generation(struct log_file *file)
{
    struct log_generation *next;

    pthread_mutex_lock(&file->lock);
    file->next++;
    file->end.generation++;
    file->end.size = 0;
    next = &file->generations[file->end.generation % LOG_GENERATIONS];
    memcpy(next->base, file->end.logged, sizeof(next->base));
    next->start = 0;
    pthread_mutex_unlock(&file->lock);
}

static void
rotate(struct log_file *file)
{
    char path[PATH_MAX];
    int fd;

    if (log_rotated_path(file->path, file->next, "", path, sizeof(path)) < 0 || rename(file->path, path) < 0)
        return; /* goes on in the file it has: a line too many is better than a line lost */
    fd = open(file->path, OPEN_FLAGS, OPEN_MODE);
    if (fd < 0) {
        (void)!rename(path, file->path);
        return;
    }
    log_file_sync(file);
    close(file->fd);
    file->fd = fd;
    begin_generation(file);
    drop_oldest(file);
}

bool
log_file_fills(const struct log_file *file, size_t length)
{
    return file->max_bytes && file->end.size + length >= file->max_bytes;
}

static bool
write_whole(struct log_file *file, const char *bytes, size_t length)
{
    struct stat st;
    size_t done = 0;

    while (done < length) {
        ssize_t n = write(file->fd, bytes + done, length - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (done == length)
        return true;
    /* A torn entry would spoil the line after it. */
    if (done && ftruncate(file->fd, (off_t)file->end.size) < 0 && fstat(file->fd, &st) == 0) {
        pthread_mutex_lock(&file->lock);
        file->end.size = (uint64_t)st.st_size;
        pthread_mutex_unlock(&file->lock);
    }
    return false;
}

bool
log_file_append(struct log_file *file, const char *bytes, size_t length, const uint64_t output[STREAMS])
{
    if (!write_whole(file, bytes, length))
        return false;
    pthread_mutex_lock(&file->lock);
    file->end.size += length;
    for (int stream = 0; stream < STREAMS; stream++)
        file->end.logged[stream] += output[stream];
    pthread_mutex_unlock(&file->lock);
    file->dirty = true;
    if (log_file_fills(file, 0)) {
        pthread_mutex_lock(&file->names);
        rotate(file);
        pthread_mutex_unlock(&file->names);
    }
    return true;
}

void
log_file_sync(struct log_file *file)
{
    if (file->dirty)
        (void)fdatasync(file->fd); /* a failing disk has been told by write */
    file->dirty = false;
}

struct log_end
log_file_end(struct log_file *file)
{
    struct log_end end;

    pthread_mutex_lock(&file->lock);
    end = file->end;
    pthread_mutex_unlock(&file->lock);
    return end;
}

bool
log_file_generation(struct log_file *file, uint32_t generation, struct log_generation *entry)
{
    bool known;

    pthread_mutex_lock(&file->lock);
    known = file->end.generation - generation < LOG_GENERATIONS;
    if (known)
        *entry = file->generations[generation % LOG_GENERATIONS];
    pthread_mutex_unlock(&file->lock);
    return known;
}

void
log_file_numbers(struct log_file *file, uint64_t *oldest, uint64_t *next)
{
    pthread_mutex_lock(&file->lock);
    *oldest = file->oldest;
    *next = file->next;
    pthread_mutex_unlock(&file->lock);
}

static int
open_numbered(const struct log_file *file, uint64_t number, bool *compressed)
{
    char path[PATH_MAX];
    int fd = -1;

    /* While both are there, the plain one is whole as well; it goes only after the other has come. */
    *compressed = false;
    if (log_rotated_path(file->path, number, "", path, sizeof(path)) == 0)
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && log_rotated_path(file->path, number, LOG_COMPRESSED, path, sizeof(path)) == 0) {
        *compressed = true;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    return fd < 0 ? -errno : fd;
}

int
log_file_open_generation(struct log_file *file, uint32_t generation, bool *compressed)
{
    struct log_end end;
    int fd;

    *compressed = false;
    if (!file->path)
        return -ENOENT;
    if (pthread_mutex_trylock(&file->names) != 0)
        return -EAGAIN;
    end = log_file_end(file);
    if (generation == end.generation) {
        fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        fd = fd < 0 ? -errno : fd;
    } else {
        fd = open_numbered(file, file->next - (end.generation - generation), compressed);
    }
    pthread_mutex_unlock(&file->names);
    return fd;
}
