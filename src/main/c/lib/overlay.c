/* Overlay mounts that only a descriptor leads to. */
#include "berth.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"
#include "overlay_options.h"

/* sys/mount.h, which declares it, clashes with linux/mount.h. */
extern int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);

static int
set_string(int context, const char *key, const char *value, struct berth_error *err)
{
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0) < 0)
        return berth_error_set(err, errno, "overlay option %s=%.200s", key, value);
    return 0;
}

/* One option for each layer: Linux 6.5 and later. -EINVAL for the first layer when the kernel does not know it. */
static int
add_lower_layers(int context, const char *lower, int count, struct berth_error *err)
{
    for (int i = 0; i < count; i++) {
        int result = set_string(context, "lowerdir+", lower, err);

        if (result < 0)
            return result;
        lower += strlen(lower) + 1;
    }
    return 0;
}

static int
mount_by_context(const char *lower, int count, const char *upper, const char *work, struct berth_error *err)
{
    cleanup_close int context = (int)syscall(SYS_fsopen, "overlay", FSOPEN_CLOEXEC);
    int result;
    int mount_fd;

    if (context < 0)
        return berth_error_set(err, errno, "fsopen overlay");
    result = add_lower_layers(context, lower, count, err);
    if (result == 0 && upper)
        result = set_string(context, "upperdir", upper, err);
    if (result == 0 && upper)
        result = set_string(context, "workdir", work, err);
    if (result < 0)
        return result;
    if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return berth_error_set(err, errno, "mount overlay over `%.200s`", lower);
    mount_fd = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
                            MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | (upper ? 0 : MOUNT_ATTR_RDONLY));
    return mount_fd < 0 ? berth_error_set(err, errno, "fsmount overlay") : mount_fd;
}

/* The way of older kernels: a thread of its own with its own mounts and folder, so that the paths may be short and relative. */
struct classic {
    const char *lower;
    int count;
    const char *upper;
    const char *work;
};

static int
mount_classic(void *argument, struct berth_error *err)
{
    const struct classic *request = argument;
    const char *lower[OVERLAY_LAYERS_MAX];
    char options[OVERLAY_OPTIONS_MAX];
    char folder[256];
    const char *path = request->lower;
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | (request->upper ? 0 : MS_RDONLY);
    size_t skip;
    int fd;

    if (request->count < 1 || request->count > OVERLAY_LAYERS_MAX)
        return berth_error_set(err, E2BIG, "overlay of %d layers: %d at most", request->count, OVERLAY_LAYERS_MAX);
    for (int i = 0; i < request->count; i++) {
        lower[i] = path;
        path += strlen(path) + 1;
    }
    skip = overlay_folder(lower, (unsigned)request->count, folder, sizeof(folder));
    if (skip > 0 && chdir(folder) < 0)
        return berth_error_set(err, errno, "chdir `%.200s`", folder);
    if (!overlay_options(options, lower, (unsigned)request->count, skip, request->upper, request->work, false))
        return berth_error_set(err, E2BIG, "overlay of %d layers: their paths are too long together", request->count);
    /* Mounted over a folder of this thread's own world, copied as a detached mount, and gone with the thread. */
    if (mount("overlay", request->lower, "overlay", flags, options) < 0)
        return berth_error_set(err, errno, "mount overlay with %.200s", options);
    fd = (int)syscall(SYS_open_tree, AT_FDCWD, request->lower, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    return fd < 0 ? berth_error_set(err, errno, "open_tree overlay") : fd;
}

int
berth_overlay_open(const char *lower, int count, const char *upper, const char *work, int classic, struct berth_error *err)
{
    struct classic request = {.lower = lower, .count = count, .upper = upper, .work = work};
    int result = -EINVAL;

    if (count < 1)
        return berth_error_set(err, EINVAL, "overlay without a lower layer");
    if (!classic)
        result = mount_by_context(lower, count, upper, work, err);
    return result == -EINVAL ? run_with_own_mounts(mount_classic, &request, err) : result;
}
