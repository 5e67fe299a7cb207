#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "shim.h"

static void
put32(uint8_t *p, uint32_t value)
{
    memcpy(p, &value, sizeof(value));
}

static void
put64(uint8_t *p, uint64_t value)
{
    memcpy(p, &value, sizeof(value));
}

static void
refuse(struct client *client, uint32_t id, int code, const char *text)
{
    struct fault fault = { 0 };

    fault_set(&fault, code, "%s", text);
    client_fault(client, id, &fault);
}

static void
answer_result(struct client *client, uint32_t id, int result, const char *what)
{
    if (result < 0)
        refuse(client, id, -result, what);
    else
        client_ok(client, id);
}

static void
started(struct client *client, uint32_t id, const struct process *process)
{
    uint8_t payload[12];

    put32(payload, (uint32_t)process->pid);
    put64(payload + 4, process->started_at);
    client_answer(client, ANS_STARTED, id, payload, sizeof(payload));
}

static void
exited(struct client *client, uint32_t id, const struct process *process, bool oom)
{
    uint8_t payload[13];

    put32(payload, (uint32_t)process->code);
    payload[4] = oom;
    put64(payload + 5, process->finished_at);
    client_answer(client, ANS_EXITED, id, payload, sizeof(payload));
}

static void
start(struct client *client, uint32_t id)
{
    struct fault fault = { 0 };
    int result;

    if (shim.init.started || shim.start_failed) {
        refuse(client, id, EALREADY, "the container was started before");
        return;
    }
    result = run_begin(&fault);
    if (result < 0) {
        client_fault(client, id, &fault);
        return;
    }
    started(client, id, &shim.init);
    for (struct client *other = shim.clients; other; other = other->next)
        client_resume_input(other);
}

static struct process *
process_of(struct client *client)
{
    return client->session ? session_process(client->session) : &shim.init;
}

static void
resume_input(struct source *source, uint32_t events)
{
    (void)events;
    watch(source, 0);
    for (struct client *client = shim.clients; client; client = client->next)
        client_resume_input(client);
}

/* False while the process takes no more: the frame waits, and with it what this client sends after it. */
static bool
feed(struct client *client, const uint8_t *bytes, size_t length)
{
    struct process *process = process_of(client);

    if (!process->started)
        return shim.start_failed;
    while (client->stdin_done < length) {
        ssize_t n = process_write(process, bytes + client->stdin_done, length - client->stdin_done);

        if (n == 0) {
            process->input.ready = resume_input;
            watch(&process->input, EPOLLOUT);
            return false;
        }
        client->stdin_done += (size_t)n;
    }
    client->stdin_done = 0;
    return true;
}

static bool
close_stdin(struct client *client)
{
    struct process *process = process_of(client);

    if (!process->started)
        return shim.start_failed;
    /* A terminal has no end of input; an init's input stays open for others unless it was opened once. */
    if (!process->tty && (client->session || shim.plan.stdin_once))
        process_close_input(process);
    return true;
}

static void
state(struct client *client, uint32_t id)
{
    const struct process *init = &shim.init;
    uint8_t payload[26] = { 0 };

    payload[0] = shim.run.step == RUN_WAITS ? SHIM_RESTARTING : shim.exit_announced ? SHIM_EXITED : init->started ? SHIM_RUNNING : SHIM_CREATED;
    put32(payload + 1, (uint32_t)init->pid);
    put32(payload + 5, (uint32_t)init->code);
    payload[9] = shim.oom;
    put64(payload + 10, init->started_at);
    put64(payload + 18, init->finished_at);
    client_answer(client, ANS_STATE, id, payload, sizeof(payload));
}

static void
subscribe(struct client *client, uint16_t flags, uint32_t id)
{
    client->subscribed = flags;
    client->subscription = id;
    client_ok(client, id);
    if (shim.exit_announced && (flags & SUBSCRIBE_EXIT))
        exited(client, id, &shim.init, shim.oom);
}

