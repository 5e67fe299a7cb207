/* Rotated files are compressed; at no instant is their content less, or more, than once on the disk. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "../../main/c/shim/shim.h"

#define LARGE_BYTES (3u << 20)
#define PATIENCE_MS 10000u

static bool
is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The content of a compressed file, which the caller frees; *LENGTH is its size. */
static char *
content(const char *path, size_t *length)
{
    gzFile file = gzopen(path, "rb");
    char *bytes = malloc(LARGE_BYTES + 1);
    int n;

    CHECK(file && bytes);
    n = gzread(file, bytes, LARGE_BYTES + 1);
    CHECK(n >= 0);
    CHECK_NUMBER(Z_OK, gzclose(file));
    *length = (size_t)n;
    return bytes;
}

static void
expect_content(const char *path, const char *expected)
{
    size_t length;
    char *bytes = content(path, &length);

    CHECK_NUMBER(strlen(expected), length);
    CHECK(memcmp(expected, bytes, length) == 0);
    free(bytes);
}

TEST(plain_files_become_compressed_ones)
{
    char *large = malloc(LARGE_BYTES + 1);
    struct stat st;

    for (size_t i = 0; i < LARGE_BYTES; i++)
        large[i] = (char)("0123456789\n"[(i * i / 7) % 11]);
    large[LARGE_BYTES] = '\0';
    check_write_file("log.1", "one\n");
    check_write_file("log.3", large);
    check_write_file("log", "current\n");
    CHECK_NUMBER(0, compress_files("log", 1, 4));
    expect_content("log.1.gz", "one\n");
    expect_content("log.3.gz", large);
    CHECK(!is_there("log.1") && !is_there("log.3") && is_there("log"));
    CHECK_NUMBER(0, stat("log.3.gz", &st));
    CHECK(st.st_size < LARGE_BYTES / 2);
    free(large);
}

TEST(an_empty_file_is_compressed)
{
    check_write_file("log.1", "");
    CHECK_NUMBER(0, compress_files("log", 1, 2));
    expect_content("log.1.gz", "");
}

/* As it is after a kill between the rename and the unlink. */
TEST(what_was_compressed_before_is_not_compressed_again)
{
    struct stat before, after;

    check_write_file("log.1", "one\n");
    CHECK_NUMBER(0, compress_files("log", 1, 2));
    CHECK_NUMBER(0, stat("log.1.gz", &before));
    check_write_file("log.1", "one\n");
    CHECK_NUMBER(0, compress_files("log", 1, 2));
    CHECK_NUMBER(0, stat("log.1.gz", &after));
    CHECK_NUMBER(before.st_ino, after.st_ino);
    CHECK(!is_there("log.1"));
    expect_content("log.1.gz", "one\n");
}

TEST(what_another_is_at_is_left_to_it)
{
    int other;

    check_write_file("log.1", "one\n");
    other = open("log.1", O_RDONLY | O_CLOEXEC);
    CHECK_NUMBER(0, flock(other, LOCK_EX));
    CHECK_NUMBER(0, compress_files("log", 1, 2));
    CHECK(is_there("log.1") && !is_there("log.1.gz"));
    close(other);
    CHECK_NUMBER(0, compress_files("log", 1, 2));
    CHECK(!is_there("log.1") && is_there("log.1.gz"));
}

TEST(a_full_disk_keeps_the_plain_file)
{
    struct log_file file;
    struct plan plan = { .log_path = "log", .log_max_files = 3, .log_kind = LOG_JSON_FILE };
    struct fault fault = { 0 };

    check_own_mounts();
    CHECK_NUMBER(0, mkdir("small", 0700));
    CHECK_NUMBER(0, system("mount -t tmpfs -o size=300k tmpfs small && head -c 200k /dev/urandom > small/log.1"));
    CHECK_NUMBER(0, chdir("small"));
    CHECK_NUMBER(-ENOSPC, compress_files("log", 1, 2));
    CHECK_NUMBER(0, system("test \"$(ls)\" = log.1 && test $(stat -c %s log.1) = 204800"));
    memset(&file, 0, sizeof(file));
    CHECK_NUMBER(0, log_file_open(&file, &plan, &fault));
    CHECK_NUMBER(1, file.oldest);
}

