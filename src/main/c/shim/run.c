#include <sched.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "shim.h"

#define FIRST_WAIT_MS 100u
#define LONGEST_WAIT_MS 60000u
/* After a run of this length the next restart waits as the first one did. */
#define STEADY_MS 10000u

/* The kernel ends a pid namespace with its first process. Without one of its own, the container would not end with its first process. */
static void
end_all(void)
{
    if (!(shim.plan.namespaces & CLONE_NEWPID))
        cgroup_kill(&shim.plan);
}

static void
init_exited(struct source *source, uint32_t events)
{
    (void)events;
    process_collect(&shim.init);
    end_all();
    watch(source, 0);
}

static int
begin(struct fault *fault)
{
    struct process *init = &shim.init;
    int result;

    shim.oom = false;
    shim.oom_before = oom_kills(&shim.plan);
    shim.run.began = now_monotonic_ms();
    result = process_start(init, &shim.plan, false, fault);
    if (result < 0)
        return result;
    shim.run.step = RUN_GOES_ON;
    shim.exit_announced = false;
    record(RECORD_CHANGE, "started %llu %d %u", (unsigned long long)init->started_at, init->pid, shim.run.number);
    init->exit.ready = init_exited;
    watch(&init->exit, EPOLLIN);
    for (int stream = 0; stream < STREAMS; stream++) {
        init->output[stream].ready = output_ready;
        if (init->output[stream].fd >= 0)
            watch(&init->output[stream], EPOLLIN);
    }
    health_begin();
    return 0;
}

int
run_begin(struct fault *fault)
{
    int result;

    shim.run.policy = shim.plan.restart_policy;
    shim.run.limit = shim.plan.restart_limit;
    fail_at(FAIL_BEFORE_START);
    result = begin(fault);
    if (result < 0) {
        shim.start_failed = true;
        shim.run.step = RUN_OVER;
    }
    fail_at(FAIL_AFTER_START);
    return result;
}

static bool
is_followed(void)
{
    const struct run *run = &shim.run;

    if (run->stays_ended || shim.reaped)
        return false;
    if (run->policy == RESTART_ON_FAILURE)
        return shim.init.code != 0 && (run->limit == 0 || run->number < run->limit);
    return run->policy == RESTART_ALWAYS;
}

static void
wait_for_next(void)
{
    struct run *run = &shim.run;
    uint64_t now = now_monotonic_ms();

    if (run->wait == 0 || now - run->began >= STEADY_MS)
        run->wait = FIRST_WAIT_MS;
    else
        run->wait = run->wait * 2 < LONGEST_WAIT_MS ? run->wait * 2 : LONGEST_WAIT_MS;
    run->due = now + run->wait;
    run->step = RUN_WAITS;
}

/* What the pipes still hold: everybody who could write has ended, or has had time to. */
static void
drain_output(void)
{
    struct process *init = &shim.init;

    for (int stream = 0; stream < STREAMS; stream++)
        while (init->output[stream].fd >= 0) {
            uint64_t before = shim.log.seen[stream];

            output_ready(&init->output[stream], EPOLLIN);
            if (shim.log.seen[stream] == before)
                break;
        }
}

static void
record_exit(void)
{
    const struct process *init = &shim.init;
    char wait[24] = "-";

    if (shim.run.step == RUN_WAITS)
        snprintf(wait, sizeof(wait), "%llu", (unsigned long long)shim.run.wait);
    fail_at(FAIL_BEFORE_RECORD);
    record(RECORD_END, "exited %llu %d %d %u %s", (unsigned long long)init->finished_at, init->code, shim.oom, shim.run.number, wait);
    fail_at(FAIL_AFTER_RECORD);
}

static void
settle(void)
{
    struct process *init = &shim.init;

    drain_output();
    if (!process_output_over(init))
        return;
    for (int stream = 0; stream < STREAMS; stream++)
        log_end(&shim.log, stream);
    /* What waits for the disk has the time that the output itself has. */
    if (!log_settle(&shim.log) && now_monotonic_ms() < init->grace_ends)
        return;
    fail_at(FAIL_AFTER_EXIT);
    end_all(); /* what was made while the others were killed */
    health_end();
    process_close_output(init);
    process_close_input(init);
    unwatch_and_close(&init->exit);
    shim.oom = oom_kills(&shim.plan) > shim.oom_before;
    shim.run.step = RUN_OVER;
    if (is_followed())
        wait_for_next();
    record_exit();
    announce_exit();
    process_let_mounts_go(init);
}

static void
begin_next(void)
{
    struct fault fault = { 0 };

    shim.run.number++;
    fail_at(FAIL_BEFORE_RESTART);
    if (begin(&fault) < 0) {
        shim.run.step = RUN_OVER;
        record(RECORD_END, "failed %llu %u %d %u %s", (unsigned long long)now_realtime(), fault.op, fault.code, shim.run.number, fault.text);
        shim.init.exited = shim.init.started = true;
    }
    fail_at(FAIL_AFTER_RESTART);
}

void
run_go_on(void)
{
    if (shim.run.step == RUN_GOES_ON && shim.init.exited)
        settle();
    else if (shim.run.step == RUN_WAITS && now_monotonic_ms() >= shim.run.due)
        begin_next();
}

void
run_stay_ended(void)
{
    shim.run.stays_ended = true;
    if (shim.run.step != RUN_WAITS)
        return;
    shim.run.step = RUN_OVER;
    record(RECORD_END, "cancelled %llu", (unsigned long long)now_realtime());
}

uint64_t
run_due(void)
{
    if (shim.run.step == RUN_WAITS)
        return shim.run.due;
    return shim.run.step == RUN_GOES_ON && shim.init.exited ? shim.init.grace_ends : UINT64_MAX;
}
