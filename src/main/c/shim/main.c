/* berth-shim: the parent of one container. It is spawned with its plan as descriptor 3, serves its socket, starts the container
   when it is told to, keeps its output and its exit code, and outlives the engine. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shim.h"

#define PLAN_FD 3
#define EVENTS_A_ROUND 16
#define SYNC_INTERVAL_MS 1000

struct shim shim;

uint64_t
now_realtime(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t
now_monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

void
watch(struct source *source, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = source };
    int command = !source->events ? EPOLL_CTL_ADD : events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;

    if (source->events == events || source->fd < 0)
        return;
    if (epoll_ctl(shim.epoll, command, source->fd, &event) == 0)
        source->events = events;
}

void
unwatch_and_close(struct source *source)
{
    watch(source, 0);
    if (source->fd >= 0)
        close(source->fd);
    source->fd = -1;
}

uint64_t
oom_kills(const struct plan *plan)
{
    char text[1024];
    const char *line;
    ssize_t n;
    int fd = plan->oom_file ? open(plan->oom_file, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return 0;
    n = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    line = strstr(text, "oom_kill ");
    return line ? strtoull(line + strlen("oom_kill "), NULL, 10) : 0;
}

void
fail_at(uint32_t step)
{
    if (shim.plan.failpoint == step)
        kill(getpid(), SIGKILL);
}

static int
read_plan(struct fault *fault)
{
    struct stat st;
    void *bytes;

    if (fstat(PLAN_FD, &st) < 0 || st.st_size <= 0 || st.st_size > PLAN_MAX_BYTES)
        return fault_set(fault, EINVAL, "no plan");
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, PLAN_FD, 0);
    if (bytes == MAP_FAILED)
        return fault_set(fault, errno, "map the plan");
    return plan_decode(&shim.plan, bytes, (size_t)st.st_size, fault);
}

/* Nothing that runs in a container may look into this process, and no signal but SIGKILL ends it: a service manager that ends the
   engine's process group must not end containers. */
static int
harden(struct fault *fault)
{
    static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP, SIGTTIN, SIGTTOU };

    for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
        signal(ignored[i], SIG_IGN);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return fault_set(fault, errno, "become non-dumpable");
    prctl(PR_SET_NAME, "berth-shim", 0, 0, 0);
    return 0;
}

static int
set_up(struct fault *fault)
{
    int result = harden(fault);

    if (result == 0)
        result = read_plan(fault);
    if (result < 0)
        return result;
    shim.init.exit.fd = shim.init.input.fd = shim.init.output[0].fd = shim.init.output[1].fd = -1;
    shim.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (shim.epoll < 0)
        return fault_set(fault, errno, "make an epoll set");
    result = log_open(&shim.log, &shim.plan, fault);
    if (result == 0)
        result = records_open(&shim.records, &shim.plan, fault);
    if (result < 0)
        return result;
    if (shim.log.buffer.bytes) {
        shim.log.buffer.progress.ready = log_progressed;
        watch(&shim.log.buffer.progress, EPOLLIN);
    }
    shim.listener.fd = shim.plan.listen_fd;
    shim.listener.ready = client_accept;
    if (fcntl(shim.listener.fd, F_SETFL, O_NONBLOCK) < 0)
        return fault_set(fault, errno, "serve the socket");
    watch(&shim.listener, EPOLLIN);
    return 0;
}

static int
timeout(uint64_t synced)
{
    uint64_t now = now_monotonic_ms();
    uint64_t until = run_due() < health_due() ? run_due() : health_due();

    if (sessions_wait() && now + 100 < until)
        until = now + 100;
    if (log_wants_sync(&shim.log) && synced + SYNC_INTERVAL_MS < until)
        until = synced + SYNC_INTERVAL_MS;
    if (until != UINT64_MAX && until > now + INT_MAX)
        until = now + INT_MAX;
    return until == UINT64_MAX ? -1 : until <= now ? 0 : (int)(until - now);
}

/* Its work is done: the container's end is told and nobody listens any more, or it was told to go. */
static bool
is_done(void)
{
    return (shim.reaped || shim.run.step == RUN_OVER) && (!shim.clients || (shim.reaped && !shim.clients->out_used && !shim.clients->next));
}

static void
serve(void)
{
    struct epoll_event events[EVENTS_A_ROUND];
    uint64_t synced = now_monotonic_ms();

    while (!is_done()) {
        int n = epoll_wait(shim.epoll, events, EVENTS_A_ROUND, timeout(synced));

        for (int i = 0; i < n; i++) {
            struct source *source = events[i].data.ptr;

            /* A source may have been closed by one that was ready before it in this round. */
            if (source->fd >= 0 && source->events)
                source->ready(source, events[i].events);
        }
        run_go_on();
        health_go_on();
        for (struct client *client = shim.clients; client; client = client->next)
            attach_serve(client);
        sessions_sweep();
        clients_sweep();
        compress_go_on();
        if (log_wants_sync(&shim.log) && now_monotonic_ms() >= synced + SYNC_INTERVAL_MS) {
            log_sync(&shim.log);
            synced = now_monotonic_ms();
        }
    }
}

int
main(void)
{
    struct fault fault = { 0 };

    if (set_up(&fault) < 0) {
        /* Descriptor 2 is /dev/null in production and a terminal for who tries the shim by hand. */
        dprintf(2, "berth-shim: %s: %s\n", fault.text, strerror(fault.code));
        return 1;
    }
    serve();
    compress_rest();
    return 0;
}