/* The plain file is whole, or the compressed one is. */
static void
expect_once(const char *expected)
{
    char *plain = check_read_file("log.1");

    CHECK(plain || is_there("log.1.gz"));
    if (plain)
        CHECK_TEXT(expected, plain);
    if (is_there("log.1.gz"))
        expect_content("log.1.gz", expected);
    free(plain);
}

TEST(a_kill_at_any_instant_loses_nothing)
{
    static char text[600000];
    struct plan plan = { .log_path = "log", .log_max_files = 3, .log_kind = LOG_JSON_FILE };
    int compressed = 0;

    for (size_t i = 0; i < sizeof(text) - 1; i++)
        text[i] = (char)('a' + (i * 7919 / 13) % 23);
    for (int round = 0; round < 60; round++) {
        struct fault fault = { 0 };
        struct log_file file = { 0 };
        struct timespec later = { .tv_nsec = round * 1000000L };
        pid_t pid;

        unlink("log.1.gz");
        check_write_file("log.1", text);
        pid = fork();
        if (pid == 0)
            _exit(compress_files("log", 1, 2) < 0);
        CHECK(pid > 0);
        nanosleep(&later, NULL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        expect_once(text);
        compressed += !is_there("log.1");
        CHECK_NUMBER(0, log_file_open(&file, &plan, &fault));
        close(file.fd);
        CHECK_NUMBER(0, compress_files("log", 1, 2));
        expect_content("log.1.gz", text);
        CHECK_NUMBER(0, system("test \"$(echo *)\" = \"log log.1.gz\""));
    }
    CHECK(compressed < 60);
}

/* It ends when the file that it reads has no name any more, and leaves nothing. */
TEST(what_is_rotated_away_meanwhile_does_not_come_back)
{
    static char text[1 << 20];
    pid_t pid;

    memset(text, 'x', sizeof(text) - 1);
    for (int round = 0; round < 20; round++) {
        struct timespec later = { .tv_nsec = round * 500000L };

        check_write_file("log.1", text);
        pid = fork();
        if (pid == 0)
            _exit(compress_files("log", 1, 2) < 0);
        nanosleep(&later, NULL);
        unlink("log.1"); /* as logfile.c does */
        unlink("log.1.gz");
        waitpid(pid, NULL, 0);
        CHECK_NUMBER(0, system("test \"$(echo *)\" = '*'"));
    }
}

TEST(the_shim_has_its_rotated_files_compressed)
{
    struct fault fault = { 0 };
    uint64_t patience = now_monotonic_ms() + PATIENCE_MS;

    shim.plan = (struct plan){ .log_path = "log", .log_max_bytes = 5000, .log_max_files = 4, .log_kind = LOG_JSON_FILE, .log_extra = "", .log_compress = true };
    shim.epoll = epoll_create1(EPOLL_CLOEXEC);
    CHECK_NUMBER(0, log_open(&shim.log, &shim.plan, &fault));
    for (int line = 0; line < 400; line++)
        log_take(&shim.log, 0, (const uint8_t *)"a line of many\n", 15);
    CHECK(is_there("log") && !is_there("log.1"));
    compress_go_on();
    while (system("test $(ls | grep -c '^log.*gz$') = 3 && test $(ls | grep -c '^log') = 4") != 0) {
        struct epoll_event event;

        CHECK(now_monotonic_ms() < patience);
        if (epoll_wait(shim.epoll, &event, 1, 10) > 0) {
            struct source *source = event.data.ptr;

            source->ready(source, event.events);
        }
        compress_go_on();
    }
    /* What is rotated in the last moment is compressed in the last moment; with all that this process had open closed. */
    for (int line = 0; line < 100; line++)
        log_take(&shim.log, 0, (const uint8_t *)"a line of many\n", 15);
    compress_rest();
    CHECK_NUMBER(0, system("test $(ls | grep -c '^log.*gz$') = 3 && test $(ls | grep -c '^log') = 4"));
    CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
    CHECK(fcntl(shim.epoll, F_GETFD) < 0);
}
