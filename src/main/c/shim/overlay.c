/* The root of a container: OP_ROOT_OVERLAY, OP_ROOT_BIND. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "mountcalls.h"
#include "overlay_options.h"

/* sys/mount.h and linux/mount.h do not go together in every libc: this is all we need of the former. */
extern int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);

struct overlay {
    const char *lower[OVERLAY_LAYERS_MAX];
    uint32_t count;
    const char *upper;
    const char *work;
    uint64_t flags;
};

static int
read_overlay(struct reader *in, struct overlay *overlay, struct fault *fault)
{
    overlay->count = read_u32(in);
    if (overlay->count < 1 || overlay->count > OVERLAY_LAYERS_MAX)
        return fault_set(fault, E2BIG, "overlay of %u layers: %d at most", overlay->count, OVERLAY_LAYERS_MAX);
    for (uint32_t i = 0; i < overlay->count; i++)
        overlay->lower[i] = read_string(in);
    overlay->upper = read_string(in);
    overlay->work = read_string(in);
    overlay->flags = read_u64(in);
    return 0;
}

/* Returns a detached mount; -EINVAL from a kernel before 6.5, which takes any option and refuses them all at the end. */
static int
overlay_mount(const struct overlay *overlay, struct fault *fault)
{
    cleanup_close int fs = sys_fsopen("overlay");
    int result;

    if (fs < 0)
        return fault_set(fault, errno, "fsopen `overlay`");
    result = set_source(fs, "overlay", fault);
    if (result < 0)
        return result;
    for (uint32_t i = 0; i < overlay->count; i++)
        if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "lowerdir+", overlay->lower[i], 0) < 0)
            return fs_fault(fs, fault, errno, "overlay lowerdir", overlay->lower[i]);
    if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "upperdir", overlay->upper, 0) < 0)
        return fs_fault(fs, fault, errno, "overlay upperdir", overlay->upper);
    if (sys_fsconfig(fs, FSCONFIG_SET_STRING, "workdir", overlay->work, 0) < 0)
        return fs_fault(fs, fault, errno, "overlay workdir", overlay->work);
    if ((overlay->flags & OVERLAY_VOLATILE) && sys_fsconfig(fs, FSCONFIG_SET_FLAG, "volatile", NULL, 0) < 0)
        return fs_fault(fs, fault, errno, "overlay option", "volatile");
    return make_mount(fs, "overlay", 0, fault);
}

