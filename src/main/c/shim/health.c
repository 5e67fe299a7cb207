#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "shim.h"

#define OUTPUT_BYTES 4096u
/* One that was killed: with the container, whose own end comes in a moment, or alone. */
#define KILLED_MS 200u

static struct health {
    bool on; /* a run goes on whose health is looked at */
    bool held;
    bool probing;
    bool timed_out;
    uint8_t status; /* HEALTH_* */
    uint32_t streak; /* of failures */
    uint64_t began;  /* CLOCK_MONOTONIC ms: of the run */
    uint64_t due;    /* of the next probe, or of the end of this one's time */
    uint64_t left;   /* of this one's time, while it is held */
    uint64_t settles; /* CLOCK_MONOTONIC ms before which the end of this one is not its result */
    uint64_t probe_began; /* CLOCK_MONOTONIC ms */
    struct process probe;
    uint8_t output[OUTPUT_BYTES];
    size_t used;
} health;

static uint64_t
interval(void)
{
    const struct health_plan *plan = &shim.plan.health;

    if (health.status == HEALTH_STARTING && now_monotonic_ms() - health.began < plan->start_period)
        return plan->start_interval;
    return plan->interval;
}

void
health_begin(void)
{
    if (!shim.plan.health.probe)
        return;
    health.on = true;
    health.probing = false;
    health.status = HEALTH_STARTING;
    health.streak = 0;
    health.began = now_monotonic_ms();
    health.due = health.began + interval();
}

static void
forget_probe(void)
{
    health.probing = false;
    process_close_output(&health.probe);
    process_close_input(&health.probe);
    unwatch_and_close(&health.probe.exit);
}

/* Its process has ended with the container's pid namespace, or is about to. */
void
health_end(void)
{
    if (health.probing) {
        process_kill_group(&health.probe);
        if (!health.probe.exited)
            process_collect(&health.probe);
        forget_probe();
    }
    health.on = false;
}

/* Docker Engine API, Health: failures within the start period do not count until there was a success. */
static bool
take_result(int code)
{
    uint8_t before = health.status;
    bool starts = health.status == HEALTH_STARTING && health.probe_began - health.began < shim.plan.health.start_period;

    if (code == 0) {
        health.streak = 0;
        health.status = HEALTH_HEALTHY;
    } else if (!starts) {
        health.streak++;
        if (health.streak >= shim.plan.health.retries)
            health.status = HEALTH_UNHEALTHY;
    }
    return health.status != before;
}

static void
finish(int code, int reason, uint64_t from, uint64_t to)
{
    static const char digits[] = "0123456789abcdef";
    static char text[2 * OUTPUT_BYTES + 1];
    bool changed = take_result(code);

    for (size_t i = 0; i < health.used; i++) {
        text[2 * i] = digits[health.output[i] >> 4];
        text[2 * i + 1] = digits[health.output[i] & 15];
    }
    text[2 * health.used] = '\0';
    fail_at(FAIL_IN_PROBE);
    record(RECORD_LOOK, "probe %llu %llu %d %d %d %u %d %s", (unsigned long long)from, (unsigned long long)to, code, reason, health.status,
           health.streak, changed, health.used ? text : "-");
    health.due = now_monotonic_ms() + interval();
}

static void
keep(const void *bytes, size_t length)
{
    size_t room = OUTPUT_BYTES - health.used;
    size_t part = length < room ? length : room;

    memcpy(health.output + health.used, bytes, part);
    health.used += part;
}

static void
output_of_probe(struct source *source, uint32_t events)
{
    uint8_t chunk[OUTPUT_BYTES];
    ssize_t n = read(source->fd, chunk, sizeof(chunk));

    (void)events;
    if (n > 0)
        keep(chunk, (size_t)n);
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        unwatch_and_close(source);
}

static void
probe_exited(struct source *source, uint32_t events)
{
    (void)events;
    process_collect(&health.probe);
    watch(source, 0);
    health.settles = now_monotonic_ms() + (health.probe.code == 128 + SIGKILL && !health.timed_out ? KILLED_MS : 0);
}

static void
probe(void)
{
    struct fault fault = { 0 };
    struct plan plan;
    uint64_t from = now_realtime();

    health.used = 0;
    health.timed_out = false;
    health.probe_began = now_monotonic_ms();
    if (plan_decode(&plan, shim.plan.health.probe, shim.plan.health.probe_length, &fault) < 0
        || process_start(&health.probe, &plan, true, &fault) < 0) {
        keep(fault.text, strlen(fault.text));
        finish(-1, PROBE_NOT_STARTED, from, now_realtime());
        return;
    }
    health.probing = true;
    health.due = now_monotonic_ms() + shim.plan.health.timeout;
    health.probe.exit.ready = probe_exited;
    watch(&health.probe.exit, EPOLLIN);
    for (int stream = 0; stream < STREAMS; stream++) {
        health.probe.output[stream].ready = output_of_probe;
        watch(&health.probe.output[stream], EPOLLIN);
    }
}

void
health_hold(bool held)
{
    uint64_t now = now_monotonic_ms();

    if (held == health.held)
        return;
    if (held)
        health.left = health.due > now ? health.due - now : 0;
    else
        health.due = now + health.left;
    health.held = held;
}

void
health_go_on(void)
{
    struct process *process = &health.probe;

    if (!health.on)
        return;
    if (health.probing && process->exited && process_output_over(process) && now_monotonic_ms() >= health.settles) {
        bool timed_out = health.timed_out;
        int code = timed_out ? -1 : process->code;

        forget_probe();
        finish(code, timed_out ? PROBE_TIMED_OUT : PROBE_ENDED, process->started_at, process->finished_at);
    } else if (health.held || (health.probing && process->exited) || now_monotonic_ms() < health.due) {
        return;
    } else if (!health.probing) {
        probe();
    } else if (!health.timed_out) {
        health.timed_out = true;
        process_kill_group(process);
        process_close_output(process); /* who has left its group may hold it for ever */
    }
}

uint64_t
health_due(void)
{
    if (!health.on)
        return UINT64_MAX;
    if (health.probing && health.probe.exited)
        return health.settles > now_monotonic_ms() ? health.settles : health.probe.grace_ends;
    return health.held || (health.probing && health.timed_out) ? UINT64_MAX : health.due;
}
