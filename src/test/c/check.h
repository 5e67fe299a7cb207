/* A test is a function; each runs in a process and a temporary working folder of its own, so state and descriptors need no tidying. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct check_test {
    const char *name;
    void (*run)(void);
    struct check_test *next;
};

void check_register(struct check_test *test);

/* Ends the test: says where and what. */
_Noreturn void check_failed(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Ends the test as one that this machine cannot run. */
_Noreturn void check_skip(const char *why);
void check_equal_numbers(const char *file, int line, const char *what, long long expected, long long actual);
void check_equal_texts(const char *file, int line, const char *what, const char *expected, const char *actual);

#define TEST(name)                                                                                                        \
    static void name(void);                                                                                               \
    static struct check_test test_##name = { #name, name, NULL };                                                         \
    __attribute__((constructor)) static void register_##name(void) { check_register(&test_##name); }                      \
    static void name(void)

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, "%s", #condition))
#define CHECK_NUMBER(expected, actual) check_equal_numbers(__FILE__, __LINE__, #actual, (long long)(expected), (long long)(actual))
#define CHECK_TEXT(expected, actual) check_equal_texts(__FILE__, __LINE__, #actual, expected, actual)

/* Makes the file PATH with TEXT. */
void check_write_file(const char *path, const char *text);
/* The text of the file PATH, which the caller frees; NULL when there is none. */
char *check_read_file(const char *path);
/* The rest of the test needs root. */
void check_needs_root(void);
/* Mounts are this process' own from now on, and the working folder is a file system in memory: overlays work on it. */
void check_own_mounts(void);

#endif
