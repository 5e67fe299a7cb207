/* Writes plans in the layout of plan.h, well-formed or not. One builder makes one plan; the caller owns the memory of its struct. */
#ifndef PLAN_BUILDER_H
#define PLAN_BUILDER_H

#include <stddef.h>
#include <stdint.h>

#include "../../main/c/include/plan.h"

#define BUILDER_BYTES (PLAN_MAX_BYTES + 65536u)

struct builder {
    uint8_t *bytes;
    size_t used;
    size_t op; /* where the current operation's header begins */
    uint32_t count;
};

struct builder builder_begin(void);
void builder_free(struct builder *plan);
/* Begins an operation; what is put afterwards is its payload. */
void builder_op(struct builder *plan, uint16_t code);
void put_u8(struct builder *plan, uint8_t value);
void put_u16(struct builder *plan, uint16_t value);
void put_u32(struct builder *plan, uint32_t value);
void put_u64(struct builder *plan, uint64_t value);
void put_string(struct builder *plan, const char *text);
/* Up to a NULL. */
void put_list(struct builder *plan, const char *const *texts);
void put_raw(struct builder *plan, const void *bytes, size_t length);
/* Fills in the lengths and the header. */
void builder_end(struct builder *plan);
/* Overwrites 4 bytes at AT. */
void poke_u32(struct builder *plan, size_t at, uint32_t value);

/* ---- plans that run ---- */

/* Settings of a shim that listens on the descriptor given first, logs to LOG (may be NULL) and writes its records to RECORD. */
void put_settings(struct builder *plan, uint64_t namespaces, const char *log, const char *record);
/* Runs `sh -c SCRIPT`. */
void put_shell(struct builder *plan, const char *script);
/* A probe that runs `sh -c SCRIPT`, twice in a row for unhealthy; times in ms. */
void put_health(struct builder *plan, uint64_t interval, uint64_t timeout, const char *script);
/* Every operation there is, each with a plausible payload. */
void put_everything(struct builder *plan);

#endif
