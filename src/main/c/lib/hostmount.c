/* Mounts in the engine's own namespace, which is the host's. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

/* sys/mount.h, which declares them, clashes with linux/mount.h. */
extern int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
extern int umount2(const char *target, int flags);

#define MNT_DETACH 2
#define UMOUNT_NOFOLLOW 8

int
berth_mount(const char *source, const char *target, const char *type, int64_t flags, const char *data, struct berth_error *err)
{
    char how[32] = "";
    int code;

    if (mount(source, target, type, (unsigned long)flags, data) == 0)
        return 0;
    code = errno;
    if (flags)
        snprintf(how, sizeof(how), ", flags: %#llx", (unsigned long long)flags);
    return berth_error_set(err, code, "mount %.200s:%.200s%s%s%.200s", source, target, how, *data ? ", data: " : "", data);
}

int
berth_unmount(const char *target, struct berth_error *err)
{
    return umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? berth_error_set(err, errno, "unmount %.200s", target) : 0;
}

int
berth_mount_attach(int tree, const char *target, int64_t set, int64_t clear, struct berth_error *err)
{
    struct mount_attr attr = {.attr_set = (uint64_t)set, .attr_clr = (uint64_t)clear};
    cleanup_close int at = open(target, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (at < 0)
        return berth_error_set(err, errno, "open `%.200s`", target);
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
        return berth_error_set(err, errno, "mount_setattr for `%.200s`", target);
    if (syscall(SYS_move_mount, tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return berth_error_set(err, errno, "mount on `%.200s`", target);
    return 0;
}
