/* Mounts in the engine's own namespace, which is the host's. */
#include "berth.h"

#include <errno.h>
#include <sys/mount.h>

#include "internal.h"

int
berth_mount(const char *source, const char *target, const char *type, int64_t flags, const char *data, struct berth_error *err)
{
    if (mount(source, target, type, (unsigned long)flags, data) < 0)
        return berth_error_set(err, errno, "mount %.200s:%.200s, flags: %#llx", source, target, (unsigned long long)flags);
    return 0;
}

int
berth_unmount(const char *target, struct berth_error *err)
{
    return umount2(target, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? berth_error_set(err, errno, "unmount %.200s", target) : 0;
}
