#include "plan.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define HEADER_BYTES 16u
#define OP_HEADER_BYTES 8u

static const uint8_t *
take(struct reader *in, size_t n)
{
    const uint8_t *start = in->at;

    if (in->bad || (size_t)(in->end - in->at) < n) {
        in->bad = true;
        return NULL;
    }
    in->at += n;
    return start;
}

uint8_t
read_u8(struct reader *in)
{
    const uint8_t *p = take(in, 1);

    return p ? *p : 0;
}

uint16_t
read_u16(struct reader *in)
{
    const uint8_t *p = take(in, 2);

    return p ? (uint16_t)(p[0] | p[1] << 8) : 0;
}

uint32_t
read_u32(struct reader *in)
{
    const uint8_t *p = take(in, 4);

    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

uint64_t
read_u64(struct reader *in)
{
    uint64_t low = read_u32(in);

    return low | (uint64_t)read_u32(in) << 32;
}

const char *
read_string(struct reader *in)
{
    uint32_t length = read_u32(in);
    const uint8_t *p = in->bad || length > PLAN_MAX_BYTES ? NULL : take(in, (size_t)length + 1);

    if (!p || p[length] != 0 || memchr(p, 0, length)) {
        in->bad = true;
        return "";
    }
    return (const char *)p;
}

uint32_t
skip_list(struct reader *in)
{
    uint32_t count = read_u32(in);

    if (count > PLAN_MAX_LIST)
        in->bad = true;
    for (uint32_t i = 0; i < count && !in->bad; i++)
        read_string(in);
    return in->bad ? 0 : count;
}

void
read_list(struct reader *in, const char **out, uint32_t count)
{
    read_u32(in);
    for (uint32_t i = 0; i < count; i++)
        out[i] = read_string(in);
    out[count] = NULL;
}

int
plan_fd(uint32_t number)
{
    return number == PLAN_NO_FD ? -1 : (int)(number & 0xffff) + PLAN_FIRST_FD;
}

/* The layout of each operation that the child runs: s string, l list, b u8, w u32, q u64; '*' the rest is checked by hand. */
static const char *
layout_of(uint16_t code)
{
    switch (code) {
    case OP_ROOT_OVERLAY:
        return "lssq";
    case OP_ROOT_BIND:
    case OP_MASK:
    case OP_READONLY:
    case OP_HOSTNAME:
    case OP_DOMAINNAME:
    case OP_CWD:
        return "s";
    case OP_MOUNT_FS:
        return "ssqs";
    case OP_MOUNT_BIND:
        return "sssqbwbw";
    case OP_DEVICE:
        return "swwwww";
    case OP_SYMLINK:
    case OP_SYSCTL:
    case OP_APPARMOR:
    case OP_TOOLS:
        return "ss";
    case OP_ROOT_READONLY:
    case OP_PIVOT:
    case OP_CONSOLE:
    case OP_KEYRING:
    case OP_NO_NEW_PRIVS:
    case OP_ENTER_CGROUP_NS:
        return "";
    case OP_RLIMIT:
        return "wqq";
    case OP_MKDIR:
        return "swww";
    case OP_BOUNDING:
        return "q";
    case OP_USER:
        return "wwU";
    case OP_CAPS:
        return "qqqq";
    case OP_SECCOMP:
        return "wF";
    case OP_EXEC:
        return "ll";
    default:
        return NULL;
    }
}

static bool
payload_fits(struct reader in, const char *layout)
{
    for (; *layout; layout++) {
        switch (*layout) {
        case 's':
            read_string(&in);
            break;
        case 'l':
            skip_list(&in);
            break;
        case 'b':
            read_u8(&in);
            break;
        case 'w':
            read_u32(&in);
            break;
        case 'q':
            read_u64(&in);
            break;
        case 'U': /* n gids */
            take(&in, (size_t)read_u32(&in) * 4);
            break;
        case 'F': /* n filter instructions; the kernel takes at most BPF_MAXINSNS of them */
            take(&in, (size_t)read_u32(&in) * 8);
            break;
        default:
            return false;
        }
    }
    return !in.bad && in.at == in.end;
}

static bool
decode_log(struct plan *plan, struct reader *in)
{
    plan->log_path = read_string(in);
    plan->log_max_bytes = read_u64(in);
    plan->log_max_files = read_u32(in);
    plan->log_kind = read_u8(in);
    plan->log_extra = read_string(in);
    plan->log_compress = read_u8(in) != 0;
    plan->log_buffer = read_u64(in);
    return plan->log_kind <= LOG_JSON_FILE && plan->log_max_files >= 1 && strlen(plan->log_extra) <= LOG_MAX_EXTRA;
}

static bool
decode_join(struct plan *plan, struct reader *in)
{
    struct plan_join *join = &plan->joins[plan->join_count];

    if (plan->join_count == PLAN_MAX_JOINS)
        return false;
    plan->join_count++;
    join->fd = plan_fd(read_u32(in));
    join->type = read_u64(in);
    if (join->type == CLONE_NEWUSER)
        plan->user_ns = join->fd;
    return join->fd >= 0;
}

static void
decode_mapped(struct plan *plan, struct reader *in)
{
    plan->is_mapped = true;
    plan->root_uid = read_u32(in);
    plan->root_gid = read_u32(in);
    plan->user_uid = read_u32(in);
}

static bool
decode_stdio(struct plan *plan, struct reader *in)
{
    plan->tty = read_u8(in) != 0;
    plan->stdin_open = read_u8(in) != 0;
    plan->stdin_once = read_u8(in) != 0;
    plan->rows = read_u16(in);
    plan->columns = read_u16(in);
    return true;
}

static int decode(struct plan *plan, const uint8_t *bytes, size_t length, bool is_probe, struct fault *fault);

/* The probe's plan is checked as a plan, too. */
static bool
decode_health(struct plan *plan, struct reader *in)
{
    struct health_plan *health = &plan->health;
    struct fault fault = { 0 };
    struct plan probe;
    uint32_t length;

    health->interval = read_u64(in);
    health->timeout = read_u64(in);
    health->start_period = read_u64(in);
    health->start_interval = read_u64(in);
    health->retries = read_u32(in);
    length = read_u32(in);
    health->probe = take(in, length);
    health->probe_length = length;
    return health->probe && health->interval && health->timeout && health->start_interval && health->retries
        && decode(&probe, health->probe, length, true, &fault) == 0;
}

/* Operations for the shim itself. */
static bool
decode_setting(struct plan *plan, uint16_t code, struct reader in)
{
    bool fits = true;

    switch (code) {
    case OP_ID:
        plan->id = read_string(&in);
        break;
    case OP_LISTEN:
        plan->listen_fd = plan_fd(read_u32(&in));
        fits = plan->listen_fd >= 0;
        break;
    case OP_LOG:
        fits = decode_log(plan, &in);
        break;
    case OP_RECORDS:
        plan->record_path = read_string(&in);
        plan->first_record = read_u64(&in);
        break;
    case OP_CGROUP_TASKS:
        if (plan->cgroups == PLAN_MAX_CGROUPS)
            return false;
        plan->cgroup_tasks[plan->cgroups++] = read_string(&in);
        break;
    case OP_CGROUP_INTO:
        plan->cgroup_into = read_string(&in);
        break;
    case OP_OOM_FILE:
        plan->oom_file = read_string(&in);
        plan->oom_version = read_u8(&in);
        break;
    case OP_NAMESPACES:
        plan->namespaces = read_u64(&in);
        break;
    case OP_JOIN_NS:
        fits = decode_join(plan, &in);
        break;
    case OP_STDIO:
        fits = decode_stdio(plan, &in);
        break;
    case OP_OOM_SCORE_ADJ:
        plan->has_oom_score = true;
        plan->oom_score = (int32_t)read_u32(&in);
        break;
    case OP_RESTART:
        plan->restart_policy = read_u8(&in);
        plan->restart_limit = read_u32(&in);
        fits = plan->restart_policy <= RESTART_ALWAYS;
        break;
    case OP_HEALTH:
        fits = !plan->is_probe && !plan->health.probe && decode_health(plan, &in);
        break;
    case OP_FAILPOINT:
        plan->failpoint = read_u32(&in);
        break;
    case OP_MAPPED:
        decode_mapped(plan, &in);
        break;
    case OP_HOLD: /* nothing to do: descriptors given at spawn stay open */
        read_u32(&in);
        break;
    default:
        return false;
    }
    return fits && !in.bad && in.at == in.end;
}

struct reader
plan_ops(const struct plan *plan)
{
    return (struct reader){ .at = plan->bytes + HEADER_BYTES, .end = plan->bytes + plan->length };
}

bool
next_op(struct reader *ops, struct op *op)
{
    uint32_t length;
    const uint8_t *payload;

    if (ops->at == ops->end)
        return false;
    op->code = read_u16(ops);
    read_u16(ops);
    length = read_u32(ops);
    payload = take(ops, length);
    if (!payload)
        return false;
    op->payload = (struct reader){ .at = payload, .end = payload + length };
    return true;
}

static int
decode(struct plan *plan, const uint8_t *bytes, size_t length, bool is_probe, struct fault *fault)
{
    struct reader header = { .at = bytes, .end = bytes + length };
    struct reader ops;
    struct op op;
    uint32_t count, seen = 0;

    memset(plan, 0, sizeof(*plan));
    plan->listen_fd = -1;
    plan->user_ns = -1;
    plan->is_probe = is_probe;
    if (length < HEADER_BYTES || length > PLAN_MAX_BYTES)
        return fault_set(fault, EINVAL, "plan of %zu bytes", length);
    if (read_u32(&header) != PLAN_MAGIC || read_u32(&header) != PLAN_VERSION || read_u32(&header) != length)
        return fault_set(fault, EINVAL, "plan header");
    count = read_u32(&header);
    if (count > PLAN_MAX_OPS)
        return fault_set(fault, E2BIG, "plan of %u operations", count);
    plan->bytes = bytes;
    plan->length = length;
    plan->id = "";
    ops = plan_ops(plan);
    while (next_op(&ops, &op)) {
        const char *layout = layout_of(op.code);

        seen++;
        if (layout ? !payload_fits(op.payload, layout) : !decode_setting(plan, op.code, op.payload)) {
            fault->op = op.code;
            return fault_set(fault, EINVAL, "operation %u of the plan (code %u)", seen, op.code);
        }
    }
    if (ops.bad || seen != count)
        return fault_set(fault, EINVAL, "plan has %u operations, header says %u", seen, count);
    if (plan->user_ns >= 0 && !plan->is_mapped)
        return fault_set(fault, EINVAL, "plan with a user namespace does not say who its root is");
    return 0;
}

int
plan_decode(struct plan *plan, const uint8_t *bytes, size_t length, struct fault *fault)
{
    return decode(plan, bytes, length, false, fault);
}
