#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

static struct log logged;

static void
open_log(uint64_t max_bytes, uint32_t max_files, const char *extra)
{
    struct plan plan = { .log_path = "log", .log_max_bytes = max_bytes, .log_max_files = max_files, .log_kind = LOG_JSON_FILE, .log_extra = extra };
    struct fault fault = { 0 };

    CHECK_NUMBER(0, log_open(&logged, &plan, &fault));
}

static void
take(int stream, const char *text)
{
    log_take(&logged, stream, (const uint8_t *)text, strlen(text));
}

/* The log's text with each time replaced by T; the caller frees it. */
static char *
entries(const char *path)
{
    static const char before[] = "\"time\":\"";
    char *text = check_read_file(path);
    char *from = text, *to = text;

    CHECK(text);
    for (char *at; (at = strstr(from, before)); from = strchr(at + sizeof(before), '"')) {
        size_t n = (size_t)(at - from) + sizeof(before) - 1;

        CHECK(strchr(at + sizeof(before) - 1, '"') - at == sizeof(before) - 1 + strlen("2026-01-02T03:04:05.123456789Z"));
        memmove(to, from, n);
        to += n;
        *to++ = 'T';
    }
    memmove(to, from, strlen(from) + 1);
    return text;
}

static void
expect_log(const char *path, const char *expected)
{
    char *actual = entries(path);

    CHECK_TEXT(expected, actual);
    free(actual);
}

TEST(lines_become_entries)
{
    open_log(0, 1, "");
    take(0, "one\ntw");
    take(1, "err\n");
    take(0, "o\n");
    expect_log("log", "{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n"
                      "{\"log\":\"err\\n\",\"stream\":\"stderr\",\"time\":\"T\"}\n"
                      "{\"log\":\"two\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n");
    take(0, "no end");
    log_end(&logged, 0);
    log_end(&logged, 0);
    log_end(&logged, 1);
    expect_log("log", "{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n"
                      "{\"log\":\"err\\n\",\"stream\":\"stderr\",\"time\":\"T\"}\n"
                      "{\"log\":\"two\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n"
                      "{\"log\":\"no end\",\"stream\":\"stdout\",\"time\":\"T\"}\n");
    CHECK_NUMBER(14, logged.seen[0]);
    CHECK_NUMBER(14, logged.logged[0]);
    CHECK_NUMBER(4, logged.logged[1]);
}

TEST(extra_members_stand_in_each_entry)
{
    open_log(0, 1, ",\"attrs\":{\"a\":\"b\"}");
    take(0, "x\n");
    expect_log("log", "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"attrs\":{\"a\":\"b\"},\"time\":\"T\"}\n");
}

TEST(an_older_log_is_continued)
{
    struct stat st;

    check_write_file("log", "{\"log\":\"before\\n\"}\n");
    open_log(0, 1, "");
    CHECK_NUMBER(19, logged.file.generations[0].start);
    take(0, "x\n");
    CHECK_NUMBER(0, stat("log", &st));
    CHECK_NUMBER(st.st_size, logged.file.end.size);
}

/* What stands between the quotes for LENGTH bytes and a line's end. */
static void
expect_escaped(const void *bytes, size_t length, const char *expected)
{
    char whole[512];

    unlink("log");
    memset(&logged, 0, sizeof(logged));
    open_log(0, 1, "");
    log_take(&logged, 0, bytes, length);
    log_end(&logged, 0);
    close(logged.file.fd);
    snprintf(whole, sizeof(whole), "{\"log\":\"%s\",\"stream\":\"stdout\",\"time\":\"T\"}\n", expected);
    expect_log("log", whole);
}

TEST(json_is_escaped)
{
    expect_escaped("a\"b\\c/\t\r", 8, "a\\\"b\\\\c/\\t\\r");
    expect_escaped("\0\1\x1f\x7f", 4, "\\u0000\\u0001\\u001f\\u007f");
    expect_escaped("<&>", 3, "\\u003c\\u0026\\u003e");
}