/* Mounts it over its upper folder, in this private mount namespace. */
static int
overlay_classic(const struct overlay *overlay, struct fault *fault)
{
    char options[OVERLAY_OPTIONS_MAX];
    char folder[PATH_MAX];
    size_t skip = overlay_folder(overlay->lower, overlay->count, folder, sizeof(folder));
    int root;

    if (skip > 0 && chdir(folder) < 0)
        return fault_set(fault, errno, "chdir `%s`", folder);
    if (!overlay_options(options, overlay->lower, overlay->count, skip, overlay->upper, overlay->work, overlay->flags & OVERLAY_VOLATILE))
        return fault_set(fault, E2BIG, "overlay of %u layers: their paths are too long together", overlay->count);
    if (mount("overlay", overlay->upper, "overlay", 0, options) < 0)
        return fault_set(fault, errno, "mount overlay on `%s`", overlay->upper);
    root = open(overlay->upper, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? fault_set(fault, errno, "open `%s`", overlay->upper) : root;
}

/* The root is mounted over PLACE, a folder of ours, in this private mount namespace: pivot_root wants a mounted root. */
static int
take_root(struct child *child, int mount, const char *place, struct fault *fault)
{
    cleanup_close int owned = mount;
    cleanup_close int at = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (at < 0)
        return fault_set(fault, errno, "open `%s`", place);
    if (sys_move_mount(mount, at) < 0)
        return fault_set(fault, errno, "mount root on `%s`", place);
    child->root = steal_fd(&owned);
    return 0;
}

/* Docker images may link /var/run to /run; /proc, /sys and /dev must be what they are, or mounts and device nodes would go
   where the image's links point. */
static int
refuse_linked_places(int root, struct fault *fault)
{
    static const char *const places[] = { "proc", "sys", "dev" };
    struct stat st;

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
        if (fstatat(root, places[i], &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode))
            return fault_set(fault, ENOTDIR, "/%s of the image is not a folder", places[i]);
    return 0;
}

/* The folder that upper and work folder share, and each layer, as the container's ids have them. */
static int
map_layers(const struct child *child, const struct overlay *overlay, struct fault *fault)
{
    const char *const written[] = { overlay->upper, overlay->work };
    char folder[PATH_MAX];
    int result = overlay_folder(written, 2, folder, sizeof(folder)) ? map_in_place(child, folder, fault)
                                                                   : fault_set(fault, EXDEV, "`%s` and `%s`", written[0], written[1]);

    for (uint32_t i = 0; result == 0 && i < overlay->count; i++)
        result = map_in_place(child, overlay->lower[i], fault);
    return result;
}

/* Whoever mounts it makes the files of the work folder later on, so he must be one whom the layers' ids know. */
int
take_overlay(struct child *child, struct reader *in, struct fault *fault)
{
    struct overlay overlay = { .count = 0 };
    cleanup_close int root = -1;
    int result = read_overlay(in, &overlay, fault);

    if (result == 0 && overlay.flags & OVERLAY_MAPPED)
        result = map_layers(child, &overlay, fault);
    if (result == 0)
        result = act_as_inner_root(child, true, fault);
    if (result < 0)
        return result;
    root = overlay.flags & OVERLAY_CLASSIC ? -EINVAL : overlay_mount(&overlay, fault);
    if (root == -EINVAL) {
        cleanup_close int mounted = overlay_classic(&overlay, fault);

        root = mounted < 0 ? mounted : sys_open_tree(mounted, "", CLONE_TREE | AT_EMPTY_PATH);
        if (root == -1)
            root = fault_set(fault, errno, "open_tree of the overlay");
    }
    result = root < 0 ? root : act_as_inner_root(child, false, fault);
    return result < 0 ? result : steal_fd(&root);
}

/* "/" is a place that who is in a user namespace can reach, too: no path leads to what is mounted over the root of this process. */
static int
take_taken_root(struct child *child, struct fault *fault)
{
    int result = take_root(child, next_taken(child), "/", fault);

    return result < 0 ? result : refuse_linked_places(child->root, fault);
}

int
root_overlay(struct child *child, struct reader *in, struct fault *fault)
{
    struct overlay overlay = { .count = 0 };
    int result;

    if (child->has_user_ns)
        return take_taken_root(child, fault);
    result = read_overlay(in, &overlay, fault);
    if (result < 0)
        return result;
    result = overlay.flags & OVERLAY_CLASSIC ? -EINVAL : overlay_mount(&overlay, fault);
    if (result == -EINVAL)
        result = child->root = overlay_classic(&overlay, fault);
    else if (result >= 0)
        result = take_root(child, result, overlay.upper, fault);
    return result < 0 ? result : refuse_linked_places(child->root, fault);
}

int
take_folder(struct reader *in, struct fault *fault)
{
    const char *folder = read_string(in);
    int tree = sys_open_tree(AT_FDCWD, folder, CLONE_TREE | AT_RECURSIVE);

    return tree < 0 ? fault_set(fault, errno, "open_tree `%s`", folder) : tree;
}

int
root_bind(struct child *child, struct reader *in, struct fault *fault)
{
    struct reader again = *in;
    int tree, result;

    if (child->has_user_ns)
        return take_taken_root(child, fault);
    tree = take_folder(in, fault);
    if (tree < 0)
        return tree;
    result = take_root(child, tree, read_string(&again), fault);
    return result < 0 ? result : refuse_linked_places(child->root, fault);
}
