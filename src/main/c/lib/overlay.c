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

/* What is done in a thread of its own with its own mounts and folder: the way of older kernels, whose paths may be short and relative
   then, and layers with mapped ids, which take the place of those without. */
struct apart {
    const char *lower;
    int count;
    const char *upper;
    const char *work;
    int classic;
    int userns; /* -1: none */
    int64_t maker;
};

static int
mount_classic(const struct apart *request, struct berth_error *err)
{
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

/* The folder at PATH is seen with the ids of the user namespace USERNS, by this thread. */
static int
map_in_place(const char *path, int userns, struct berth_error *err)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)userns};
    cleanup_close int at = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    cleanup_close int tree = -1;

    if (at < 0)
        return berth_error_set(err, errno, "open `%.200s`", path);
    tree = (int)syscall(SYS_open_tree, at, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0)
        return berth_error_set(err, errno, "open_tree `%.200s`", path);
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
        return berth_error_set(err, errno, "map the ids of `%.200s`", path);
    if (syscall(SYS_move_mount, tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return berth_error_set(err, errno, "mount `%.200s` with mapped ids", path);
    return 0;
}

static int
map_layers(const struct apart *request, struct berth_error *err)
{
    const char *const written[] = {request->upper, request->work};
    const char *path = request->lower;
    char folder[256];
    int result = overlay_folder(written, 2, folder, sizeof(folder)) ? map_in_place(folder, request->userns, err)
                                                                   : berth_error_set(err, EXDEV, "%.200s and its work folder", request->upper);

    for (int i = 0; result == 0 && i < request->count; i++) {
        result = map_in_place(path, request->userns, err);
        path += strlen(path) + 1;
    }
    return result;
}

static int
mount_apart(void *argument, struct berth_error *err)
{
    const struct apart *request = argument;
    cleanup_maker int64_t maker = request->maker;
    int result = request->userns < 0 ? 0 : map_layers(request, err);

    if (result == 0)
        result = make_as(maker, err);
    if (result < 0)
        return result;
    result = request->classic ? -EINVAL : mount_by_context(request->lower, request->count, request->upper, request->work, err);
    return result == -EINVAL ? mount_classic(request, err) : result;
}

int
berth_overlay_open(const char *lower, int count, const char *upper, const char *work, int classic, struct berth_error *err)
{
    struct apart request = {.lower = lower, .count = count, .upper = upper, .work = work, .classic = 1, .userns = -1, .maker = -1};
    int result = -EINVAL;

    if (count < 1)
        return berth_error_set(err, EINVAL, "overlay without a lower layer");
    if (!classic)
        result = mount_by_context(lower, count, upper, work, err);
    return result == -EINVAL ? run_with_own_mounts(mount_apart, &request, err) : result;
}

int
berth_overlay_open_mapped(const char *lower, int count, const char *upper, const char *work, int classic, int userns, int64_t maker,
                          struct berth_error *err)
{
    struct apart request = {.lower = lower, .count = count, .upper = upper, .work = work, .classic = classic, .userns = userns, .maker = maker};

    if (count < 1 || userns < 0)
        return berth_error_set(err, EINVAL, "overlay with mapped ids of %d layers", count);
    return run_with_own_mounts(mount_apart, &request, err);
}
