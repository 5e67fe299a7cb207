#include "check.h"
#include "plan_builder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../main/c/shim/plan.h"

/* Decodes a copy that is exactly as long as the plan, so that a read past its end is seen by the sanitizer. */
static int
decode(const struct builder *built, struct plan *plan, struct fault *fault)
{
    uint8_t *exact = malloc(built->used);
    int result;

    CHECK(exact);
    memcpy(exact, built->bytes, built->used);
    memset(fault, 0, sizeof(*fault));
    result = plan_decode(plan, exact, built->used, fault);
    free(exact);
    return result;
}

static void
expect(struct builder *built, int code, unsigned op)
{
    struct plan plan;
    struct fault fault;
    int result = decode(built, &plan, &fault);

    if (result != -code || fault.op != op)
        check_failed(__FILE__, __LINE__, "decoded as %d (operation %u: %s), not %d (operation %u)", result, fault.op, fault.text, -code, op);
    builder_free(built);
}

TEST(plan_with_every_operation_is_taken)
{
    struct builder built = builder_begin();
    struct plan plan;
    struct fault fault = { 0 };
    struct reader ops;
    struct op op = { 0 };
    uint32_t seen = 0;

    put_everything(&built);
    builder_end(&built);
    CHECK_NUMBER(0, plan_decode(&plan, built.bytes, built.used, &fault));
    CHECK_TEXT("0123456789abcdef", plan.id);
    CHECK_NUMBER(PLAN_FIRST_FD, plan.listen_fd);
    CHECK_TEXT("/var/log/c.log", plan.log_path);
    CHECK_TEXT("/var/lib/exit.json", plan.record_path);
    CHECK_NUMBER(1, plan.first_record);
    CHECK_NUMBER(1, plan.cgroups);
    CHECK_TEXT("/sys/fs/cgroup/c", plan.cgroup_into);
    CHECK_NUMBER(1, plan.oom_version);
    CHECK_NUMBER(PLAN_FIRST_FD + 1, plan.joins[0].fd);
    CHECK_NUMBER(0x40000000, plan.joins[0].type);
    CHECK(plan.tty && plan.stdin_open && !plan.stdin_once);
    CHECK_NUMBER(24, plan.rows);
    CHECK_NUMBER(80, plan.columns);
    CHECK_NUMBER(-500, plan.oom_score);
    CHECK_NUMBER(PLAN_FIRST_FD + 3, plan.user_ns);
    CHECK_NUMBER(100000, plan.root_uid);
    CHECK_NUMBER(100001, plan.root_gid);
    CHECK_NUMBER(101000, plan.user_uid);
    for (ops = plan_ops(&plan); next_op(&ops, &op); seen++)
        continue;
    CHECK_NUMBER(built.count, seen);
    CHECK_NUMBER(OP_EXEC, op.code);
    builder_free(&built);
}

TEST(user_namespace_without_its_root_is_refused)
{
    struct builder built = builder_begin();

    builder_op(&built, OP_JOIN_NS);
    put_u32(&built, 0);
    put_u64(&built, 0x10000000);
    builder_end(&built);
    expect(&built, EINVAL, 0);
}

TEST(lists_are_read_back)
{
    const char *const words[] = { "one", "", "drei", NULL };
    struct builder built = builder_begin();
    struct reader in, ahead;
    const char *out[4];

    put_list(&built, words);
    in = (struct reader){ .at = built.bytes + 16, .end = built.bytes + built.used };
    ahead = in;
    CHECK_NUMBER(3, skip_list(&ahead));
    read_list(&in, out, 3);
    CHECK(!in.bad && in.at == in.end);
    CHECK_TEXT("one", out[0]);
    CHECK_TEXT("", out[1]);
    CHECK_TEXT("drei", out[2]);
    CHECK(!out[3]);
    builder_free(&built);
}

/* Whatever is cut off is missed. */
TEST(plan_cut_off_anywhere_is_refused)
{
    struct builder built = builder_begin();
    size_t whole;

    put_everything(&built);
    builder_end(&built);
    whole = built.used;
    for (size_t length = 0; length < whole; length++) {
        struct plan plan;
        struct fault fault;

        built.used = length;
        CHECK(decode(&built, &plan, &fault) < 0);
        if (length >= 16) { /* and when the header says so, too */
            poke_u32(&built, 8, (uint32_t)length);
            CHECK(decode(&built, &plan, &fault) < 0);
        }
        poke_u32(&built, 8, (uint32_t)whole);
    }
    builder_free(&built);
}

