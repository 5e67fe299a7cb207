#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "child.h"

bool
is_taken_ahead(const struct child *child, uint16_t code, struct reader payload)
{
    if (code == OP_MOUNT_BIND)
        return child->has_user_ns || is_shared_bind(payload);
    return child->has_user_ns && (code == OP_ROOT_OVERLAY || code == OP_ROOT_BIND || code == OP_DEVICE);
}

int
next_taken(struct child *child)
{
    return child->taken_used < child->taken_count ? steal_fd(&child->taken[child->taken_used++]) : -1;
}

static int
take(struct child *child, struct op *op, struct fault *fault)
{
    int tree;

    switch (op->code) {
    case OP_ROOT_OVERLAY:
        tree = take_overlay(child, &op->payload, fault);
        break;
    case OP_ROOT_BIND:
        tree = take_folder(&op->payload, fault);
        break;
    case OP_DEVICE:
        tree = take_device(child, &op->payload, fault);
        break;
    default:
        tree = take_bind(child, &op->payload, fault);
    }
    if (tree < 0)
        fault->op = op->code;
    return tree;
}

static size_t
count_taken(const struct child *child)
{
    struct reader ops = plan_ops(child->plan);
    struct op op;
    size_t count = 0;

    while (next_op(&ops, &op))
        count += is_taken_ahead(child, op.code, op.payload);
    return count;
}

/* Those that are shared with the host, or all others. */
static int
take_some(struct child *child, bool shared, struct fault *fault)
{
    struct reader ops = plan_ops(child->plan);
    struct op op;
    size_t at = 0;

    while (next_op(&ops, &op)) {
        if (!is_taken_ahead(child, op.code, op.payload))
            continue;
        if ((op.code == OP_MOUNT_BIND && is_shared_bind(op.payload)) == shared) {
            int tree = take(child, &op, fault);

            if (tree < 0)
                return tree;
            child->taken[at] = tree;
        }
        at++;
    }
    return 0;
}

int
take_sources(struct child *child, struct fault *fault)
{
    int result;

    child->taken_count = count_taken(child);
    child->taken = calloc(child->taken_count ? child->taken_count : 1, sizeof(*child->taken));
    if (!child->taken)
        return fault_set(fault, ENOMEM, "take %zu sources", child->taken_count);
    for (size_t i = 0; i < child->taken_count; i++)
        child->taken[i] = -1;
    result = take_some(child, true, fault);
    if (result < 0)
        return result;
    /* Nothing else that is mounted here may travel back to the host. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return fault_set(fault, errno, "make the mounts private");
    if (!child->has_user_ns)
        return 0;
    result = take_some(child, false, fault);
    return result < 0 ? result : leave_device_folder(child, fault);
}
