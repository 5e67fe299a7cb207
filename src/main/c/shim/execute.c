#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"

static const char **
read_words(struct reader *in)
{
    struct reader ahead = *in;
    uint32_t count = skip_list(&ahead);
    const char **words = calloc((size_t)count + 1, sizeof(*words));

    if (words)
        read_list(in, words, count);
    return words;
}

static const char *
path_of(const char *const *env)
{
    for (; *env; env++)
        if (!strncmp(*env, "PATH=", 5))
            return *env + 5;
    return "";
}

/* As execvp: the first entry of PATH that has an executable regular file; EACCES when only others were found. */
static int
search(const char *name, const char *path, char *found, size_t size, struct fault *fault)
{
    int code = ENOENT;

    while (*path) {
        size_t length = strcspn(path, ":");
        int n = snprintf(found, size, "%.*s%s%s", (int)length, path, length ? "/" : "./", name);
        struct stat st;

        path += length + (path[length] == ':');
        if (n < 0 || (size_t)n >= size || stat(found, &st) < 0 || S_ISDIR(st.st_mode))
            continue;
        if (access(found, X_OK) == 0)
            return 0;
        code = EACCES;
    }
    return fault_set(fault, code, "%s", name);
}

/* Nothing of the shim may be seen by the program: descriptors 0, 1, 2 only, default signals, an open signal mask. */
static int
hand_over(struct child *child, struct fault *fault)
{
    sigset_t none;

    umask(022);
    for (int i = 0; i < 3; i++)
        if (dup2(child->stdio[i], i) < 0)
            return fault_set(fault, errno, "set up standard stream %d", i);
    if (child->plan->tty && ioctl(0, TIOCSCTTY, 0) < 0)
        return fault_set(fault, errno, "take the terminal");
    /* Closed by execve, so that the sync socket can still tell of its failure. */
    if (syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */) < 0)
        return fault_set(fault, errno, "close_range");
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        signal(signal_number, SIG_DFL);
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
        return fault_set(fault, errno, "open the signal mask");
    if (prctl(PR_SET_PDEATHSIG, child->is_exec ? 0 : SIGKILL, 0, 0, 0) < 0)
        return fault_set(fault, errno, "set the death signal");
    return 0;
}

/* The kernel says EACCES of a folder, too. */
static int
why_not(const char *program, int code)
{
    struct stat st;

    return code == EACCES && stat(program, &st) == 0 && S_ISDIR(st.st_mode) ? EISDIR : code;
}

int
execute(struct child *child, struct reader *in, struct fault *fault)
{
    const char **argv = read_words(in);
    const char **env = read_words(in);
    struct child_report report = { .kind = CHILD_EXECS };
    char found[PATH_MAX];
    const char *program;
    int result;

    if (!argv || !env)
        return fault_set(fault, ENOMEM, "arguments");
    if (!argv[0] || !*argv[0])
        return fault_set(fault, ENOENT, "no command");
    program = argv[0];
    if (!strchr(program, '/')) {
        result = search(program, path_of(env), found, sizeof(found), fault);
        if (result < 0)
            return result;
        program = found;
    }
    result = hand_over(child, fault);
    if (result < 0)
        return result;
    if (send(child->sync, &report, sizeof(report), MSG_NOSIGNAL) < 0)
        return fault_set(fault, errno, "report to the shim");
    execve(program, (char *const *)argv, (char *const *)env);
    return fault_set(fault, why_not(program, errno), "%s", argv[0]);
}
