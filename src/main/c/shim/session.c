#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "shim.h"

struct session {
    struct process process; /* first: its sources lead back to it */
    struct session *next;
    struct client *client; /* NULL when it has gone: the exec lives on, its output is dropped */
    uint32_t id;
    uint8_t *bytes; /* of the plan */
    struct plan plan;
    bool detached;
    bool tied;
    bool finished;
};

static struct session *sessions;
static uint8_t chunk[CHUNK_BYTES];

struct process *
session_process(struct session *session)
{
    return &session->process;
}

static struct session *
session_of(const struct source *source)
{
    for (struct session *session = sessions; session; session = session->next)
        if (source == &session->process.exit || source == &session->process.output[0] || source == &session->process.output[1])
            return session;
    return NULL;
}

static void
settle(struct session *session)
{
    struct process *process = &session->process;

    if (session->finished || !process->exited || !process_output_over(process))
        return;
    if (process->mounts && kill_in_mounts(process->mounts) > 0)
        return; /* until none is left: sessions_wait has this looked at again */
    process_close_output(process);
    process_close_input(process);
    if (session->client) {
        session_exited(session->client, session->id, process);
        session->client->session = NULL;
    }
    session->finished = true;
}

static void
output_of_exec(struct source *source, uint32_t events)
{
    struct session *session = session_of(source);
    int stream = source == &session->process.output[1];
    ssize_t n = read(source->fd, chunk, sizeof(chunk));

    (void)events;
    if (n > 0) {
        if (!session->client || session->detached)
            return;
        client_answer(session->client, stream ? ANS_ERR : ANS_OUT, session->id, chunk, (size_t)n);
        client_flush(session->client);
        /* Slow reader: the exec waits. session_resume takes up again when the queue is empty. */
        if (session->client->out_used && !session->process.exited)
            watch(source, 0);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        unwatch_and_close(source);
        settle(session);
    }
}

void
session_resume(struct session *session)
{
    for (int stream = 0; stream < STREAMS; stream++)
        if (session->process.output[stream].fd >= 0 && (!session->client || !session->client->out_used))
            watch(&session->process.output[stream], EPOLLIN);
}

static void
exec_exited(struct source *source, uint32_t events)
{
    struct session *session = session_of(source);

    (void)events;
    process_collect(&session->process);
    if (session->process.mounts)
        kill_in_mounts(session->process.mounts); /* so that the output ends soon */
    watch(source, 0);
    session_resume(session);
    settle(session);
}

static int
launch(struct session *session, const uint8_t *plan, size_t length, struct fault *fault)
{
    int result;

    session->bytes = malloc(length ? length : 1);
    if (!session->bytes)
        return fault_set(fault, ENOMEM, "plan of an exec");
    memcpy(session->bytes, plan, length);
    result = plan_decode(&session->plan, session->bytes, length, fault);
    if (result < 0)
        return result;
    if (!shim.init.started || shim.init.exited)
        return fault_set(fault, ESRCH, "the container does not run");
    session->plan.namespaces = 0;
    return process_start(&session->process, &session->plan, true, fault);
}

void
session_start(struct client *client, uint16_t flags, uint32_t id, const uint8_t *plan, size_t length)
{
    struct fault fault = { 0 };
    struct session *session = client->session ? NULL : calloc(1, sizeof(*session));

    if (!session) {
        fault_set(&fault, client->session ? EBUSY : ENOMEM, "this connection has an exec already");
        client_fault(client, id, &fault);
        return;
    }
    if (launch(session, plan, length, &fault) < 0) {
        client_fault(client, id, &fault);
        free(session->bytes);
        free(session);
        return;
    }
    session->id = id;
    session->client = client;
    session->detached = (flags & EXEC_DETACHED) != 0;
    session->tied = (flags & EXEC_TIED) != 0;
    session->next = sessions;
    sessions = session;
    client->session = session;
    session_started(client, id, &session->process);
    session->process.exit.ready = exec_exited;
    watch(&session->process.exit, EPOLLIN);
    for (int stream = 0; stream < STREAMS; stream++)
        session->process.output[stream].ready = output_of_exec;
    /* Output waits while anything is queued for the client, the answer above too. */
    client_flush(client);
    session_resume(session);
}

void
session_client_gone(struct session *session)
{
    session->client = NULL;
    if (session->tied || !session->process.tty)
        process_close_input(&session->process);
    if (session->tied) {
        process_close_output(&session->process); /* with it the last descriptor of a pty's master: the kernel hangs the terminal up */
        if (session->process.mounts)
            kill_in_mounts(session->process.mounts);
    } else {
        session_resume(session);
    }
}

void
sessions_sweep(void)
{
    struct session **link = &sessions;

    while (*link) {
        struct session *session = *link;

        settle(session);
        if (session->finished) {
            *link = session->next;
            unwatch_and_close(&session->process.exit);
            free(session->bytes);
            free(session);
        } else {
            link = &session->next;
        }
    }
}

bool
sessions_wait(void)
{
    for (struct session *session = sessions; session; session = session->next)
        if (session->process.exited)
            return true;
    return false;
}
