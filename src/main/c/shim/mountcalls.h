/* The kernel's calls on mounts by descriptor, which libcs lack: fsopen(2), fsconfig(2), open_tree(2), move_mount(2), mount_setattr(2). */
#ifndef SHIM_MOUNTCALLS_H
#define SHIM_MOUNTCALLS_H

/* sys/mount.h and linux/mount.h do not go together in every libc: this is the latter. */
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"

#define CLONE_TREE (OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)
#define PROC_SUPER_MAGIC 0x9fa0

#ifndef FSCONFIG_SET_FLAG
#define FSCONFIG_SET_FLAG 0
#endif

static inline int
sys_fsopen(const char *type)
{
    return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int
sys_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux)
{
    return (int)syscall(SYS_fsconfig, fs, command, key, value, aux);
}

static inline int
sys_open_tree(int dir, const char *path, unsigned flags)
{
    return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int
sys_move_mount(int from, int to)
{
    return (int)syscall(SYS_move_mount, from, "", to, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static inline int
sys_mount_setattr(int fd, unsigned flags, struct mount_attr *attr)
{
    return (int)syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | flags, attr, sizeof(*attr));
}

/* Fills *FAULT with what the file system FS itself says about the last failure, when it says anything ("e overlay: ..."). Returns -CODE. */
int fs_fault(int fs, struct fault *fault, int code, const char *what, const char *on);
/* Makes the file system FS and a detached mount of it with ATTRS (MOUNT_ATTR_*). */
int make_mount(int fs, const char *type, uint64_t attrs, struct fault *fault);
/* What stands first in a line of mountinfo's second half; without it there would be "none". */
int set_source(int fs, const char *source, struct fault *fault);

/* No mount may hide the kernel's own files: masks and read-only paths would then lie on something else. 0, or -EPERM with *FAULT. */
int refuse_over_procfs(int at, const char *target, struct fault *fault);

#endif