TEST(plan_with_another_header_is_refused)
{
    static const struct {
        size_t at;
        uint32_t add;
        int code;
    } changes[] = {
        { 0, 1, EINVAL },             /* magic */
        { 4, 1, EINVAL },             /* version */
        { 8, 1, EINVAL },             /* length: more */
        { 8, (uint32_t)-1, EINVAL },  /* length: less */
        { 12, 1, EINVAL },            /* operations: more */
        { 12, (uint32_t)-1, EINVAL }, /* operations: less */
        { 12, PLAN_MAX_OPS, E2BIG },
    };

    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        struct builder built = builder_begin();
        uint32_t before;

        put_shell(&built, "exit 0");
        builder_end(&built);
        memcpy(&before, built.bytes + changes[i].at, 4);
        poke_u32(&built, changes[i].at, before + changes[i].add);
        expect(&built, changes[i].code, 0);
    }
}

TEST(unknown_operation_is_refused)
{
    static const uint16_t codes[] = { 0, 13, 19, 46, 0xffff };

    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        struct builder built = builder_begin();

        builder_op(&built, codes[i]);
        builder_end(&built);
        expect(&built, EINVAL, codes[i]);
    }
}

TEST(payload_longer_than_its_operation_is_refused)
{
    struct builder everything = builder_begin();
    size_t at = 16;

    put_everything(&everything);
    builder_end(&everything);
    while (at < everything.used) {
        struct builder built = builder_begin();
        uint16_t code;
        uint32_t length;

        memcpy(&code, everything.bytes + at, 2);
        memcpy(&length, everything.bytes + at + 4, 4);
        builder_op(&built, code);
        put_raw(&built, everything.bytes + at + 8, length);
        put_u8(&built, 0);
        builder_end(&built);
        expect(&built, EINVAL, code);
        at += 8 + length;
    }
    builder_free(&everything);
}

TEST(payload_length_past_the_plan_is_refused)
{
    static const uint32_t lengths[] = { 5, 0x7fffffff, 0xffffffff };

    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        struct builder built = builder_begin();

        builder_op(&built, OP_HOSTNAME);
        put_string(&built, "h");
        builder_end(&built);
        poke_u32(&built, 16 + 4, lengths[i]);
        CHECK(built.used == 16 + 8 + 6);
        /* 5 bytes of a string with 6: the last byte is no operation of its own */
        expect(&built, EINVAL, lengths[i] == 5 ? OP_HOSTNAME : 0);
    }
}

TEST(malformed_strings_are_refused)
{
    static const struct {
        uint32_t length;
        const char *bytes;
        size_t count;
    } strings[] = {
        { 3, "a\0b\0", 4 },        /* a NUL inside */
        { 3, "abc", 3 },           /* no NUL at the end */
        { 3, "abcd", 4 },          /* something else at the end */
        { 2, "abc\0", 4 },         /* shorter than it says */
        { 0xffffffff, "abc\0", 4 },
        { PLAN_MAX_BYTES + 1, "abc\0", 4 },
    };

    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        struct builder built = builder_begin();

        builder_op(&built, OP_CWD);
        put_u32(&built, strings[i].length);
        put_raw(&built, strings[i].bytes, strings[i].count);
        builder_end(&built);
        expect(&built, EINVAL, OP_CWD);
    }
}

TEST(counts_beyond_what_is_there_are_refused)
{
    static const uint32_t counts[] = { 2, 0x40000000, 0x40000001, 0x80000000, 0xffffffff };

    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        struct builder groups = builder_begin(), filter = builder_begin(), list = builder_begin();

        builder_op(&groups, OP_USER);
        put_u64(&groups, 0);
        put_u32(&groups, counts[i]);
        put_u32(&groups, 1);
        builder_end(&groups);
        expect(&groups, EINVAL, OP_USER);
        builder_op(&filter, OP_SECCOMP);
        put_u32(&filter, 0);
        put_u32(&filter, counts[i]);
        put_u64(&filter, 6);
        builder_end(&filter);
        expect(&filter, EINVAL, OP_SECCOMP);
        builder_op(&list, OP_EXEC);
        put_u32(&list, counts[i]);
        put_string(&list, "true");
        builder_end(&list);
        expect(&list, EINVAL, OP_EXEC);
    }
}

static void
put_log(struct builder *built, uint32_t files, uint8_t kind, const char *extra)
{
    builder_op(built, OP_LOG);
    put_string(built, "/log");
    put_u64(built, 0);
    put_u32(built, files);
    put_u8(built, kind);
    put_string(built, extra);
    put_u8(built, 1);
    put_u64(built, 1u << 20);
    builder_end(built);
}