static void
reap(struct client *client, uint32_t id)
{
    if (shim.run.step == RUN_GOES_ON || shim.run.step == RUN_WAITS) {
        refuse(client, id, EBUSY, "the container runs");
        return;
    }
    shim.reaped = true;
    client_ok(client, id);
}

static void
signal_process(struct client *client, uint32_t id, const uint8_t *payload)
{
    int32_t number;

    memcpy(&number, payload, sizeof(number));
    answer_result(client, id, process_signal(process_of(client), number), "signal");
}

static void
resize(struct client *client, uint32_t id, const uint8_t *payload)
{
    uint16_t size[2];

    memcpy(size, payload, sizeof(size));
    if (!client->session) { /* the next run, or the first, begins with this size */
        shim.plan.rows = size[0];
        shim.plan.columns = size[1];
    }
    if (!process_of(client)->started && !client->session) {
        client_ok(client, id);
        return;
    }
    answer_result(client, id, process_resize(process_of(client), size[0], size[1]), "resize");
}

static void
detach(struct client *client, uint32_t id)
{
    client->reading.active = false;
    client_ok(client, id);
}

static void
change_policy(struct client *client, uint32_t id, const uint8_t *payload)
{
    if (payload[0] > RESTART_ALWAYS) {
        refuse(client, id, EINVAL, "unknown restart policy");
        return;
    }
    shim.run.policy = payload[0];
    memcpy(&shim.run.limit, payload + 1, sizeof(shim.run.limit));
    client_ok(client, id);
}

static void
stay_ended(struct client *client, uint32_t id)
{
    run_stay_ended();
    client_ok(client, id);
}

static void
hold_probes(struct client *client, uint16_t flags, uint32_t id)
{
    health_hold((flags & 1) != 0);
    client_ok(client, id);
}

static size_t
length_of(uint16_t type)
{
    return type == REQ_SIGNAL || type == REQ_RESIZE ? 4 : type == REQ_POLICY ? 5 : 0;
}

/* What concerns who talks to us, or what follows a run. */
static void
request_other(struct client *client, uint16_t type, uint16_t flags, uint32_t id, const uint8_t *payload)
{
    switch (type) {
    case REQ_SUBSCRIBE:
        subscribe(client, flags, id);
        break;
    case REQ_DETACH:
        detach(client, id);
        break;
    case REQ_STAY_ENDED:
        stay_ended(client, id);
        break;
    case REQ_POLICY:
        change_policy(client, id, payload);
        break;
    case REQ_HOLD_PROBES:
        hold_probes(client, flags, id);
        break;
    default:
        refuse(client, id, ENOSYS, "unknown request");
    }
}

bool
request_run(struct client *client, uint16_t type, uint16_t flags, uint32_t id, const uint8_t *payload, size_t length)
{
    if (type != REQ_EXEC && type != REQ_STDIN && length != length_of(type)) {
        refuse(client, id, EINVAL, "request of the wrong length");
        return true;
    }
    switch (type) {
    case REQ_START:
        start(client, id);
        break;
    case REQ_EXEC:
        session_start(client, flags, id, payload, length);
        break;
    case REQ_SIGNAL:
        signal_process(client, id, payload);
        break;
    case REQ_RESIZE:
        resize(client, id, payload);
        break;
    case REQ_ATTACH:
        attach_begin(client, flags, id);
        break;
    case REQ_STDIN:
        return feed(client, payload, length);
    case REQ_CLOSE_STDIN:
        return close_stdin(client);
    case REQ_STATE:
        state(client, id);
        break;
    case REQ_REAP:
        reap(client, id);
        break;
    default:
        request_other(client, type, flags, id, payload);
    }
    return true;
}

void
announce_exit(void)
{
    shim.exit_announced = true;
    output_finished();
    for (struct client *client = shim.clients; client; client = client->next)
        if (client->subscribed & SUBSCRIBE_EXIT)
            exited(client, client->subscription, &shim.init, shim.oom);
}

/* Sessions answer with the same frames. */
void
session_started(struct client *client, uint32_t id, const struct process *process)
{
    started(client, id, process);
}

void
session_exited(struct client *client, uint32_t id, const struct process *process)
{
    exited(client, id, process, false);
}
