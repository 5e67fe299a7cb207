#include "plan_builder.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_BYTES 16u

struct builder
builder_begin(void)
{
    struct builder plan = { .bytes = calloc(1, BUILDER_BYTES), .used = HEADER_BYTES };

    if (!plan.bytes)
        abort();
    return plan;
}

void
builder_free(struct builder *plan)
{
    free(plan->bytes);
    plan->bytes = NULL;
}

void
put_raw(struct builder *plan, const void *bytes, size_t length)
{
    if (BUILDER_BYTES - plan->used < length)
        abort();
    if (length)
        memcpy(plan->bytes + plan->used, bytes, length);
    plan->used += length;
}

void
put_u8(struct builder *plan, uint8_t value)
{
    put_raw(plan, &value, 1);
}

void
put_u16(struct builder *plan, uint16_t value)
{
    put_u8(plan, (uint8_t)value);
    put_u8(plan, (uint8_t)(value >> 8));
}

void
put_u32(struct builder *plan, uint32_t value)
{
    put_u16(plan, (uint16_t)value);
    put_u16(plan, (uint16_t)(value >> 16));
}

void
put_u64(struct builder *plan, uint64_t value)
{
    put_u32(plan, (uint32_t)value);
    put_u32(plan, (uint32_t)(value >> 32));
}

void
put_string(struct builder *plan, const char *text)
{
    put_u32(plan, (uint32_t)strlen(text));
    put_raw(plan, text, strlen(text) + 1);
}

void
put_list(struct builder *plan, const char *const *texts)
{
    uint32_t count = 0;

    while (texts[count])
        count++;
    put_u32(plan, count);
    for (uint32_t i = 0; i < count; i++)
        put_string(plan, texts[i]);
}

void
poke_u32(struct builder *plan, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        plan->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

static void
end_op(struct builder *plan)
{
    if (plan->op)
        poke_u32(plan, plan->op + 4, (uint32_t)(plan->used - plan->op - 8));
    plan->op = 0;
}

void
builder_op(struct builder *plan, uint16_t code)
{
    end_op(plan);
    plan->op = plan->used;
    plan->count++;
    put_u16(plan, code);
    put_u16(plan, 0);
    put_u32(plan, 0);
}

void
builder_end(struct builder *plan)
{
    end_op(plan);
    poke_u32(plan, 0, PLAN_MAGIC);
    poke_u32(plan, 4, PLAN_VERSION);
    poke_u32(plan, 8, (uint32_t)plan->used);
    poke_u32(plan, 12, plan->count);
}

void
put_settings(struct builder *plan, uint64_t namespaces, const char *log, const char *record)
{
    builder_op(plan, OP_ID);
    put_string(plan, "0123456789abcdef");
    builder_op(plan, OP_LISTEN);
    put_u32(plan, 0);
    if (log) {
        builder_op(plan, OP_LOG);
        put_string(plan, log);
        put_u64(plan, 0);
        put_u32(plan, 1);
        put_u8(plan, LOG_JSON_FILE);
        put_string(plan, "");
        put_u8(plan, 0);
        put_u64(plan, 0);
    }
    builder_op(plan, OP_RECORDS);
    put_string(plan, record);
    put_u64(plan, 1);
    builder_op(plan, OP_NAMESPACES);
    put_u64(plan, namespaces);
}

void
put_shell(struct builder *plan, const char *script)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    const char *const env[] = { "PATH=/usr/bin:/bin", NULL };

    builder_op(plan, OP_EXEC);
    put_list(plan, argv);
    put_list(plan, env);
}

void
put_health(struct builder *plan, uint64_t interval, uint64_t timeout, const char *script)
{
    struct builder probe = builder_begin();

    put_shell(&probe, script);
    builder_end(&probe);
    builder_op(plan, OP_HEALTH);
    put_u64(plan, interval);
    put_u64(plan, timeout);
    put_u64(plan, 0);
    put_u64(plan, interval);
    put_u32(plan, 2);
    put_u32(plan, (uint32_t)probe.used);
    put_raw(plan, probe.bytes, probe.used);
    builder_free(&probe);
}

