/* Asks the kernel from inside a container what it lets it do. Static, run as /probe. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAST 470

static long
call64(long number)
{
    return syscall(number, -1, -1, -1, -1, -1, -1) < 0 ? errno : 0;
}

/* As a 32-bit program does it. */
static long
call32(long number)
{
    long result = number;

    __asm__ volatile("int $0x80" : "+a"(result) : "b"(-1), "c"(-1), "d"(-1), "S"(-1), "D"(-1) : "memory");
    result = (int)result;
    return result < 0 ? -result : 0;
}

/* Each call in a process of its own, for some end it. Prints the number and the error; 0 when it did what it does. */
static void
each(long (*call)(long), long last)
{
    for (long number = 0; number <= last; number++) {
        int result[2];
        long error = 0;
        pid_t pid;

        if (pipe(result) < 0)
            exit(1);
        pid = fork();
        if (pid == 0) {
            /* 3 is the highest that is left: some calls close what they are given. */
            dup2(result[1], 3);
            error = call(number);
            _exit(write(3, &error, sizeof(error)) == sizeof(error) ? 0 : 1);
        }
        close(result[1]);
        /* One that waits is one that is let through. */
        if (poll(&(struct pollfd){.fd = result[0], .events = POLLIN}, 1, 500) <= 0 || read(result[0], &error, sizeof(error)) != sizeof(error))
            error = 0;
        close(result[0]);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        printf("%ld %ld\n", number, error);
    }
}

static void
families(void)
{
    for (int family = 0; family <= 45; family++) {
        int fd = socket(family, SOCK_STREAM, 0);
        int other = fd < 0 && errno != EPERM ? socket(family, SOCK_DGRAM, 0) : fd;

        printf("%d %d\n", family, other < 0 ? errno : 0);
        if (other >= 0)
            close(other);
        if (fd >= 0 && fd != other)
            close(fd);
    }
}

static int
opens(const char *pid, const char *what, int flags)
{
    char path[300];
    int fd;

    snprintf(path, sizeof(path), "/proc/%s/%s", pid, what);
    fd = open(path, flags);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Looks at every process that appears until /stop does, as fast as it can. Prints how many looks it had at programs of the container and
   at what is none: a process that has not executed the container's program yet. */
static void
watch(void)
{
    long own = 0, foreign = 0, unreadable = 0;

    while (access("/stop", F_OK) < 0) {
        DIR *processes = opendir("/proc");
        struct dirent *entry;

        while ((entry = readdir(processes))) {
            char path[300], program[300];
            ssize_t length;

            if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || atoi(entry->d_name) == getpid() || atoi(entry->d_name) == 1)
                continue;
            snprintf(path, sizeof(path), "/proc/%s/exe", entry->d_name);
            length = readlink(path, program, sizeof(program) - 1);
            if (length < 0) {
                unreadable += errno == EACCES || errno == EPERM;
                /* Then nothing else of it may be open to us either, before it has executed the container's program. */
                if (errno == EACCES || errno == EPERM) {
                    int any = opens(entry->d_name, "mem", O_RDWR) + opens(entry->d_name, "environ", O_RDONLY)
                              + opens(entry->d_name, "fd/0", O_PATH) + opens(entry->d_name, "root", O_PATH) + opens(entry->d_name, "cwd", O_PATH);

                    if (any && readlink(path, program, sizeof(program) - 1) < 0 && errno != ENOENT)
                        foreign++;
                }
                continue;
            }
            program[length] = 0;
            if (strncmp(program, "/bin/busybox", 12) == 0)
                own += opens(entry->d_name, "mem", O_RDWR);
            else
                foreign++;
        }
        closedir(processes);
    }
    printf("own %ld foreign %ld unreadable %ld\n", own, foreign, unreadable);
}

int
main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "syscalls") == 0)
        each(call64, LAST);
    else if (strcmp(what, "syscalls32") == 0)
        each(call32, LAST);
    else if (strcmp(what, "families") == 0)
        families();
    else if (strcmp(what, "watch") == 0)
        watch();
    else
        return 2;
    return 0;
}
