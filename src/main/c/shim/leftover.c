/* The end of all that an exec with mounts of its own has begun, whatever became of it. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim.h"

static bool
is_in_mounts(pid_t pid, uint64_t mounts)
{
    char path[64];
    struct stat st;

    snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
    return stat(path, &st) == 0 && st.st_ino == mounts; /* what has ended is in none */
}

/* The number may have gone to another process between the look and the signal, but not between the pidfd and the second look. */
static bool
kill_if_in_mounts(pid_t pid, uint64_t mounts)
{
    cleanup_close int pidfd = -1;

    if (!is_in_mounts(pid, mounts))
        return false;
    pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0 || !is_in_mounts(pid, mounts))
        return false;
    return syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) == 0;
}

int
kill_in_mounts(uint64_t mounts)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    int killed = 0;

    if (!processes)
        return 0;
    while ((entry = readdir(processes)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]))
            killed += kill_if_in_mounts((pid_t)strtol(entry->d_name, NULL, 10), mounts);
    closedir(processes);
    return killed;
}
