/* Attached clients that read too slowly: they are served from the log, wherever it is by then. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

#define LINES 60000
#define PATIENCE_MS 20000u

static int output = -1; /* where the container writes */

static void
set_up(struct plan plan)
{
    struct fault fault = { 0 };
    int ends[2];

    plan.log_path = "log";
    plan.log_kind = LOG_JSON_FILE;
    plan.log_extra = "";
    shim.plan = plan;
    shim.init.exit.fd = shim.init.input.fd = shim.init.output[1].fd = -1;
    shim.epoll = epoll_create1(EPOLL_CLOEXEC);
    CHECK_NUMBER(0, log_open(&shim.log, &shim.plan, &fault));
    CHECK_NUMBER(0, pipe2(ends, O_CLOEXEC | O_NONBLOCK));
    shim.init.output[0] = (struct source){ .fd = ends[0], .ready = output_ready };
    output = ends[1];
}

/* One that is attached to standard output; returns its end. */
static int
attach(uint16_t flags)
{
    struct client *client = calloc(1, sizeof(*client));
    int ends[2], size = 4096;

    CHECK(client);
    CHECK_NUMBER(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
    CHECK_NUMBER(0, setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
    client_adopt(client, ends[0]);
    attach_begin(client, ATTACH_STDOUT | ATTACH_STDERR | ATTACH_STREAM | flags, 1);
    clients_sweep();
    return ends[1];
}

static void
one_round(void)
{
    struct pollfd progress = { .fd = shim.log.buffer.bytes ? shim.log.buffer.progress.fd : -1, .events = POLLIN };

    if (poll(&progress, 1, 0) > 0)
        log_progressed(&shim.log.buffer.progress, EPOLLIN);
    for (struct client *client = shim.clients; client; client = client->next)
        attach_serve(client);
    clients_sweep();
}

static void
write_line(int number)
{
    char line[32];
    int n = snprintf(line, sizeof(line), "line %06d\n", number);

    CHECK_NUMBER(n, write(output, line, (size_t)n));
    output_ready(&shim.init.output[0], EPOLLIN);
    one_round();
}

struct received {
    char *text;
    size_t used;
    uint64_t lost;
    bool ended;
};

/* One chunk of what has come to FD. False when there was nothing. */
static bool
receive_some(int fd, struct received *got)
{
    static uint8_t frames[FRAME_HEADER + FRAME_MAX_DATA + 65536];
    static size_t have;
    ssize_t n = recv(fd, frames + have, sizeof(frames) - have, MSG_DONTWAIT);
    uint32_t length;
    uint16_t type;

    have += n > 0 ? (size_t)n : 0;
    while (have >= FRAME_HEADER) {
        memcpy(&length, frames, 4);
        memcpy(&type, frames + 4, 2);
        if (have < FRAME_HEADER + length)
            break;
        if (type == ANS_OUT) {
            memcpy(got->text + got->used, frames + FRAME_HEADER, length);
            got->used += length;
        } else if (type == ANS_LOST) {
            uint64_t lost;

            memcpy(&lost, frames + FRAME_HEADER, sizeof(lost));
            got->lost += lost;
        }
        got->ended |= type == ANS_EOF;
        have -= FRAME_HEADER + length;
        memmove(frames, frames + FRAME_HEADER + length, have);
    }
    return n > 0;
}

/* What comes to FD as long as the shim has something for it. */
static void
receive(int fd, struct received *got)
{
    bool more;

    if (!got->text)
        got->text = calloc(1, LINES * 16 + 1);
    do {
        more = receive_some(fd, got);
        one_round();
    } while (more || shim.clients->out_used);
}

/* What comes to FD until the end. */
static void
receive_all(int fd, struct received *got)
{
    uint64_t patience = now_monotonic_ms() + PATIENCE_MS;

    while (!got->ended) {
        CHECK(now_monotonic_ms() < patience);
        receive(fd, got);
    }
}

static void
expect_lines(const struct received *got, int from, int to)
{
    char *text = malloc((size_t)(to - from) * 12 + 1);
    char *at = text;

    for (int line = from; line < to; line++)
        at += sprintf(at, "line %06d\n", line);
    CHECK_NUMBER(at - text, got->used);
    CHECK(memcmp(text, got->text, got->used) == 0);
    free(text);
}

static void
tear_down(int fd, struct received *got)
{
    close(fd);
    free(got->text);
    while (shim.clients) {
        shim.clients->gone = true;
        clients_sweep();
    }
}

static void
end_run(void)
{
    log_end(&shim.log, 0);
    output_finished();
}

TEST(a_slow_client_is_served_from_rotated_files)
{
    struct received got = { 0 };
    int fd;

    set_up((struct plan){ .log_max_bytes = 20000, .log_max_files = 1000 });
    fd = attach(0);
    for (int line = 0; line < LINES; line++)
        write_line(line);
    CHECK(shim.clients->reading.behind && shim.log.file.end.generation > 2 * LOG_GENERATIONS);
    end_run();
    receive_all(fd, &got);
    CHECK_NUMBER(0, got.lost);
    expect_lines(&got, 0, LINES);
    tear_down(fd, &got);
}

/* Which bytes of the output are in a file so old is not known any more when the one before it is gone. */
TEST(what_is_rotated_away_is_told_as_lost)
{
    struct received got = { 0 };
    int fd;

    set_up((struct plan){ .log_max_bytes = 20000, .log_max_files = 100 });
    fd = attach(0);
    for (int line = 0; line < LINES; line++)
        write_line(line);
    end_run();
    receive_all(fd, &got);
    CHECK(got.lost > LINES * 12 / 2);
    CHECK_NUMBER(LINES * 12, got.used + got.lost);
    CHECK(memcmp(got.text + got.used - 12, "line 059999\n", 12) == 0);
    tear_down(fd, &got);
}

TEST(a_slow_client_is_served_from_compressed_files)
{
    struct received got = { 0 };
    int fd;

    set_up((struct plan){ .log_max_bytes = 400000, .log_max_files = 1000 });
    fd = attach(0);
    for (int line = 0; line < LINES; line++) {
        write_line(line);
        if (line == LINES * 2 / 3)
            CHECK_NUMBER(0, compress_files("log", 1, shim.log.file.next - 1));
    }
    CHECK(access("log.5.gz", F_OK) == 0 && access("log.5", F_OK) < 0);
    end_run();
    receive_all(fd, &got);
    CHECK_NUMBER(0, got.lost);
    expect_lines(&got, 0, LINES);
    tear_down(fd, &got);
}

TEST(a_damaged_compressed_file_is_told_as_lost)
{
    struct received got = { 0 };
    int fd;

    set_up((struct plan){ .log_max_bytes = 400000, .log_max_files = 1000 });
    for (int line = 0; line < LINES; line++)
        write_line(line);
    CHECK_NUMBER(0, compress_files("log", 1, shim.log.file.next));
    CHECK_NUMBER(0, truncate("log.3.gz", 2000));
    fd = attach(ATTACH_REPLAY);
    end_run();
    receive_all(fd, &got);
    CHECK(got.ended);
    CHECK(got.lost > 10000);
    CHECK_NUMBER(LINES * 12, got.used + got.lost);
    tear_down(fd, &got);
}

/* Half of the lines are written on a disk that takes fewer, while a client reads. Gives its descriptor, and in *LOST what was left out. */
static int
fill_small_disk(uint64_t *lost)
{
    int fd;

    check_own_mounts();
    CHECK_NUMBER(0, mkdir("small", 0700));
    CHECK_NUMBER(0, system("mount -t tmpfs -o size=600k,nr_inodes=10 tmpfs small"));
    CHECK_NUMBER(0, chdir("small"));
    set_up((struct plan){ .log_max_files = 1 });
    fd = attach(0);
    for (int line = 0; line < LINES / 2; line++)
        write_line(line);
    *lost = shim.log.lost[0];
    return fd;
}

/* The client was served up to the hole; nothing of what comes after it is mistaken for what was in it. */
TEST(what_the_disk_did_not_take_is_told_as_lost)
{
    struct received got = { 0 };
    uint64_t lost;
    int fd;

    fd = fill_small_disk(&lost);
    CHECK(lost > 0 && shim.clients->reading.behind);
    CHECK_NUMBER(0, system("mount -o remount,size=100m ."));
    CHECK_NUMBER(5, write(output, "begun", 5)); /* a line that is not finished stays in memory */
    output_ready(&shim.init.output[0], EPOLLIN);
    receive(fd, &got);
    CHECK_NUMBER(lost, got.lost);
    CHECK_NUMBER(LINES / 2 * 12 + 5, got.used + got.lost);
    CHECK(memcmp(got.text + got.used - 5, "begun", 5) == 0);
    CHECK_NUMBER(1, write(output, "\n", 1));
    output_ready(&shim.init.output[0], EPOLLIN);
    for (int line = 0; line < 100; line++)
        write_line(line);
    end_run();
    receive_all(fd, &got);
    CHECK_NUMBER(lost, got.lost);
    CHECK_NUMBER(LINES / 2 * 12 + 6 + 1200, got.used + got.lost);
    tear_down(fd, &got);
}

/* The client comes to the entry that says so: its text is not the container's output. */
TEST(what_the_file_says_is_missing_is_told_as_lost)
{
    struct received got = { 0 };
    uint64_t lost;
    int fd;

    fd = fill_small_disk(&lost);
    CHECK_NUMBER(0, system("mount -o remount,size=100m ."));
    for (int line = LINES / 2; line < LINES; line++)
        write_line(line);
    CHECK(lost > 0 && shim.log.lost[0] == 0 && shim.clients->reading.behind);
    end_run();
    receive_all(fd, &got);
    CHECK_NUMBER(lost, got.lost);
    CHECK_NUMBER(LINES * 12, got.used + got.lost);
    CHECK(!strstr(got.text, "berth"));
    tear_down(fd, &got);
}

/* The pipe in the log's place takes 64 KiB, and then nothing more. */
static void
set_up_stuck(uint64_t buffer)
{
    CHECK_NUMBER(0, mkfifo("log", 0600));
    CHECK(open("log", O_RDWR | O_NONBLOCK | O_CLOEXEC) >= 0); /* who would read */
    set_up((struct plan){ .log_max_files = 1, .log_buffer = buffer });
}

TEST(an_attached_client_gets_all_while_the_disk_is_stuck)
{
    struct received got = { 0 };
    int fd;

    set_up_stuck(100000);
    fd = attach(0);

    for (int line = 0; line < LINES / 4; line++) {
        write_line(line);
        if (line % 1000 == 0)
            receive(fd, &got);
    }
    receive(fd, &got);
    CHECK(shim.log.lost[0] > 0);
    CHECK_NUMBER(0, got.lost);
    expect_lines(&got, 0, LINES / 4);
    tear_down(fd, &got);
}

TEST(a_slow_client_is_served_from_the_buffer)
{
    struct received got = { 0 };
    int fd;

    check_own_mounts();
    CHECK_NUMBER(0, mkdir("small", 0700));
    CHECK_NUMBER(0, system("mount -t tmpfs -o size=600k,nr_inodes=10 tmpfs small"));
    CHECK_NUMBER(0, chdir("small"));
    set_up((struct plan){ .log_max_files = 1, .log_buffer = 16u << 20 });
    fd = attach(0);
    for (int line = 0; line < LINES / 2; line++)
        write_line(line);
    CHECK(shim.clients->reading.behind);
    receive(fd, &got);
    CHECK(shim.log.buffer.used > 100000); /* the disk is full all the time */
    expect_lines(&got, 0, LINES / 2);
    CHECK(!shim.clients->reading.behind);
    CHECK_NUMBER(0, system("mount -o remount,size=100m ."));
    for (int line = LINES / 2; line < LINES; line++)
        write_line(line);
    end_run();
    receive_all(fd, &got);
    CHECK_NUMBER(0, got.lost);
    expect_lines(&got, 0, LINES);
    tear_down(fd, &got);
}

/* The file is written while it is read, by a thread of its own. */
TEST(a_slow_client_is_served_while_files_are_rotated_by_another_thread)
{
    struct received got = { 0 };
    int fd;

    set_up((struct plan){ .log_max_bytes = 20000, .log_max_files = 1000, .log_buffer = 16u << 20 });
    fd = attach(0);
    for (int line = 0; line < LINES; line++) {
        write_line(line);
        if (line % 5000 == 0)
            receive(fd, &got);
    }
    end_run();
    receive_all(fd, &got);
    CHECK(got.ended);
    CHECK_NUMBER(0, got.lost);
    expect_lines(&got, 0, LINES);
    tear_down(fd, &got);
}

static void (*before_the_buffer)(void);

struct log_cursor __real_log_buffer_entries(struct log_buffer *buffer);
struct log_cursor __wrap_log_buffer_entries(struct log_buffer *buffer);

/* Stands between output.c and logbuffer.c: see the Makefile. */
struct log_cursor
__wrap_log_buffer_entries(struct log_buffer *buffer)
{
    if (before_the_buffer)
        before_the_buffer();
    return __real_log_buffer_entries(buffer);
}

static void
let_all_be_written(void)
{
    before_the_buffer = NULL;
    CHECK_NUMBER(0, system("mount -o remount,size=100m ."));
    while (!log_settle(&shim.log))
        poll(NULL, 0, 10);
}

/* When the client read the file they were not in it, and when it looks into the buffer they are not there any more. */
TEST(no_line_is_missed_on_its_way_from_the_buffer_to_the_file)
{
    struct received got = { 0 };
    int fd;

    check_own_mounts();
    CHECK_NUMBER(0, mkdir("small", 0700));
    CHECK_NUMBER(0, system("mount -t tmpfs -o size=148k,nr_inodes=10 tmpfs small"));
    CHECK_NUMBER(0, chdir("small"));
    set_up((struct plan){ .log_max_files = 1, .log_buffer = 16u << 20 });
    for (int line = 0; line < 2000; line++)
        write_line(line);
    CHECK(!log_settle(&shim.log));
    before_the_buffer = let_all_be_written;
    fd = attach(ATTACH_REPLAY);
    receive(fd, &got);
    CHECK(!before_the_buffer);
    CHECK_NUMBER(0, got.lost);
    expect_lines(&got, 0, 2000);
    tear_down(fd, &got);
}
