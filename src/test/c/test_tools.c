/* Tools of the host for an exec, in mounts of its own. */
#include "check.h"
#include "plan_builder.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../main/c/shim/child.h"
#include "../../main/c/shim/shim.h"

static struct fault fault;

static void
make_folder_of_tools(void)
{
    CHECK_NUMBER(0, mkdir("tools", 0755));
    check_write_file("tools/hello", "a tool");
}

/* What a process does first whose plan has the folder "tools" as /dev/NAME. */
static int
run_tools(const char *name, bool is_exec, int sync)
{
    struct builder builder = builder_begin();
    struct plan plan;
    struct child child = { .plan = &plan, .sync = sync, .tools = -1, .namespaces = -1, .root = open("/", O_PATH | O_DIRECTORY), .is_exec = is_exec };
    struct reader ops;
    struct op op;
    int result;

    builder_op(&builder, OP_TOOLS);
    put_string(&builder, "tools");
    put_string(&builder, name);
    put_shell(&builder, "exit 0");
    builder_end(&builder);
    CHECK_NUMBER(0, plan_decode(&plan, builder.bytes, builder.used, &fault));
    ops = plan_ops(&plan);
    CHECK(next_op(&ops, &op));
    result = take_tools(&child, &fault);
    if (result == 0)
        result = use_tools(&child, &op.payload, &fault);
    builder_free(&builder);
    return result;
}

TEST(tools_are_seen_beside_the_devices_and_nowhere_else)
{
    struct child_report report;
    struct stat st;
    int sync[2], before;
    char *text;

    check_needs_root();
    check_own_mounts();
    CHECK_NUMBER(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sync));
    before = open("/dev", O_PATH | O_DIRECTORY);
    make_folder_of_tools();
    CHECK_NUMBER(0, run_tools(".tools", true, sync[0]));

    CHECK_NUMBER(sizeof(report), recv(sync[1], &report, sizeof(report), MSG_DONTWAIT));
    CHECK_NUMBER(CHILD_MOUNTS, report.kind);
    CHECK_NUMBER(0, stat("/proc/self/ns/mnt", &st));
    CHECK_NUMBER(st.st_ino, report.mounts);
    text = check_read_file("/dev/.tools/hello");
    CHECK_TEXT("a tool", text);
    free(text);
    CHECK_NUMBER(0, stat("/dev/null", &st));
    CHECK(S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3));
    CHECK_NUMBER(0, lstat("/dev/fd", &st));
    CHECK(S_ISLNK(st.st_mode));
    CHECK_NUMBER(0, stat("/dev/pts/ptmx", &st));
    CHECK(open("/dev/made", O_WRONLY | O_CREAT, 0644) < 0 && errno == EROFS);
    CHECK(open("/dev/.tools/hello", O_WRONLY) < 0 && errno == EROFS);
    /* The folder that was there before has not changed. */
    CHECK(faccessat(before, ".tools", F_OK, 0) < 0 && errno == ENOENT);
}

TEST(tools_are_for_execs)
{
    check_needs_root();
    check_own_mounts();
    make_folder_of_tools();
    CHECK_NUMBER(-EINVAL, run_tools(".tools", false, -1));
    CHECK_NUMBER(OP_TOOLS, fault.op);
}

TEST(tools_have_a_name_in_dev)
{
    static const char *const names[] = { "", ".", "..", "a/b", "/etc" };

    check_needs_root();
    check_own_mounts();
    make_folder_of_tools();
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        CHECK_NUMBER(-EINVAL, run_tools(names[i], true, -1));
}

TEST(missing_tools_are_said_to_be_missing)
{
    check_needs_root();
    check_own_mounts();
    CHECK_NUMBER(-ENOENT, run_tools(".tools", true, -1));
    CHECK_TEXT("take the tools of `tools`", fault.text);
}

/* A process in mounts of its own that waits to be killed; *MOUNTS is their number. */
static pid_t
start_apart(uint64_t *mounts)
{
    int ready[2];
    pid_t pid;

    CHECK_NUMBER(0, pipe(ready));
    pid = fork();
    if (pid == 0) {
        struct stat st = { 0 };

        if (unshare(CLONE_NEWNS) == 0 && stat("/proc/self/ns/mnt", &st) == 0)
            (void)!write(ready[1], &st.st_ino, sizeof(st.st_ino));
        for (;;)
            pause();
    }
    CHECK(pid > 0);
    CHECK_NUMBER(sizeof(*mounts), read(ready[0], mounts, sizeof(*mounts)));
    return pid;
}

TEST(who_is_left_in_the_mounts_is_killed_and_nobody_else)
{
    uint64_t mounts, others;
    pid_t left, other;
    int status;

    check_needs_root();
    left = start_apart(&mounts);
    other = start_apart(&others);
    CHECK_NUMBER(1, kill_in_mounts(mounts));
    CHECK_NUMBER(left, waitpid(left, &status, 0));
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK_NUMBER(0, kill_in_mounts(mounts));
    CHECK_NUMBER(0, waitpid(other, &status, WNOHANG));
    CHECK_NUMBER(1, kill_in_mounts(others));
    CHECK_NUMBER(other, waitpid(other, &status, 0));
}
