/* A log that is written without being waited for. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

#define PATIENCE_MS 20000

static struct log logged;

static void
open_log(uint64_t max_bytes, uint64_t buffer)
{
    struct plan plan = { .log_path = "log", .log_max_bytes = max_bytes, .log_max_files = 100, .log_kind = LOG_JSON_FILE, .log_extra = "", .log_buffer = buffer };
    struct fault fault = { 0 };

    CHECK_NUMBER(0, log_open(&logged, &plan, &fault));
}

static void
take_line(int number)
{
    char line[64];
    int n = snprintf(line, sizeof(line), "line %d\n", number);

    log_take(&logged, 0, (const uint8_t *)line, (size_t)n);
}

static void
await_progress(void)
{
    struct pollfd progress = { .fd = logged.buffer.progress.fd, .events = POLLIN };

    CHECK_NUMBER(1, poll(&progress, 1, PATIENCE_MS));
    log_buffer_progressed(&logged.buffer);
    log_tell_lost(&logged);
}

static void
settle(void)
{
    while (!log_settle(&logged))
        await_progress();
}

/* How many lines there are in TEXT, whose numbers must rise above *LAST; *LOST grows by the bytes that it says are missing. */
/* Of the output that the lines were which count_lines has found. */
static uint64_t bytes_seen;

static uint64_t
length_of_line(int number)
{
    return (uint64_t)snprintf(NULL, 0, "line %d\n", number);
}

static int
count_lines(const char *text, int *last, uint64_t *lost)
{
    static const char head[] = "{\"log\":\"";
    static const char line[] = "line ";
    static const char notice[] = "[berth] ";
    int count = 0;

    for (const char *at = text; *at; at = strchr(at, '\n') + 1) { /* which ends with a line */
        CHECK(strncmp(at, head, sizeof(head) - 1) == 0);
        at += sizeof(head) - 1;
        if (strncmp(at, line, sizeof(line) - 1) == 0) {
            int number = (int)strtol(at + sizeof(line) - 1, NULL, 10);

            CHECK(number > *last);
            *last = number;
            count++;
            bytes_seen += length_of_line(number);
        } else {
            CHECK(strncmp(at, notice, sizeof(notice) - 1) == 0);
            *lost += strtoull(at + sizeof(notice) - 1, NULL, 10);
        }
    }
    return count;
}

static int
count_in_file(const char *path, int *last, uint64_t *lost)
{
    char *text = check_read_file(path);
    int count;

    CHECK(text);
    count = count_lines(text, last, lost);
    free(text);
    return count;
}

TEST(lines_come_to_the_file_in_order)
{
    uint64_t lost = 0;
    int last = -1;

    open_log(0, 64u << 20);
    for (int line = 0; line < 100000; line++)
        take_line(line);
    settle();
    CHECK_NUMBER(100000, count_in_file("log", &last, &lost));
    CHECK_NUMBER(0, lost);
    CHECK_NUMBER(logged.logged[0], logged.file.end.logged[0]);
}

TEST(files_are_rotated_within_one_entry)
{
    uint64_t lost = 0;
    int last = -1, count = 0;

    open_log(5000, 64u << 20);
    for (int line = 0; line < 3000; line++)
        take_line(line);
    settle();
    CHECK(logged.file.end.generation > 30);
    for (uint64_t number = 1; number < logged.file.next; number++) {
        char path[32];
        struct stat st;

        CHECK_NUMBER(0, log_rotated_path("log", number, "", path, sizeof(path)));
        CHECK_NUMBER(0, stat(path, &st));
        CHECK(st.st_size >= 5000 && st.st_size < 5100);
        count += count_in_file(path, &last, &lost);
    }
    CHECK_NUMBER(3000, count + count_in_file("log", &last, &lost));
}

