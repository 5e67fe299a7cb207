#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "shim.h"

#define PART_BYTES (64u << 10)
#define GZIP_WINDOW (MAX_WBITS + 16) /* zlib.h, deflateInit2: a gzip header and trailer around the data */
#define STATE_LEVEL 8
#define NICENESS 19

static struct {
    struct source ended; /* pidfd of the process that compresses; 0 or -1: there is none */
    pid_t pid;
    uint64_t tried; /* the number of the current file when it was started */
} compression;

/* Nobody reads it any more: it was rotated away, or its container was removed. */
static bool
is_gone(int fd)
{
    struct stat st;

    return fstat(fd, &st) < 0 || st.st_nlink == 0;
}

static int
write_part(int fd, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

static int
deflate_file(z_stream *stream, int from, int to)
{
    static uint8_t in[PART_BYTES], out[PART_BYTES];
    ssize_t n;

    do {
        n = is_gone(from) ? -1 : read(from, in, sizeof(in));
        if (n < 0)
            return -ECANCELED;
        stream->next_in = in;
        stream->avail_in = (uInt)n;
        do {
            int result;

            stream->next_out = out;
            stream->avail_out = sizeof(out);
            if (deflate(stream, n ? Z_NO_FLUSH : Z_FINISH) == Z_STREAM_ERROR)
                return -EIO;
            result = write_part(to, out, sizeof(out) - stream->avail_out);
            if (result < 0)
                return result;
        } while (stream->avail_out == 0);
    } while (n > 0);
    return 0;
}

/* FROM's content in gzip's format, on the disk when this returns 0. */
static int
compress_content(int from, int to)
{
    z_stream stream = { 0 };
    int result;

    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, STATE_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return -ENOMEM;
    result = deflate_file(&stream, from, to);
    deflateEnd(&stream);
    return result == 0 && fsync(to) < 0 ? -errno : result;
}

static void
sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int n = snprintf(folder, sizeof(folder), "%.*s/", slash ? (int)(slash - path) : 1, slash ? path : ".");
    cleanup_close int fd = n > 0 && (size_t)n < sizeof(folder) ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0)
        (void)fsync(fd);
}

/* PLAIN is open as FROM, and nobody else compresses it. Either it or COMPRESSED is whole at every instant, a power cut included. */
static int
replace(int from, const char *plain, const char *unfinished, const char *compressed)
{
    cleanup_close int to = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    int result = to < 0 ? -errno : compress_content(from, to);

    if (result == 0 && rename(unfinished, compressed) < 0)
        result = -errno;
    if (result < 0) {
        if (to >= 0)
            (void)!unlink(unfinished);
        return result;
    }
    sync_folder(compressed);
    if (unlink(plain) < 0 && errno == ENOENT)
        (void)!unlink(compressed); /* it was rotated away meanwhile */
    return 0;
}

static int
compress_one(const char *log, uint64_t number)
{
    char plain[PATH_MAX], compressed[PATH_MAX], unfinished[PATH_MAX], end[40];
    cleanup_close int from = -1;

    snprintf(end, sizeof(end), ".%ld" LOG_UNFINISHED, (long)getpid());
    if (log_rotated_path(log, number, "", plain, sizeof(plain)) < 0 || log_rotated_path(log, number, end, unfinished, sizeof(unfinished)) < 0
        || log_rotated_path(log, number, LOG_COMPRESSED, compressed, sizeof(compressed)) < 0)
        return -ENAMETOOLONG;
    from = open(plain, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (from < 0)
        return errno == ENOENT ? 0 : -errno;
    /* The shim of the run before may still be at it: it lives on until it has compressed the last of its files. */
    if (flock(from, LOCK_EX | LOCK_NB) < 0 || is_gone(from))
        return 0;
    if (access(compressed, F_OK) == 0) { /* who was killed before the plain one was unlinked */
        (void)!unlink(plain);
        return 0;
    }
    return replace(from, plain, unfinished, compressed);
}

int
compress_files(const char *log, uint64_t oldest, uint64_t next)
{
    int result = 0;

    (void)setpriority(PRIO_PROCESS, 0, NICENESS);
    /* The youngest first: when more is written than can be compressed, the oldest go before it is their turn. */
    for (uint64_t number = next; result == 0 && number > oldest; number--) {
        result = compress_one(log, number - 1);
        if (result == -ECANCELED)
            result = 0;
    }
    return result;
}

static void
compression_ended(struct source *source, uint32_t events)
{
    siginfo_t info;

    (void)events;
    while (waitid(P_PID, (id_t)compression.pid, &info, WEXITED) < 0 && errno == EINTR)
        ;
    compression.pid = 0;
    unwatch_and_close(source);
}

static _Noreturn void
compress_as_child(pid_t parent, const char *log, uint64_t oldest, uint64_t next)
{
    prctl(PR_SET_NAME, "berth-gzip", 0, 0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent)
        _exit(1);
    /* Among what the shim holds are ends of pipes and connections, whose other ends wait for their close. */
    syscall(SYS_close_range, 3, ~0U, 0);
    _exit(compress_files(log, oldest, next) < 0);
}

void
compress_go_on(void)
{
    uint64_t oldest, next;
    pid_t self = getpid();
    pid_t pid;
    int fd;

    if (!shim.plan.log_compress || !shim.log.file.path || compression.pid)
        return;
    log_file_numbers(&shim.log.file, &oldest, &next);
    if (next == oldest || next == compression.tried || process_choose_own_namespace() < 0)
        return;
    compression.tried = next;
    pid = fork();
    if (pid == 0)
        compress_as_child(self, shim.log.file.path, oldest, next);
    if (pid < 0)
        return; /* tried again after the next rotation */
    fd = (int)syscall(SYS_pidfd_open, pid, 0);
    compression.pid = pid;
    compression.ended = (struct source){ .fd = fd, .ready = compression_ended };
    if (fd < 0)
        compression_ended(&compression.ended, 0); /* out of descriptors: waited for here */
    else
        watch(&compression.ended, EPOLLIN);
}

void
compress_rest(void)
{
    uint64_t oldest, next;

    if (!shim.plan.log_compress || !shim.log.file.path)
        return;
    if (compression.pid)
        compression_ended(&compression.ended, 0);
    log_file_numbers(&shim.log.file, &oldest, &next);
    /* Others wait for the network, the ports and the connections that this process holds. */
    syscall(SYS_close_range, 3, ~0U, 0);
    (void)compress_files(shim.log.file.path, oldest, next);
}