TEST(utf8_stays)
{
    expect_escaped("\xc3\xa9", 2, "\xc3\xa9");
    expect_escaped("\xe2\x82\xac", 3, "\xe2\x82\xac");
    expect_escaped("\xf0\x9f\x90\xb3", 4, "\xf0\x9f\x90\xb3");
    expect_escaped("\xed\x9f\xbf\xee\x80\x80", 6, "\xed\x9f\xbf\xee\x80\x80"); /* the ends of what is no surrogate */
    expect_escaped("\xf4\x8f\xbf\xbf", 4, "\xf4\x8f\xbf\xbf");                 /* U+10FFFF */
}

TEST(bytes_that_are_no_utf8_become_lone_surrogates)
{
    expect_escaped("\xff", 1, "\\udcff");
    expect_escaped("a\x80z", 3, "a\\udc80z");
    expect_escaped("\xc3", 1, "\\udcc3");                               /* cut off */
    expect_escaped("\xe2\x82", 2, "\\udce2\\udc82");                    /* cut off */
    expect_escaped("\xe2\x82x", 3, "\\udce2\\udc82x");                  /* broken off */
    expect_escaped("\xc0\xaf", 2, "\\udcc0\\udcaf");                    /* overlong */
    expect_escaped("\xe0\x9f\xbf", 3, "\\udce0\\udc9f\\udcbf");         /* overlong */
    expect_escaped("\xf0\x8f\xbf\xbf", 4, "\\udcf0\\udc8f\\udcbf\\udcbf"); /* overlong */
    expect_escaped("\xed\xa0\x80", 3, "\\udced\\udca0\\udc80");         /* a surrogate */
    expect_escaped("\xf4\x90\x80\x80", 4, "\\udcf4\\udc90\\udc80\\udc80"); /* above U+10FFFF */
    expect_escaped("\xf5\x80\x80\x80", 4, "\\udcf5\\udc80\\udc80\\udc80");
}

TEST(every_byte_alone_is_told)
{
    for (unsigned byte = 0x80; byte < 0x100; byte++) {
        uint8_t one = (uint8_t)byte;
        char expected[8];

        snprintf(expected, sizeof(expected), "\\udc%02x", byte);
        expect_escaped(&one, 1, expected);
    }
}

/* The lengths of the bytes in each entry of "x"es. */
static size_t
lengths_of_entries(size_t *out, size_t max)
{
    char *text = entries("log");
    size_t n = 0;

    for (char *at = text; (at = strstr(at, "{\"log\":\"")); n++) {
        at += strlen("{\"log\":\"");
        if (n < max)
            out[n] = strspn(at, "x");
    }
    free(text);
    return n;
}

TEST(long_lines_are_cut_at_16_kib)
{
    static char line[3 * LINE_BYTES];
    size_t lengths[8] = { 0 };

    memset(line, 'x', sizeof(line));
    open_log(0, 1, "");
    log_take(&logged, 0, (const uint8_t *)line, 2 * LINE_BYTES + 5); /* at once */
    CHECK_NUMBER(2, lengths_of_entries(lengths, 8));
    CHECK_NUMBER(LINE_BYTES, lengths[0]);
    CHECK_NUMBER(LINE_BYTES, lengths[1]);
    CHECK_NUMBER(5, logged.partial[0]);
    for (size_t i = 0; i < LINE_BYTES - 5; i++) /* byte by byte */
        take(0, "x");
    CHECK_NUMBER(3, lengths_of_entries(lengths, 8));
    CHECK_NUMBER(LINE_BYTES, lengths[2]);
    take(0, "x\n"); /* a line's end right behind the cut is an entry of its own */
    CHECK_NUMBER(4, lengths_of_entries(lengths, 8));
    CHECK_NUMBER(1, lengths[3]);
}

TEST(a_character_across_the_cut_is_restored_from_its_bytes)
{
    static char line[LINE_BYTES + 1];
    char *text;

    memset(line, 'x', LINE_BYTES - 1);
    memcpy(line + LINE_BYTES - 1, "\xc3\xa9", 2);
    open_log(0, 1, "");
    log_take(&logged, 0, (const uint8_t *)line, sizeof(line));
    log_end(&logged, 0);
    text = entries("log");
    CHECK(strstr(text, "x\\udcc3\",") && strstr(text, "{\"log\":\"\\udca9\","));
    free(text);
}

