#include "check.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
#define SECONDS_A_TEST 60

static struct check_test *first;

void
check_register(struct check_test *test)
{
    struct check_test **link = &first;

    while (*link)
        link = &(*link)->next;
    *link = test;
}

void
check_failed(const char *file, int line, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%d: ", file, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    _exit(1);
}

void
check_skip(const char *why)
{
    printf("skipped: %s\n", why);
    fflush(stdout);
    _exit(EXIT_SKIPPED);
}

void
check_equal_numbers(const char *file, int line, const char *what, long long expected, long long actual)
{
    if (expected != actual)
        check_failed(file, line, "%s is %lld, not %lld", what, actual, expected);
}

void
check_equal_texts(const char *file, int line, const char *what, const char *expected, const char *actual)
{
    if (!actual || strcmp(expected, actual) != 0)
        check_failed(file, line, "%s is `%s`, not `%s`", what, actual ? actual : "(null)", expected);
}

void
check_write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        check_failed(__FILE__, __LINE__, "write `%s`: %s", path, strerror(errno));
}

char *
check_read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t used = 0, size = 1 << 16;
    char *text;

    if (!file)
        return NULL;
    text = malloc(size);
    while (text) {
        size_t n = fread(text + used, 1, size - used - 1, file);

        used += n;
        text[used] = '\0';
        if (n == 0)
            break;
        if (size - used < 2)
            text = realloc(text, size *= 2);
    }
    fclose(file);
    return text;
}

void
check_needs_root(void)
{
    if (geteuid() != 0)
        check_skip("needs root");
}

void
check_own_mounts(void)
{
    char folder[PATH_MAX];

    check_needs_root();
    CHECK(getcwd(folder, sizeof(folder)));
    if (unshare(CLONE_NEWNS) < 0)
        check_skip("mounts of its own are not allowed here");
    CHECK_NUMBER(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    CHECK_NUMBER(0, mount("tmpfs", folder, "tmpfs", 0, NULL));
    CHECK_NUMBER(0, chdir(folder));
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

/* 0 passed, 1 failed, EXIT_SKIPPED. */
static int
run(const struct check_test *test)
{
    char folder[] = "/tmp/berth-check-XXXXXX";
    int status;
    pid_t pid;

    if (!mkdtemp(folder))
        check_failed(__FILE__, __LINE__, "mkdtemp: %s", strerror(errno));
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        if (chdir(folder) < 0)
            check_failed(__FILE__, __LINE__, "chdir: %s", strerror(errno));
        alarm(SECONDS_A_TEST);
        test->run();
        exit(0); /* here the sanitizer looks for leaks */
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        check_failed(__FILE__, __LINE__, "run %s: %s", test->name, strerror(errno));
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == EXIT_SKIPPED))
        return WEXITSTATUS(status);
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s was ended by signal %d\n", test->name, WTERMSIG(status));
    fprintf(stderr, "FAILED %s\n", test->name);
    return 1;
}

/* check [name of a test ...] */
int
main(int argc, char **argv)
{
    int ran = 0, failed = 0, skipped = 0;

    for (struct check_test *test = first; test; test = test->next) {
        bool wanted = argc < 2;
        int result;

        for (int i = 1; i < argc; i++)
            wanted |= strcmp(argv[i], test->name) == 0;
        if (!wanted)
            continue;
        result = run(test);
        ran++;
        failed += result == 1;
        skipped += result == EXIT_SKIPPED;
    }
    printf("%s: %d tests, %d failed, %d skipped\n", argv[0], ran, failed, skipped);
    return failed || !ran ? 1 : 0;
}
