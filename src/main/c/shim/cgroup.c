#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

/* A bound against processes that make others faster than they are killed. */
#define ROUNDS 64
#define AT_ONCE 128
#define DEEPEST 32

/* A part of the processes that a cgroup lists. */
struct members {
    pid_t pids[AT_ONCE];
    int pidfds[AT_ONCE];
    bool listed[AT_ONCE]; /* still, when the pidfd was open */
    int count;
};

static FILE *
open_list(int folder)
{
    int fd = openat(folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
    FILE *list = fd < 0 ? NULL : fdopen(fd, "r");

    if (!list && fd >= 0)
        close(fd);
    return list;
}

static void
hold_members(FILE *list, struct members *members)
{
    int pid;

    members->count = 0;
    while (members->count < AT_ONCE && fscanf(list, "%d", &pid) == 1) {
        int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

        if (pidfd < 0)
            continue;
        members->pids[members->count] = pid;
        members->pidfds[members->count] = pidfd;
        members->listed[members->count++] = false;
    }
}

static void
ask_again(int folder, struct members *members)
{
    FILE *list = open_list(folder);
    int pid;

    while (list && fscanf(list, "%d", &pid) == 1)
        for (int i = 0; i < members->count; i++)
            members->listed[i] |= members->pids[i] == pid;
    if (list)
        fclose(list);
}

/* A number in the list may have been given to a stranger before it was opened: only what is listed afterwards, too, is meant. */
static bool
kill_members(int folder)
{
    FILE *list = open_list(folder);
    struct members members = { .count = list ? AT_ONCE : 0 };
    bool found = false;

    while (members.count == AT_ONCE) {
        hold_members(list, &members);
        found |= members.count > 0;
        ask_again(folder, &members);
        for (int i = 0; i < members.count; i++) {
            if (members.listed[i])
                (void)syscall(SYS_pidfd_send_signal, members.pidfds[i], SIGKILL, NULL, 0);
            close(members.pidfds[i]);
        }
    }
    if (list)
        fclose(list);
    return found;
}

static bool
kill_below(int folder, int depth)
{
    bool found = kill_members(folder);
    int fd = depth < DEEPEST ? openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!entries && fd >= 0)
        close(fd);
    while (entries && (entry = readdir(entries))) {
        cleanup_close int child = -1;

        if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
            continue;
        child = openat(folder, entry->d_name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (child >= 0)
            found |= kill_below(child, depth + 1);
    }
    if (entries)
        closedir(entries);
    return found;
}

static void
kill_in(const char *path, size_t length)
{
    char folder_path[4096];
    cleanup_close int folder = -1;

    if (length >= sizeof(folder_path))
        return;
    memcpy(folder_path, path, length);
    folder_path[length] = '\0';
    folder = open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (int round = 0; folder >= 0 && round < ROUNDS && kill_below(folder, 0); round++)
        ;
}

/* Not by cgroup.kill: Linux 6.18 kills what is cloned into such a cgroup afterwards, too, as the next run is. */
void
cgroup_kill(const struct plan *plan)
{
    if (plan->cgroup_into)
        kill_in(plan->cgroup_into, strlen(plan->cgroup_into));
    for (int i = 0; i < plan->cgroups; i++) {
        const char *tasks = plan->cgroup_tasks[i];
        const char *name = strrchr(tasks, '/');

        if (name)
            kill_in(tasks, (size_t)(name - tasks));
    }
}
