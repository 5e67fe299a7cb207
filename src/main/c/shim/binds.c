/* Files and folders of the host in the container: OP_MOUNT_BIND. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "child.h"
#include "mountcalls.h"
#include "root.h"

struct bind {
    const char *source;
    const char *beneath;
    const char *target;
    struct mount_attr attr;
    uint8_t flags;
    uint8_t kind;
    int user_ns; /* with whose ids its files are seen; -1: none of its own */
};

static struct bind
read_bind(struct reader *in)
{
    struct bind bind = { .source = read_string(in) };

    bind.beneath = read_string(in);
    bind.target = read_string(in);
    bind.attr.attr_set = read_u64(in);
    bind.flags = read_u8(in);
    bind.attr.propagation = read_u32(in);
    bind.kind = read_u8(in);
    bind.user_ns = plan_fd(read_u32(in));
    return bind;
}

static unsigned
depth(const struct bind *bind)
{
    return bind->flags & BIND_RECURSIVE ? AT_RECURSIVE : 0;
}

/* A detached copy of what the bind's source is now. What is beneath a volume is resolved there and leads nowhere else. */
static int
copy_source(const struct bind *bind, struct fault *fault)
{
    struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
    cleanup_close int folder = -1;
    cleanup_close int at = -1;
    int tree;

    if (!*bind->beneath) {
        tree = sys_open_tree(AT_FDCWD, bind->source, CLONE_TREE | depth(bind));
        return tree < 0 ? fault_set(fault, errno, "open_tree `%s`", bind->source) : tree;
    }
    folder = open(bind->source, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fault_set(fault, errno, "open `%s`", bind->source);
    do {
        at = (int)syscall(SYS_openat2, folder, bind->beneath, &how, sizeof(how));
    } while (at < 0 && (errno == EAGAIN || errno == EINTR));
    if (at < 0)
        return fault_set(fault, errno, "open `%s` beneath `%s`", bind->beneath, bind->source);
    tree = sys_open_tree(at, "", CLONE_TREE | AT_EMPTY_PATH | depth(bind));
    return tree < 0 ? fault_set(fault, errno, "open_tree `%s` beneath `%s`", bind->beneath, bind->source) : tree;
}

bool
is_shared_bind(struct reader in)
{
    struct bind bind = read_bind(&in);

    return bind.attr.propagation == BIND_SHARED || bind.attr.propagation == BIND_SLAVE;
}

static int
set_attributes(int tree, const struct bind *bind, struct fault *fault)
{
    struct mount_attr top = { .attr_set = bind->attr.attr_set };
    struct mount_attr all = bind->attr;

    if (bind->flags & BIND_TOP_ATTRIBUTES) {
        if (top.attr_set && sys_mount_setattr(tree, 0, &top) < 0)
            return fault_set(fault, errno, "mount_setattr `%s`", bind->source);
        all.attr_set = 0;
    }
    if ((all.attr_set || all.propagation) && sys_mount_setattr(tree, depth(bind), &all) < 0)
        return fault_set(fault, errno, "mount_setattr `%s`", bind->source);
    return 0;
}

/* The kernel only says that it is invalid. */
static int
refuse_other_kind(int at, const struct stat *source, const struct bind *bind, struct fault *fault)
{
    struct stat st;

    if (fstat(at, &st) < 0)
        return fault_set(fault, errno, "stat `%s`", bind->target);
    return S_ISDIR(st.st_mode) == S_ISDIR(source->st_mode)
        ? 0 : fault_set(fault, ENOTDIR, "mount `%s` on `%s`", bind->source, bind->target);
}

int
refuse_over_procfs(int at, const char *target, struct fault *fault)
{
    struct statfs st;

    if (fstatfs(at, &st) < 0)
        return fault_set(fault, errno, "fstatfs `%s`", target);
    return st.f_type == PROC_SUPER_MAGIC ? fault_set(fault, EPERM, "mount on `%s`: nothing may be mounted inside /proc", target) : 0;
}

int
take_bind(struct child *child, struct reader *in, struct fault *fault)
{
    struct bind bind = read_bind(in);
    cleanup_close int tree = copy_source(&bind, fault);
    int result = 0;

    if (tree < 0)
        return tree;
    if (bind.flags & BIND_MAPPED)
        result = map_ids(child->plan->user_ns, tree, bind.source, fault);
    else if (bind.user_ns >= 0)
        result = map_ids(bind.user_ns, tree, bind.source, fault);
    /* As the kernel has it when mounts are copied to a less privileged namespace: nothing goes from there to the host. */
    if (child->has_user_ns && bind.attr.propagation == BIND_SHARED)
        bind.attr.propagation = BIND_SLAVE;
    if (result == 0)
        result = set_attributes(tree, &bind, fault);
    return result < 0 ? result : steal_fd(&tree);
}

int
mount_bind(struct child *child, struct reader *in, struct fault *fault)
{
    struct reader again = *in;
    struct bind bind = read_bind(in);
    cleanup_close int tree = is_taken_ahead(child, OP_MOUNT_BIND, again) ? next_taken(child) : take_bind(child, &again, fault);
    cleanup_close int at = -1;
    struct stat st;
    int result;

    if (tree < 0)
        return tree;
    if (fstat(tree, &st) < 0)
        return fault_set(fault, errno, "stat `%s`", bind.source);
    at = open_mount_target(child->root, bind.target, bind.kind == BIND_DIR || (bind.kind == BIND_LIKE_SOURCE && S_ISDIR(st.st_mode)), fault);
    if (at < 0)
        return at;
    result = refuse_over_procfs(at, bind.target, fault);
    if (result == 0)
        result = refuse_other_kind(at, &st, &bind, fault);
    if (result < 0)
        return result;
    if (sys_move_mount(tree, at) < 0)
        return fault_set(fault, errno, "mount `%s` on `%s`", bind.source, bind.target);
    return 0;
}