static void
put_all_settings(struct builder *plan)
{
    put_settings(plan, 0x20000000, "/var/log/c.log", "/var/lib/exit.json");
    builder_op(plan, OP_CGROUP_TASKS);
    put_string(plan, "/sys/fs/cgroup/memory/c/tasks");
    builder_op(plan, OP_OOM_FILE);
    put_string(plan, "/sys/fs/cgroup/memory/c/memory.oom_control");
    put_u8(plan, 1);
    builder_op(plan, OP_JOIN_NS);
    put_u32(plan, 1);
    put_u64(plan, 0x40000000);
    builder_op(plan, OP_STDIO);
    put_u8(plan, 1);
    put_u8(plan, 1);
    put_u8(plan, 0);
    put_u16(plan, 24);
    put_u16(plan, 80);
    builder_op(plan, OP_OOM_SCORE_ADJ);
    put_u32(plan, (uint32_t)-500);
    builder_op(plan, OP_HOLD);
    put_u32(plan, 2);
    builder_op(plan, OP_CGROUP_INTO);
    put_string(plan, "/sys/fs/cgroup/c");
    builder_op(plan, OP_RESTART);
    put_u8(plan, RESTART_ON_FAILURE);
    put_u32(plan, 3);
    put_health(plan, 30000, 30000, "exit 0");
    builder_op(plan, OP_FAILPOINT);
    put_u32(plan, 0);
    builder_op(plan, OP_JOIN_NS);
    put_u32(plan, 3);
    put_u64(plan, 0x10000000);
    builder_op(plan, OP_MAPPED);
    put_u32(plan, 100000);
    put_u32(plan, 100001);
    put_u32(plan, 101000);
}

static void
put_all_mounts(struct builder *plan)
{
    const char *const lower[] = { "/layers/b", "/layers/a", NULL };
    static const uint16_t of_path[] = { OP_ROOT_BIND, OP_MASK, OP_READONLY, OP_HOSTNAME, OP_DOMAINNAME, OP_CWD };

    builder_op(plan, OP_ROOT_OVERLAY);
    put_list(plan, lower);
    put_string(plan, "/upper");
    put_string(plan, "/work");
    put_u64(plan, OVERLAY_VOLATILE | OVERLAY_MAPPED);
    for (size_t i = 0; i < sizeof(of_path) / sizeof(*of_path); i++) {
        builder_op(plan, of_path[i]);
        put_string(plan, "/proc/kcore");
    }
    builder_op(plan, OP_MOUNT_FS);
    put_string(plan, "tmpfs");
    put_string(plan, "/dev");
    put_u64(plan, 2);
    put_string(plan, "mode=755,size=65536k");
    builder_op(plan, OP_MOUNT_BIND);
    put_string(plan, "/volumes/v");
    put_string(plan, "below/it");
    put_string(plan, "/data");
    put_u64(plan, 1);
    put_u8(plan, BIND_RECURSIVE | BIND_TOP_ATTRIBUTES);
    put_u32(plan, 1u << 18);
    put_u8(plan, BIND_DIR);
    put_u32(plan, PLAN_NO_FD);
    builder_op(plan, OP_DEVICE);
    put_string(plan, "/dev/null");
    put_u32(plan, 0020666);
    put_u32(plan, 1);
    put_u32(plan, 3);
    put_u32(plan, 0);
    put_u32(plan, 0);
    builder_op(plan, OP_SYMLINK);
    put_string(plan, "/proc/self/fd");
    put_string(plan, "/dev/fd");
    builder_op(plan, OP_MKDIR);
    put_string(plan, "/app");
    put_u32(plan, 0755);
    put_u32(plan, 0);
    put_u32(plan, 0);
}

static void
put_all_privileges(struct builder *plan)
{
    static const uint16_t plain[] = { OP_ROOT_READONLY, OP_PIVOT, OP_CONSOLE, OP_KEYRING, OP_NO_NEW_PRIVS, OP_ENTER_CGROUP_NS };
    static const uint8_t allow[8] = { 6, 0, 0, 0, 0, 0, 0xff, 0x7f };

    for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
        builder_op(plan, plain[i]);
    builder_op(plan, OP_SYSCTL);
    put_string(plan, "net.ipv4.ip_forward");
    put_string(plan, "1");
    builder_op(plan, OP_APPARMOR);
    put_string(plan, "mine");
    put_string(plan, "/proc/thread-self/attr");
    builder_op(plan, OP_TOOLS);
    put_string(plan, "/var/lib/berth/toolbox");
    put_string(plan, ".berth");
    builder_op(plan, OP_RLIMIT);
    put_u32(plan, 7);
    put_u64(plan, 1024);
    put_u64(plan, 4096);
    builder_op(plan, OP_BOUNDING);
    put_u64(plan, 0xa80425fb);
    builder_op(plan, OP_USER);
    put_u32(plan, 1000);
    put_u32(plan, 1000);
    put_u32(plan, 2);
    put_u32(plan, 4);
    put_u32(plan, 27);
    builder_op(plan, OP_CAPS);
    for (int i = 0; i < 4; i++)
        put_u64(plan, 0xa80425fb);
    builder_op(plan, OP_SECCOMP);
    put_u32(plan, 0);
    put_u32(plan, 1);
    put_raw(plan, allow, sizeof(allow));
}

void
put_everything(struct builder *plan)
{
    put_all_settings(plan);
    put_all_mounts(plan);
    put_all_privileges(plan);
    put_shell(plan, "exit 0");
}