/* A pipe that nobody reads: write(2) to it does not return. */
static int
open_stuck_log(uint64_t buffer)
{
    int reader;

    CHECK_NUMBER(0, mkfifo("log", 0600));
    reader = open("log", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    CHECK(reader >= 0);
    open_log(0, buffer);
    return reader;
}

/* What is read until a line with END has come, whole lines. */
static char *
read_until(int reader, const char *end)
{
    size_t size = 1 << 24, used = 0;
    char *text = malloc(size);
    struct pollfd in = { .fd = reader, .events = POLLIN };

    CHECK(text);
    text[0] = '\0';
    while (!strstr(used > 4096 ? text + used - 4096 : text, end) || text[used - 1] != '\n') {
        ssize_t n;

        CHECK_NUMBER(1, poll(&in, 1, PATIENCE_MS));
        n = read(reader, text + used, 2048);
        CHECK(n > 0 && used + (size_t)n < size);
        used += (size_t)n;
        text[used] = '\0';
        log_tell_lost(&logged); /* as after each progress */
    }
    return text;
}

TEST(a_stuck_disk_is_not_waited_for)
{
    int reader = open_stuck_log(100000);
    uint64_t began = now_monotonic_ms();
    uint64_t lost = 0, given = 0, dropped;
    int last = -1;
    char *text;

    for (int line = 0; line < 200000; line++) {
        take_line(line);
        given += length_of_line(line);
    }
    CHECK(now_monotonic_ms() - began < PATIENCE_MS / 2);
    dropped = logged.lost[0];
    CHECK(dropped > 500000);
    CHECK(logged.buffer.used > 90000 && logged.buffer.used <= 100000);
    CHECK(!log_settle(&logged));
    text = read_until(reader, "are missing here");
    bytes_seen = 0;
    CHECK(count_lines(text, &last, &lost) > 1500);
    /* What found no place before the pipe was full has a notice of its own. */
    CHECK(lost >= dropped);
    CHECK_NUMBER(given, bytes_seen + lost);
    CHECK(last < 199999); /* the newest were dropped */
    free(text);
    take_line(200000);
    free(read_until(reader, "line 200000"));
    settle();
    CHECK_NUMBER(0, logged.lost[0]);
    CHECK_NUMBER(logged.logged[0], logged.file.end.logged[0]);
}

/* As Docker does: what finds the buffer empty is taken whatever its size. */
TEST(a_small_buffer_takes_long_lines_one_by_one)
{
    static uint8_t bytes[LINE_BYTES];
    struct stat st;

    memset(bytes, 0xff, sizeof(bytes)); /* six times as long in the log */
    open_log(0, 1);
    for (int i = 0; i < 3; i++) {
        log_take(&logged, 1, bytes, sizeof(bytes));
        settle();
    }
    CHECK_NUMBER(0, logged.lost[1]);
    CHECK_NUMBER(0, stat("log", &st));
    CHECK(st.st_size > (off_t)(3 * 6 * sizeof(bytes)));
}

TEST(a_full_disk_is_tried_again)
{
    uint64_t lost = 0;
    int last = -1;

    check_own_mounts();
    CHECK_NUMBER(0, mkdir("small", 0700));
    CHECK_NUMBER(0, system("mount -t tmpfs -o size=148k,nr_inodes=10 tmpfs small"));
    CHECK_NUMBER(0, chdir("small"));
    open_log(0, 1u << 20);
    for (int line = 0; line < 2000; line++)
        take_line(line);
    CHECK_NUMBER(0, logged.lost[0]);
    while (logged.file.end.size == 0)
        await_progress();
    CHECK(!log_settle(&logged));
    CHECK_NUMBER(0, system("mount -o remount,size=1m ."));
    settle();
    CHECK_NUMBER(2000, count_in_file("log", &last, &lost));
    CHECK_NUMBER(0, lost);
}

/* Pages of the buffer that take memory. */
static size_t
resident(void)
{
    static unsigned char pages[16384];
    size_t count = 0, all = logged.buffer.capacity / (size_t)sysconf(_SC_PAGESIZE);

    CHECK(all <= sizeof(pages));
    CHECK_NUMBER(0, mincore(logged.buffer.bytes, logged.buffer.capacity, pages));
    for (size_t i = 0; i < all; i++)
        count += pages[i] & 1;
    return count;
}

TEST(an_empty_buffer_gives_its_memory_back)
{
    int reader = open_stuck_log(8u << 20);

    for (int line = 0; line < 50000; line++)
        take_line(line);
    CHECK(resident() > 500);
    free(read_until(reader, "line 49999"));
    settle();
    log_buffer_progressed(&logged.buffer);
    CHECK_NUMBER(0, resident());
    take_line(50000);
    free(read_until(reader, "line 50000"));
}