/* The longest that entries can be: no batch may overflow. */
TEST(the_worst_entries_fit)
{
    static uint8_t bytes[CHUNK_BYTES];
    struct stat st;

    memset(bytes, 0xff, sizeof(bytes));
    open_log(0, 1, ",\"attrs\":{\"k\":\"v\"}");
    log_take(&logged, 1, bytes, sizeof(bytes));
    log_take(&logged, 1, bytes, sizeof(bytes));
    CHECK_NUMBER(2 * sizeof(bytes), logged.logged[1]);
    CHECK_NUMBER(0, stat("log", &st));
    CHECK_NUMBER(st.st_size, logged.file.end.size);
    CHECK(st.st_size > (off_t)(12 * sizeof(bytes)));
}

TEST(files_are_rotated)
{
    uint64_t after_first;
    bool compressed;

    open_log(100, 3, "");
    take(0, "first line, which is long enough that it fills the file up to its limit\n");
    after_first = logged.logged[0];
    CHECK_NUMBER(1, logged.file.end.generation);
    CHECK_NUMBER(0, logged.file.end.size);
    CHECK_NUMBER(after_first, logged.file.generations[1].base[0]);
    take(0, "second line, which is long enough that it fills the file up to its limit\n");
    take(0, "third line, which is long enough that it fills the file up to its limit\n");
    take(0, "4\n");
    CHECK_NUMBER(3, logged.file.end.generation);
    expect_log("log", "{\"log\":\"4\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n");
    expect_log("log.3", "{\"log\":\"third line, which is long enough that it fills the file up to its limit\\n\","
                        "\"stream\":\"stdout\",\"time\":\"T\"}\n");
    expect_log("log.2", "{\"log\":\"second line, which is long enough that it fills the file up to its limit\\n\","
                        "\"stream\":\"stdout\",\"time\":\"T\"}\n");
    CHECK(access("log.1", F_OK) < 0);
    CHECK_NUMBER(-ENOENT, log_file_open_generation(&logged.file, 0, &compressed));
    for (uint32_t generation = 1; generation <= 3; generation++) {
        int fd = log_file_open_generation(&logged.file, generation, &compressed);

        CHECK(fd >= 0 && !compressed);
        close(fd);
    }
}

TEST(numbers_go_on_after_those_of_earlier_shims)
{
    check_write_file("log.7", "{\"log\":\"seven\\n\"}\n");
    check_write_file("log.6.gz", "");
    check_write_file("log.6.4711.tmp", "");
    check_write_file("log.1x", "");
    check_write_file("log.tmp", "");
    check_write_file("logs.9", "");
    open_log(100, 3, "");
    CHECK_NUMBER(6, logged.file.oldest);
    CHECK_NUMBER(8, logged.file.next);
    CHECK(access("log.6.4711.tmp", F_OK) < 0);
    CHECK(access("log.1x", F_OK) == 0 && access("log.tmp", F_OK) == 0 && access("logs.9", F_OK) == 0);
    take(0, "a line, which is long enough that it fills the file up to its limit at once\n");
    CHECK(access("log.8", F_OK) == 0 && access("log.7", F_OK) == 0);
    CHECK(access("log.6.gz", F_OK) < 0);
}

TEST(a_torn_entry_spoils_no_other)
{
    check_write_file("log", "{\"log\":\"whole\\n\"}\n{\"log\":\"to");
    open_log(0, 1, "");
    take(0, "x\n");
    expect_log("log", "{\"log\":\"whole\\n\"}\n{\"log\":\"to\n{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n");
}

TEST(a_single_file_starts_anew)
{
    open_log(90, 1, "");
    take(0, "first line, which is long enough\n");
    take(0, "2\n");
    expect_log("log", "{\"log\":\"2\\n\",\"stream\":\"stdout\",\"time\":\"T\"}\n");
    CHECK(access("log.1", F_OK) < 0);
}

