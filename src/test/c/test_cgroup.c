/* The end of what is in a cgroup: real processes in a cgroup of the host, where it has one that can be made. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

static char folder[128];
static char nested[160];

static int
make_cgroups(void)
{
    static const char *const places[] = { "/sys/fs/cgroup/pids", "/sys/fs/cgroup/freezer", "/sys/fs/cgroup" };

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        char procs[160];

        snprintf(folder, sizeof(folder), "%s/berth-test-%d", places[i], getpid());
        snprintf(nested, sizeof(nested), "%s/below", folder);
        snprintf(procs, sizeof(procs), "%s/cgroup.procs", folder);
        if (mkdir(folder, 0755) == 0 && access(procs, W_OK) == 0 && mkdir(nested, 0755) == 0)
            return 1;
        rmdir(folder);
    }
    return 0;
}

static pid_t
sleeper_in(const char *cgroup)
{
    char procs[192];
    int ready[2];
    char byte;
    pid_t pid;

    snprintf(procs, sizeof(procs), "%s/cgroup.procs", cgroup);
    CHECK_NUMBER(0, pipe2(ready, O_CLOEXEC));
    pid = fork();
    if (pid == 0) {
        int fd = open(procs, O_WRONLY | O_CLOEXEC);

        if (fd < 0 || write(fd, "0", 1) != 1 || write(ready[1], "r", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    CHECK_NUMBER(1, read(ready[0], &byte, 1));
    close(ready[0]);
    return pid;
}

static int
signal_that_ended(pid_t pid)
{
    int status = 0;

    CHECK_NUMBER(pid, waitpid(pid, &status, 0));
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(all_that_is_in_a_cgroup_and_below_it_ends)
{
    struct plan plan = { 0 };
    char tasks[192];
    pid_t inside[200], below, outside;

    check_needs_root();
    if (!make_cgroups())
        check_skip("no cgroup can be made here");
    for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++)
        inside[i] = sleeper_in(folder);
    below = sleeper_in(nested);
    outside = fork();
    if (outside == 0)
        for (;;)
            pause();
    snprintf(tasks, sizeof(tasks), "%s/tasks", folder);
    plan.cgroup_tasks[plan.cgroups++] = tasks;
    plan.cgroup_tasks[plan.cgroups++] = "/sys/fs/cgroup/not/there/tasks";
    cgroup_kill(&plan);
    for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++)
        CHECK_NUMBER(SIGKILL, signal_that_ended(inside[i]));
    CHECK_NUMBER(SIGKILL, signal_that_ended(below));
    CHECK_NUMBER(0, waitpid(outside, NULL, WNOHANG));
    kill(outside, SIGTERM);
    CHECK_NUMBER(SIGTERM, signal_that_ended(outside));
    CHECK_NUMBER(0, rmdir(nested));
    CHECK_NUMBER(0, rmdir(folder));
}
