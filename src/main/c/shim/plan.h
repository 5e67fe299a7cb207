/* The decoded plan. Strings point into the plan's bytes, which must outlive it. */
#ifndef SHIM_PLAN_H
#define SHIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../include/plan.h"
#include "fault.h"

#define PLAN_MAX_CGROUPS 16
#define PLAN_MAX_JOINS 8

/* Reads payloads; a read past the end or of a malformed string sets BAD and answers 0 or "". */
struct reader {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

uint8_t read_u8(struct reader *in);
uint16_t read_u16(struct reader *in);
uint32_t read_u32(struct reader *in);
uint64_t read_u64(struct reader *in);
const char *read_string(struct reader *in);
/* Skips a list and returns how many strings it has. */
uint32_t skip_list(struct reader *in);
/* Fills OUT with COUNT strings and a NULL; COUNT comes from skip_list on a copy of the reader. */
void read_list(struct reader *in, const char **out, uint32_t count);
/* The descriptor by its number in the plan; -1 for PLAN_NO_FD. */
int plan_fd(uint32_t number);

struct plan_join {
    int fd;
    uint64_t type;
};

/* When and how the container's health is looked at; PROBE is NULL when it is not. Times are ms. */
struct health_plan {
    uint64_t interval;
    uint64_t timeout;
    uint64_t start_period;
    uint64_t start_interval;
    uint32_t retries;
    const uint8_t *probe;
    size_t probe_length;
};

struct plan {
    const uint8_t *bytes;
    size_t length;
    const char *id;
    bool is_probe; /* it stands within another plan, and none within it */
    int listen_fd;
    const char *log_path;
    uint64_t log_max_bytes;
    uint32_t log_max_files;
    uint8_t log_kind;
    const char *log_extra;
    bool log_compress;
    uint64_t log_buffer; /* 0: entries are written at once */
    const char *record_path;
    uint64_t first_record;
    const char *cgroup_tasks[PLAN_MAX_CGROUPS];
    int cgroups;
    const char *cgroup_into;
    const char *oom_file;
    uint8_t oom_version;
    uint64_t namespaces;
    struct plan_join joins[PLAN_MAX_JOINS];
    int join_count;
    int user_ns; /* to join; -1: none. Also among the joins */
    bool is_mapped;
    uint32_t root_uid; /* as the host has it, like the next two */
    uint32_t root_gid;
    uint32_t user_uid;
    bool tty;
    bool stdin_open;
    bool stdin_once;
    uint16_t rows;
    uint16_t columns;
    bool has_oom_score;
    int32_t oom_score;
    uint8_t restart_policy;
    uint32_t restart_limit;
    struct health_plan health;
    uint32_t failpoint;
};

/* One operation; next_op answers false at the end. */
struct op {
    uint16_t code;
    struct reader payload;
};

/* Checks BYTES wholly, every payload included, and fills *PLAN. Returns 0 or -EINVAL, -E2BIG with *FAULT. */
int plan_decode(struct plan *plan, const uint8_t *bytes, size_t length, struct fault *fault);

/* The operations of a plan that plan_decode has accepted, in order. */
struct reader plan_ops(const struct plan *plan);
bool next_op(struct reader *ops, struct op *op);

#endif
