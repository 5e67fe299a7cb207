/* The process that becomes the container's init, or an exec in it: it runs part B of a plan and never returns. */
#ifndef SHIM_CHILD_H
#define SHIM_CHILD_H

#include <stdbool.h>

#include <sys/types.h>

#include "plan.h"

/* What the child tells its shim over the sync socket, one message each; the socket closes by execve. */
enum child_message { CHILD_PTY = 'P', CHILD_FAULT = 'F', CHILD_EXECS = 'X' };

struct child_report {
    char kind; /* enum child_message; CHILD_PTY comes with the master's descriptor */
    struct fault fault;
};

struct child {
    const struct plan *plan;
    int init;       /* of an exec: pidfd of the container's init, whose namespaces it joins */
    int sync;       /* to the shim: reports out; one byte in when the program may run */
    int stdio[3];   /* what becomes 0, 1, 2; with a tty set by OP_CONSOLE or open_pty */
    int root;       /* descriptor of the root; -1 before there is one */
    int mask_folder; /* an empty read-only folder, made by the first mask of a folder */
    int null_device; /* the host's /dev/null, verified */
    int profile;     /* what OP_APPARMOR writes to; -1 without that operation */
    const char *profile_file; /* its name in the folder of attributes */
    int *shared;    /* sources of the binds that are shared or slaves, in the plan's order, as the host has them */
    size_t shared_count;
    size_t shared_used;
    uid_t uid;
    bool may_go;
    bool pivoted;
    bool is_exec;
};

/* Runs the plan; exits with 127 when it cannot be run wholly. */
_Noreturn void child_main(struct child *child);

/* Waits until the shim has done its part for this process. */
int await_go(struct child *child, struct fault *fault);

/* Operations on mounts: mounts.c. */
int root_overlay(struct child *child, struct reader *in, struct fault *fault);
int root_bind(struct child *child, struct reader *in, struct fault *fault);
int mount_fs(struct child *child, struct reader *in, struct fault *fault);
int mask_path(struct child *child, struct reader *in, struct fault *fault);
int readonly_path(struct child *child, struct reader *in, struct fault *fault);
int root_readonly(struct child *child, struct fault *fault);
int pivot(struct child *child, struct fault *fault);

/* Binds: binds.c. Sources whose mounts come from the host or go there are copied before the mounts of this process become private. */
int copy_shared_sources(struct child *child, struct fault *fault);
int mount_bind(struct child *child, struct reader *in, struct fault *fault);

/* Operations on files: files.c. */
int make_device(struct child *child, struct reader *in, struct fault *fault);
int make_symlink(struct child *child, struct reader *in, struct fault *fault);
int set_sysctl(struct child *child, struct reader *in, struct fault *fault);
int make_workdir(struct child *child, struct reader *in, struct fault *fault);
int open_console(struct child *child, struct fault *fault);
int open_pty(struct child *child, int *slave, struct fault *fault);

/* Operations on the process: privileges.c. */
int keep_bounding(struct reader *in, struct fault *fault);
int become_user(struct child *child, struct reader *in, struct fault *fault);
int set_capabilities(struct reader *in, struct fault *fault);
int load_seccomp(struct reader *in, struct fault *fault);
int set_limit(struct reader *in, struct fault *fault);
int own_keyring(struct fault *fault);
/* By a path of the host, before its namespaces are left. */
int open_profile(struct child *child, struct fault *fault);
int set_profile(struct child *child, struct reader *in, struct fault *fault);

/* execve: execute.c; returns only when it failed. */
int execute(struct child *child, struct reader *in, struct fault *fault);

#endif
