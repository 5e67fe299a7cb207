/* Fuzz target of the plan decoder: what it accepts must be readable in the way the child reads it. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "../../main/c/shim/plan.h"

static void
read_words(struct reader *in)
{
    struct reader ahead = *in;
    uint32_t count = skip_list(&ahead);
    const char **words = calloc((size_t)count + 1, sizeof(*words));
    size_t length = 0;

    if (!words)
        abort();
    read_list(in, words, count);
    for (uint32_t i = 0; i < count; i++)
        length += strlen(words[i]);
    if (in->bad || words[count] || length > PLAN_MAX_BYTES)
        abort();
    free(words);
}

static void
read_op(struct op *op)
{
    struct reader *in = &op->payload;

    switch (op->code) {
    case OP_ROOT_OVERLAY:
        read_words(in);
        break;
    case OP_EXEC:
        read_words(in);
        read_words(in);
        break;
    case OP_USER:
        read_u64(in);
        for (uint32_t n = read_u32(in); n > 0; n--)
            read_u32(in);
        if (in->bad || in->at != in->end)
            abort();
        break;
    default:
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint8_t *exact = malloc(length ? length : 1); /* a read past the end is seen */
    struct fault fault = { 0 };
    struct plan plan;

    if (!exact)
        abort();
    memcpy(exact, bytes, length);
    if (plan_decode(&plan, exact, length, &fault) == 0) {
        struct reader ops = plan_ops(&plan);
        struct op op = { 0 };

        while (next_op(&ops, &op))
            read_op(&op);
        if (ops.bad || ops.at != ops.end || !plan.id)
            abort();
    } else if (fault.code == 0 || !memchr(fault.text, 0, sizeof(fault.text))) {
        abort(); /* refused without a word */
    }
    free(exact);
    return 0;
}

/* The header's length is right and the number of operations is that of those which can be walked over. */
void
fuzz_repair(uint8_t *bytes, size_t length)
{
    uint32_t whole = (uint32_t)length;
    uint32_t count = 0;
    size_t at = 16;

    if (length < 16)
        return;
    while (length - at >= 8) {
        uint32_t payload;

        memcpy(&payload, bytes + at + 4, 4);
        if (payload > length - at - 8)
            break;
        at += 8 + payload;
        count++;
    }
    memcpy(bytes, "BRTH\1\0\0\0", 8);
    memcpy(bytes + 8, &whole, 4);
    memcpy(bytes + 12, &count, 4);
}
