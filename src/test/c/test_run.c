/* Runs of a container one after the other, and looks at its health: real processes, without a root of their own. */
#include "check.h"
#include "plan_builder.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

#define NEWNS 0x20000u
#define PATIENCE_MS 10000u

static uint64_t log_buffer;

static void
set_up(struct builder *plan, const char *script)
{
    struct fault fault = { 0 };

    put_settings(plan, NEWNS, "log", "runs");
    put_shell(plan, script);
    builder_end(plan);
    CHECK_NUMBER(0, plan_decode(&shim.plan, plan->bytes, plan->used, &fault));
    shim.init.exit.fd = shim.init.input.fd = shim.init.output[0].fd = shim.init.output[1].fd = -1;
    shim.listener.fd = -1;
    shim.epoll = epoll_create1(EPOLL_CLOEXEC);
    shim.plan.log_buffer = log_buffer;
    CHECK_NUMBER(0, log_open(&shim.log, &shim.plan, &fault));
    CHECK_NUMBER(0, records_open(&shim.records, &shim.plan, &fault));
}

/* The shim's loop until the last run is over or the record at the end has TEXT in it. */
static void
go_on_until(const char *text)
{
    uint64_t patience = now_monotonic_ms() + PATIENCE_MS;

    while (shim.run.step != RUN_OVER) {
        struct epoll_event events[8];
        int n = epoll_wait(shim.epoll, events, 8, 10);
        char *records;
        bool found;

        CHECK(now_monotonic_ms() < patience);
        for (int i = 0; i < n; i++) {
            struct source *source = events[i].data.ptr;

            if (source->fd >= 0 && source->events)
                source->ready(source, events[i].events);
        }
        run_go_on();
        health_go_on();
        records = check_read_file("runs");
        found = text && records && strstr(records, text);
        free(records);
        if (found)
            return;
    }
    CHECK(!text);
}

/* Its process has ended, and what follows has had a moment. */
static void
go_on_until_exit(void)
{
    uint64_t patience = now_monotonic_ms() + PATIENCE_MS;

    while (!shim.init.exited || now_monotonic_ms() < shim.init.grace_ends - 1700) {
        struct epoll_event event;

        CHECK(now_monotonic_ms() < patience);
        if (epoll_wait(shim.epoll, &event, 1, 10) > 0) {
            struct source *source = event.data.ptr;

            source->ready(source, event.events);
        }
        run_go_on();
    }
}

static int
open_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* No child is left, neither running nor waited for. */
static void
no_process_is_left(void)
{
    CHECK(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

static int
count_in(const char *path, const char *text)
{
    char *all = check_read_file(path);
    int count = 0;

    for (const char *at = all; at && (at = strstr(at, text)); at++)
        count++;
    free(all);
    return count;
}

TEST(a_failing_run_is_followed_as_often_as_the_limit_says)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };
    int before;

    check_needs_root();
    builder_op(&plan, OP_RESTART);
    put_u8(&plan, RESTART_ON_FAILURE);
    put_u32(&plan, 2);
    set_up(&plan, "echo line; exit 3");
    before = open_descriptors();
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until(NULL);
    CHECK_NUMBER(2, shim.run.number);
    CHECK_NUMBER(200, shim.run.wait);
    CHECK_NUMBER(3, count_in("runs", " started "));
    CHECK_NUMBER(1, count_in("runs", " 3 0 0 100\n"));
    CHECK_NUMBER(1, count_in("runs", " 3 0 1 200\n"));
    CHECK_NUMBER(1, count_in("runs", " 3 0 2 -\n"));
    CHECK_NUMBER(3, count_in("log", "line"));
    CHECK_NUMBER(before, open_descriptors());
    no_process_is_left();
    builder_free(&plan);
}

TEST(a_run_that_succeeds_is_not_followed_on_failure)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };

    check_needs_root();
    builder_op(&plan, OP_RESTART);
    put_u8(&plan, RESTART_ON_FAILURE);
    put_u32(&plan, 0);
    set_up(&plan, "exit 0");
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until(NULL);
    CHECK_NUMBER(0, shim.run.number);
    builder_free(&plan);
}

TEST(a_stop_ends_the_wait_for_the_next_run)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };

    check_needs_root();
    builder_op(&plan, OP_RESTART);
    put_u8(&plan, RESTART_ALWAYS);
    put_u32(&plan, 0);
    set_up(&plan, "exit 0");
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until(" exited ");
    CHECK_NUMBER(RUN_WAITS, shim.run.step);
    run_stay_ended();
    CHECK_NUMBER(RUN_OVER, shim.run.step);
    CHECK_NUMBER(1, count_in("runs", "3 cancelled "));
    builder_free(&plan);
}

