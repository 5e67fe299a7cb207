/* berth-init: process 1 of a container that was started with an init. `berth-init -- program arguments`: runs the program, forwards
   every signal to it, reaps whatever is left to process 1, and ends as the program ends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int
run(char **argv, const sigset_t *before)
{
    sigprocmask(SIG_SETMASK, before, NULL);
    setpgid(0, 0);
    if (isatty(0)) {
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
    }
    execvp(argv[0], argv);
    fprintf(stderr, "[berth-init] exec %s: %s\n", argv[0], strerror(errno));
    return errno == ENOENT ? 127 : 126;
}

/* Reaps all that have ended; the exit code of MAIN when it is among them, else -1. */
static int
reap(pid_t main_pid)
{
    int code = -1;
    int status;

    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        if (pid == main_pid)
            code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return code;
}

int
main(int argc, char **argv)
{
    sigset_t all, before;
    siginfo_t info;
    pid_t child;
    int at = argc > 1 && !strcmp(argv[1], "--") ? 2 : 1;

    if (at >= argc) {
        fputs("usage: berth-init -- program [arguments]\n", stderr);
        return 1;
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    child = fork();
    if (child < 0) {
        perror("[berth-init] fork");
        return 1;
    }
    if (child == 0)
        return run(argv + at, &before);
    for (;;) {
        if (sigwaitinfo(&all, &info) < 0)
            continue;
        if (info.si_signo == SIGCHLD) {
            int code = reap(child);

            if (code >= 0)
                return code;
        } else {
            kill(child, info.si_signo);
        }
    }
}