TEST(options_of_the_log_are_read)
{
    struct builder built = builder_begin();
    struct plan plan;
    struct fault fault = { 0 };

    put_log(&built, 4000, LOG_JSON_FILE, ",\"a\":1");
    CHECK_NUMBER(0, plan_decode(&plan, built.bytes, built.used, &fault));
    CHECK_NUMBER(4000, plan.log_max_files);
    CHECK_TEXT(",\"a\":1", plan.log_extra);
    CHECK(plan.log_compress);
    CHECK_NUMBER(1u << 20, plan.log_buffer);
    builder_free(&built);
}

TEST(impossible_settings_are_refused)
{
    static char extra[LOG_MAX_EXTRA + 2];
    struct builder built = builder_begin();

    memset(extra, 'x', sizeof(extra) - 1);
    put_log(&built, 0, LOG_JSON_FILE, "");
    expect(&built, EINVAL, OP_LOG);
    built = builder_begin();
    put_log(&built, 1, LOG_JSON_FILE, extra);
    expect(&built, EINVAL, OP_LOG);
    built = builder_begin();
    put_log(&built, 1, LOG_JSON_FILE + 1, "");
    expect(&built, EINVAL, OP_LOG);
    built = builder_begin();
    for (int i = 0; i <= PLAN_MAX_CGROUPS; i++) {
        builder_op(&built, OP_CGROUP_TASKS);
        put_string(&built, "/procs");
    }
    builder_end(&built);
    expect(&built, EINVAL, OP_CGROUP_TASKS);
    built = builder_begin();
    for (int i = 0; i <= PLAN_MAX_JOINS; i++) {
        builder_op(&built, OP_JOIN_NS);
        put_u32(&built, 0);
        put_u64(&built, 0);
    }
    builder_end(&built);
    expect(&built, EINVAL, OP_JOIN_NS);
}

TEST(limits_are_where_they_are_said_to_be)
{
    struct builder built = builder_begin();
    struct plan plan;
    struct fault fault;

    for (uint32_t i = 0; i < PLAN_MAX_OPS; i++)
        builder_op(&built, OP_PIVOT);
    builder_end(&built);
    CHECK_NUMBER(0, decode(&built, &plan, &fault));
    builder_op(&built, OP_PIVOT);
    builder_end(&built);
    expect(&built, E2BIG, 0);

    built = builder_begin();
    builder_op(&built, OP_EXEC);
    put_u32(&built, PLAN_MAX_LIST);
    for (uint32_t i = 0; i < PLAN_MAX_LIST; i++)
        put_string(&built, "");
    put_u32(&built, 0);
    builder_end(&built);
    CHECK_NUMBER(0, decode(&built, &plan, &fault));
    poke_u32(&built, 16 + 8, PLAN_MAX_LIST + 1);
    expect(&built, EINVAL, OP_EXEC);

    built = builder_begin();
    builder_op(&built, OP_CWD);
    put_u32(&built, PLAN_MAX_BYTES - 16 - 8 - 5);
    memset(built.bytes + built.used, 'x', PLAN_MAX_BYTES - 16 - 8 - 5);
    built.used = PLAN_MAX_BYTES;
    builder_end(&built);
    CHECK_NUMBER(0, decode(&built, &plan, &fault));
    put_u8(&built, 0);
    builder_end(&built);
    expect(&built, EINVAL, 0);
}

/* A probe within a probe, as deep as the plan's length allows, must not be followed into its depth. */
TEST(a_probe_has_no_probe_of_its_own)
{
    struct builder built = builder_begin();
    struct builder inner = builder_begin();
    struct fault fault = { 0 };
    struct plan plan;

    put_health(&inner, 1000, 1000, "exit 0");
    builder_end(&inner);
    builder_op(&built, OP_HEALTH);
    for (int i = 0; i < 4; i++)
        put_u64(&built, 1000);
    put_u32(&built, 1);
    put_u32(&built, (uint32_t)inner.used);
    put_raw(&built, inner.bytes, inner.used);
    builder_end(&built);
    CHECK_NUMBER(-EINVAL, plan_decode(&plan, built.bytes, built.used, &fault));
    CHECK_NUMBER(OP_HEALTH, fault.op);
    CHECK_NUMBER(0, plan_decode(&plan, inner.bytes, inner.used, &fault));
    CHECK_NUMBER(1000, plan.health.interval);
    CHECK_NUMBER(2, plan.health.retries);
    builder_free(&built);
    builder_free(&inner);
}

TEST(empty_plan_is_a_plan)
{
    struct builder built = builder_begin();

    builder_end(&built);
    expect(&built, 0, 0);
}