/* A reader that is in the old file goes on to the new one when it sees that the name means another file. */
TEST(a_single_file_is_replaced)
{
    struct stat before, after;

    open_log(90, 1, "");
    CHECK_NUMBER(0, fstat(logged.file.fd, &before));
    take(0, "first line, which is long enough\n");
    CHECK_NUMBER(0, stat("log", &after));
    CHECK(before.st_nlink == 1 && after.st_nlink == 1 && logged.file.end.generation == 1);
    CHECK_NUMBER(0, fstat(logged.file.fd, &before));
    CHECK_NUMBER(after.st_ino, before.st_ino);
}

TEST(a_link_in_the_logs_place_is_refused)
{
    struct plan plan = { .log_path = "log", .log_max_files = 1, .log_kind = LOG_JSON_FILE, .log_extra = "" };
    struct fault fault = { 0 };

    check_write_file("victim", "");
    CHECK_NUMBER(0, symlink("victim", "log"));
    CHECK(log_open(&logged, &plan, &fault) < 0);
    CHECK(strstr(fault.text, "open the log `log`"));
}

static size_t
count_lines(const char *path, const char *with)
{
    char *text = check_read_file(path);
    size_t count = 0;

    CHECK(text);
    for (char *at = text; (at = strstr(at, with)); at++)
        count++;
    free(text);
    return count;
}

/* Afterwards the working folder is a full disk but for SIZE. */
static void
enter_small_disk(const char *size)
{
    char command[128];

    check_own_mounts();
    CHECK_NUMBER(0, mkdir("small", 0700));
    snprintf(command, sizeof(command), "mount -t tmpfs -o size=%s,nr_inodes=10 tmpfs small && : > small/log", size);
    CHECK_NUMBER(0, system(command));
    CHECK_NUMBER(0, chdir("small"));
}

TEST(a_full_disk_leaves_whole_entries)
{
    struct stat st;
    char *text;

    enter_small_disk("4k");
    open_log(0, 1, "");
    for (int i = 0; i < 100; i++)
        take(0, "a line that is written until there is no more room\n");
    CHECK_NUMBER(100 * 51, logged.logged[0]);
    CHECK_NUMBER(0, stat("log", &st));
    CHECK_NUMBER(st.st_size, logged.file.end.size);
    text = check_read_file("log");
    CHECK_NUMBER('\n', text[st.st_size - 1]);
    free(text);
}

TEST(what_a_full_disk_did_not_take_is_told)
{
    char notice[256];
    size_t written;

    enter_small_disk("4k");
    open_log(0, 1, "");
    for (int i = 0; i < 100; i++)
        take(1, "a line that is written until there is no more room\n");
    written = count_lines("log", "a line that");
    CHECK_NUMBER((100 - written) * 51, logged.lost[1]);
    CHECK_NUMBER(0, system("mount -o remount,size=1m ."));
    take(0, "after\n");
    CHECK_NUMBER(0, logged.lost[1]);
    snprintf(notice, sizeof(notice), "{\"log\":\"[berth] %zu bytes of output are missing here: they could not be logged\\n\",\"stream\":\"stderr\","
             "\"lost\":%zu,\"time\":\"", (100 - written) * 51, (100 - written) * 51);
    CHECK_NUMBER(1, count_lines("log", notice));
    CHECK_NUMBER(written, count_lines("log", "a line that"));
    CHECK_NUMBER(1, count_lines("log", "after"));
    CHECK_NUMBER(logged.logged[0], logged.file.end.logged[0]);
    CHECK_NUMBER(logged.logged[1], logged.file.end.logged[1]);
}

TEST(what_was_lost_at_the_end_is_told_at_the_end)
{
    enter_small_disk("4k");
    open_log(0, 1, "");
    for (int i = 0; i < 100; i++)
        take(0, "a line that is written until there is no more room\n");
    CHECK_NUMBER(0, system("mount -o remount,size=1m ."));
    log_end(&logged, 0);
    CHECK_NUMBER(1, count_lines("log", "bytes of output are missing here"));
}

TEST(without_a_log_positions_still_move)
{
    struct plan plan = { .log_kind = LOG_NONE };
    struct fault fault = { 0 };
    bool compressed;

    CHECK_NUMBER(0, log_open(&logged, &plan, &fault));
    take(0, "abc");
    CHECK_NUMBER(3, logged.logged[0]);
    CHECK_NUMBER(-ENOENT, log_file_open_generation(&logged.file, 0, &compressed));
}