TEST(a_run_that_cannot_begin_is_the_last)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };
    int before;

    check_needs_root();
    CHECK_NUMBER(0, mkdir("gone", 0700));
    builder_op(&plan, OP_RESTART);
    put_u8(&plan, RESTART_ALWAYS);
    put_u32(&plan, 0);
    builder_op(&plan, OP_CWD);
    put_string(&plan, "gone");
    set_up(&plan, "exit 0");
    before = open_descriptors();
    CHECK_NUMBER(0, run_begin(&fault));
    CHECK_NUMBER(0, rmdir("gone"));
    go_on_until(NULL);
    CHECK_NUMBER(1, count_in("runs", "3 failed "));
    CHECK_NUMBER(before, open_descriptors());
    no_process_is_left();
    builder_free(&plan);
}

static void
put_profile(struct builder *plan, const char *profile)
{
    builder_op(plan, OP_APPARMOR);
    put_string(plan, profile);
    put_string(plan, "attr");
}

/* A folder in the place of the kernel's, which this machine may not have. */
TEST(a_program_runs_under_its_profile)
{
    static const char *const files[] = { "attr/exec", "attr/apparmor/exec" }; /* the second one goes before the first */
    struct fault fault = { 0 };

    check_needs_root();
    CHECK_NUMBER(0, mkdir("attr", 0700));
    for (int i = 0; i < 2; i++) {
        struct builder plan = builder_begin();
        char *text;

        if (i == 1)
            CHECK_NUMBER(0, mkdir("attr/apparmor", 0700));
        check_write_file(files[i], "");
        put_profile(&plan, i ? "second//part" : "first");
        set_up(&plan, "exit 0");
        CHECK_NUMBER(0, run_begin(&fault));
        go_on_until(NULL);
        text = check_read_file(files[i]);
        CHECK_TEXT(i ? "exec second//part" : "exec first", text);
        free(text);
        builder_free(&plan);
        memset(&shim, 0, sizeof(shim));
    }
}

TEST(a_program_that_cannot_have_its_profile_does_not_run)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };
    int before;

    check_needs_root();
    put_profile(&plan, "mine");
    set_up(&plan, "echo ran > ran");
    before = open_descriptors();
    CHECK_NUMBER(-ENOENT, run_begin(&fault));
    CHECK_NUMBER(OP_APPARMOR, fault.op);
    CHECK_TEXT("unable to apply apparmor profile: apparmor failed to apply profile: open `attr`", fault.text);

    CHECK_NUMBER(0, mkdir("attr", 0700));
    CHECK_NUMBER(0, mkdir("attr/apparmor", 0700));
    CHECK_NUMBER(0, symlink("/dev/full", "attr/apparmor/exec"));
    CHECK_NUMBER(-ENOSPC, run_begin(&fault));
    CHECK_NUMBER(OP_APPARMOR, fault.op);
    CHECK_TEXT("unable to apply apparmor profile: apparmor failed to apply profile: write attr/apparmor/exec for `mine`", fault.text);
    CHECK(access("ran", F_OK) < 0);
    CHECK_NUMBER(before, open_descriptors());
    no_process_is_left();
    builder_free(&plan);
}

/* A user namespace of 1000 ids, as the descriptor that a plan calls 1. */
static void
open_user_namespace(void)
{
    char path[64];
    pid_t pid;
    int ends[2];
    int fd;

    CHECK_NUMBER(0, pipe(ends));
    pid = fork();
    if (pid == 0) {
        char done = unshare(CLONE_NEWUSER) == 0 ? 'y' : 'n';

        _exit(write(ends[1], &done, 1) == 1 && pause());
    }
    CHECK(pid > 0 && read(ends[0], path, 1) == 1 && path[0] == 'y');
    close(ends[0]);
    close(ends[1]);
    snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
    check_write_file(path, "0 231072 1000\n");
    snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
    check_write_file(path, "0 231072 1000\n");
    snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK_NUMBER(PLAN_FIRST_FD + 1, dup3(fd, PLAN_FIRST_FD + 1, O_CLOEXEC));
    CHECK_NUMBER(0, kill(pid, SIGKILL));
    CHECK_NUMBER(pid, waitpid(pid, NULL, 0));
}

static void
put_user_namespace(struct builder *plan)
{
    builder_op(plan, OP_JOIN_NS);
    put_u32(plan, 1);
    put_u64(plan, 0x10000000);
    builder_op(plan, OP_MAPPED);
    put_u32(plan, 231072);
    put_u32(plan, 231072);
    put_u32(plan, 231072 + 7);
}

TEST(each_run_is_in_the_user_namespace)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };
    char host[65];

    check_needs_root();
    open_user_namespace();
    CHECK_NUMBER(0, gethostname(host, sizeof(host)));
    put_user_namespace(&plan);
    builder_op(&plan, OP_RESTART);
    put_u8(&plan, RESTART_ON_FAILURE);
    put_u32(&plan, 1);
    builder_op(&plan, OP_HOSTNAME);
    put_string(&plan, "inner");
    builder_op(&plan, OP_USER);
    put_u32(&plan, 7);
    put_u32(&plan, 8);
    put_u32(&plan, 0);
    set_up(&plan, "cat /proc/self/uid_map; echo user $(id -u) of $(hostname) >/dev/stderr; exit 1");
    shim.plan.namespaces |= CLONE_NEWUTS | CLONE_NEWIPC;
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until(NULL);
    CHECK_NUMBER(1, shim.run.number);
    CHECK_NUMBER(2, count_in("log", "231072       1000"));
    CHECK_NUMBER(2, count_in("log", "user 7 of inner"));
    CHECK(gethostname(host, sizeof(host)) == 0 && strcmp(host, "inner"));
    builder_free(&plan);
}

