/* The process that becomes the container's init, or an exec in it: it runs part B of a plan and never returns. Where there is a user
   namespace, a forerunner with the host's rights makes it. */
#ifndef SHIM_CHILD_H
#define SHIM_CHILD_H

#include <stdbool.h>

#include <sys/types.h>

#include "plan.h"

/* What the child tells its shim over the sync socket, one message each; the socket closes by execve. */
enum child_message { CHILD_BORN = 'B', CHILD_PTY = 'P', CHILD_FAULT = 'F', CHILD_EXECS = 'X', CHILD_MOUNTS = 'M' };

struct child_report {
    char kind; /* enum child_message; with CHILD_PTY comes the master's descriptor, with CHILD_BORN the pidfd */
    pid_t pid; /* of CHILD_BORN */
    uint64_t mounts; /* of CHILD_MOUNTS: number of the mount namespace that it has made */
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
    int tools;       /* detached mount of OP_TOOLS' folder; -1 without that operation */
    int namespaces;  /* with it: where this process finds its own, in the host's /proc */
    const char *profile_file; /* its name in the folder of attributes */
    int device_folder; /* where device files are made that are mounted in a container with a user namespace; -1 before the first */
    unsigned devices; /* in it */
    int *taken;     /* detached mounts of the sources that are taken ahead, in the plan's order; -1: handed over */
    size_t taken_count;
    size_t taken_used;
    uid_t uid;
    bool may_go;
    bool pivoted;
    bool is_exec;
    bool has_user_ns; /* it is in a user namespace, or enters one */
};

/* Runs the plan; exits with 127 when it cannot be run wholly. */
_Noreturn void child_main(struct child *child);

/* Takes the sources, makes the container's first process within the user namespace as a child of the shim, tells of it and exits. */
_Noreturn void forerunner_main(struct child *child);

/* What takes the host's rights, for a program whose limits and streams are those of a user namespace: forerunner.c. */
int prepare_for_user_ns(struct child *child, struct fault *fault);
/* Becomes root of the user namespace that this process is in. */
int become_inner_root(struct fault *fault);

/* Whose files belong to who makes them: message queues. Where there is a user namespace, they are made by its root. */
#define MADE_BY_INNER_ROOT UINT64_C(0x08000000) /* CLONE_NEWIPC */
int make_later_namespaces(const struct plan *plan, struct fault *fault);

/* The process that the plan asks for, in its cgroup and namespaces: launch.c. HOW: further CLONE_*. */
pid_t clone_process(const struct plan *plan, uint64_t how, int *pidfd, struct fault *fault);

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

/* Sources that are taken ahead: sources.c. All of them where there is a user namespace, within which nobody could; else those whose mounts
   come from the host or go there, since the mounts of this process become private. */
int take_sources(struct child *child, struct fault *fault);
bool is_taken_ahead(const struct child *child, uint16_t code, struct reader payload);
/* The next of them; the caller's. */
int next_taken(struct child *child);

/* Detached mounts of what an operation names. */
int take_overlay(struct child *child, struct reader *in, struct fault *fault);
int take_folder(struct reader *in, struct fault *fault);
int take_bind(struct child *child, struct reader *in, struct fault *fault);
int take_device(struct child *child, struct reader *in, struct fault *fault);
/* Files that were taken stay. */
int leave_device_folder(struct child *child, struct fault *fault);

/* Binds: binds.c. */
bool is_shared_bind(struct reader in);
int mount_bind(struct child *child, struct reader *in, struct fault *fault);

/* ID-mapped mounts: mapped.c. Gives the detached mount TREE, not what is mounted below it, the ids of the user namespace USER_NS; NAME is
   for messages. */
int map_ids(int user_ns, int tree, const char *name, struct fault *fault);
/* The folder at PATH is seen with the ids of the container's user namespace from here on, in this process' own mounts. */
int map_in_place(const struct child *child, const char *path, struct fault *fault);
/* Files are made as root of the container's user namespace makes them, with all other rights as they are; or as before. */
int act_as_inner_root(const struct child *child, bool on, struct fault *fault);

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
/* Lifts the hard limits that the plan will set: it takes the host's rights. */
int raise_limits(struct child *child, struct fault *fault);
int own_keyring(struct fault *fault);
/* By a path of the host, before its namespaces are left. */
int open_profile(struct child *child, struct fault *fault);
int set_profile(struct child *child, struct reader *in, struct fault *fault);

/* Tells the shim, and gives it the descriptor FD, which stays open here. Returns 0, or -1 with errno. */
int report_with(const struct child *child, const struct child_report *report, int fd);

/* Tools of the host for an exec: tools.c. They are taken before its namespaces are entered. */
int take_tools(struct child *child, struct fault *fault);
int use_tools(struct child *child, struct reader *in, struct fault *fault);

/* execve: execute.c; returns only when it failed. */
int execute(struct child *child, struct reader *in, struct fault *fault);

#endif
