/* ID-mapped mounts: files keep the owners that they have, and who is in the container's user namespace sees them as the same ids there.
   What is mounted so is of the engine: layers, volumes, files of its own. Folders of the host are so where a user asks for it, with ids that
   the engine chooses. */
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "child.h"
#include "mountcalls.h"

int
map_ids(int user_ns, int tree, const char *name, struct fault *fault)
{
    struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint32_t)user_ns };

    if (user_ns < 0)
        return fault_set(fault, EINVAL, "ids of `%s` without a user namespace", name);
    if (sys_mount_setattr(tree, 0, &attr) < 0)
        return fault_set(fault, errno, "map the ids of `%s`", name);
    return 0;
}

int
map_in_place(const struct child *child, const char *path, struct fault *fault)
{
    cleanup_close int at = open(path, O_PATH | O_CLOEXEC);
    cleanup_close int tree = -1;
    int result;

    if (at < 0)
        return fault_set(fault, errno, "open `%s`", path);
    tree = sys_open_tree(at, "", CLONE_TREE | AT_EMPTY_PATH);
    if (tree < 0)
        return fault_set(fault, errno, "open_tree `%s`", path);
    result = map_ids(child->plan->user_ns, tree, path, fault);
    if (result < 0)
        return result;
    return sys_move_mount(tree, at) < 0 ? fault_set(fault, errno, "mount `%s` with mapped ids", path) : 0;
}

/* setfsuid(2) tells no failure: it is asked what stands afterwards. */
static int
set_file_ids(uid_t uid, gid_t gid, struct fault *fault)
{
    setfsgid(gid);
    setfsuid(uid);
    if ((gid_t)setfsgid((gid_t)-1) != gid || (uid_t)setfsuid((uid_t)-1) != uid)
        return fault_set(fault, EPERM, "make files as user %u", uid);
    return 0;
}

int
act_as_inner_root(const struct child *child, bool on, struct fault *fault)
{
    int result;

    /* Otherwise the change would take the capabilities for files away: capabilities(7). */
    if (on && prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
        return fault_set(fault, errno, "keep capabilities");
    result = on ? set_file_ids(child->plan->root_uid, child->plan->root_gid, fault) : set_file_ids(0, 0, fault);
    if (!on && prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) < 0)
        return fault_set(fault, errno, "change ids as others do");
    return result;
}