TEST(what_cannot_enter_a_user_namespace_says_so)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };

    check_needs_root();
    CHECK(dup3(open("/", O_RDONLY | O_CLOEXEC), PLAN_FIRST_FD + 1, O_CLOEXEC) >= 0); /* no namespace at all */
    put_user_namespace(&plan);
    set_up(&plan, "exit 0");
    CHECK_NUMBER(-EINVAL, run_begin(&fault));
    CHECK_TEXT("join the user namespace", fault.text);
    builder_free(&plan);
}

TEST(health_changes_with_its_probes)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };
    char folder[1024], script[2048];

    check_needs_root();
    check_write_file("well", "");
    CHECK(getcwd(folder, sizeof(folder)));
    snprintf(script, sizeof(script), "echo looked; test -e %s/well", folder);
    put_health(&plan, 20, 5000, script);
    set_up(&plan, "exec sleep 1000");
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until(" 0 0 1 0 1 6c6f6f6b65640a\n");
    CHECK_NUMBER(0, unlink("well"));
    go_on_until(" 1 0 2 2 1 6c6f6f6b65640a\n");
    CHECK_NUMBER(0, process_signal(&shim.init, SIGKILL));
    go_on_until(NULL);
    no_process_is_left();
    builder_free(&plan);
}

TEST(a_probe_that_takes_too_long_is_killed_with_its_children)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };
    int before;

    check_needs_root();
    put_health(&plan, 20, 50, "sleep 4321 & sleep 4321");
    set_up(&plan, "exec sleep 1000");
    before = open_descriptors();
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until(" -1 1 2 2 1 -\n");
    CHECK(count_in("runs", " -1 1 0 1 0 -\n") >= 1);
    CHECK_NUMBER(0, process_signal(&shim.init, SIGKILL));
    go_on_until(NULL);
    CHECK_NUMBER(before, open_descriptors());
    no_process_is_left();
    builder_free(&plan);
}

TEST(a_held_probe_waits)
{
    struct builder plan = builder_begin();
    struct fault fault = { 0 };

    check_needs_root();
    put_health(&plan, 20, 5000, "exit 0");
    set_up(&plan, "sleep 0.3");
    CHECK_NUMBER(0, run_begin(&fault));
    health_hold(true);
    go_on_until(NULL);
    CHECK_NUMBER(0, count_in("runs", " probe "));
    builder_free(&plan);
}

/* One whose log is a pipe that takes 64 KiB until it is read; returns its other end. */
static int
begin_with_stuck_log(struct builder *plan)
{
    struct fault fault = { 0 };
    int reader;

    check_needs_root();
    CHECK_NUMBER(0, mkfifo("log", 0600));
    reader = open("log", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    CHECK(reader >= 0);
    log_buffer = 1u << 20;
    set_up(plan, "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i + 1)); done");
    CHECK_NUMBER(0, run_begin(&fault));
    go_on_until_exit();
    return reader;
}

TEST(an_end_is_told_when_all_is_in_the_log)
{
    static char text[65536];
    struct builder plan = builder_begin();
    int reader = begin_with_stuck_log(&plan);
    uint64_t began = now_monotonic_ms();

    CHECK_NUMBER(0, count_in("runs", " exited "));
    while (!log_settle(&shim.log))
        (void)!read(reader, text, sizeof(text));
    go_on_until(NULL);
    CHECK(now_monotonic_ms() < began + 1500);
    CHECK_NUMBER(1, count_in("runs", " exited "));
    builder_free(&plan);
}

TEST(an_end_is_told_though_the_log_is_stuck)
{
    struct builder plan = builder_begin();
    uint64_t began;

    begin_with_stuck_log(&plan);
    began = now_monotonic_ms();
    go_on_until(NULL);
    CHECK(now_monotonic_ms() >= began + 1500 && !log_settle(&shim.log));
    CHECK_NUMBER(1, count_in("runs", " exited "));
    builder_free(&plan);
}

TEST(records_are_numbered_and_rotated)
{
    struct fault fault = { 0 };
    struct plan plan = { .record_path = "runs", .first_record = 41 };

    CHECK_NUMBER(0, records_open(&shim.records, &plan, &fault));
    for (int i = 0; i < 200; i++)
        record(RECORD_LOOK, "probe %08000d", i);
    CHECK_NUMBER(0, access("runs.1", F_OK));
    CHECK_NUMBER(1, count_in("runs.1", "\n42 probe "));
    CHECK_NUMBER(1, count_in("runs", "\n240 probe "));
    record(RECORD_END, "failed 1 2 3 4 %s", "two\nlines");
    CHECK_NUMBER(1, count_in("runs", "\n241 failed 1 2 3 4 two lines\n"));
    close(shim.records.fd);
}
