/* Fuzz target of the frame decoder and of the requests: the input's first byte picks the state of the shim, the rest is what a client
   sends. No state is among them in which a process could be started. */
#include "fuzz.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

static int output_of_stdin = -1;

static void
set_state(uint8_t state)
{
    int ends[2];

    memset(&shim.plan, 0, sizeof(shim.plan));
    memset(&shim.init, 0, sizeof(shim.init));
    shim.init.exit.fd = shim.init.input.fd = shim.init.output[0].fd = shim.init.output[1].fd = -1;
    shim.log.seen[0] = shim.log.logged[0] = 100;
    memset(&shim.run, 0, sizeof(shim.run));
    shim.records.fd = -1;
    shim.reaped = shim.exit_announced = false;
    shim.start_failed = state % 3 == 0;
    if (shim.start_failed)
        return;
    shim.init.started = shim.init.exited = true;
    shim.exit_announced = state % 3 == 1;
    shim.run.step = !shim.exit_announced ? RUN_GOES_ON : state & 8 ? RUN_WAITS : RUN_OVER;
    shim.plan.stdin_once = (state & 4) != 0;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        abort();
    output_of_stdin = ends[0];
    shim.init.input.fd = ends[1];
}

static struct client *
new_client(int fd)
{
    struct client *client = calloc(1, sizeof(*client));

    if (!client)
        abort();
    client_adopt(client, fd);
    return client;
}

/* Takes the shim's answers, so that it is never waiting for us. */
static void
drain(int fd)
{
    static uint8_t answers[64 << 10];

    while (recv(fd, answers, sizeof(answers), MSG_DONTWAIT) > 0)
        continue;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    int ends[2];
    struct client *client;

    if (length == 0)
        return 0;
    if (shim.epoll == 0)
        shim.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        abort();
    set_state(*bytes);
    client = new_client(ends[1]);
    for (size_t at = 1; at < length && shim.clients && !client->input_full;) {
        size_t part = length - at < 4096 ? length - at : 4096;

        if (send(ends[0], bytes + at, part, MSG_NOSIGNAL) < 0)
            break;
        at += part;
        client->source.ready(&client->source, EPOLLIN);
        drain(ends[0]);
        clients_sweep();
    }
    close(ends[0]);
    if (shim.clients) {
        client->gone = true;
        clients_sweep();
    }
    process_close_input(&shim.init);
    if (output_of_stdin >= 0)
        close(output_of_stdin);
    output_of_stdin = -1;
    return 0;
}

/* Lengths that do not reach beyond the input: the frames behind them are run, too. */
void
fuzz_repair(uint8_t *bytes, size_t length)
{
    size_t at = 1;

    while (at < length && length - at >= FRAME_HEADER) {
        uint32_t payload;

        memcpy(&payload, bytes + at, 4);
        if (payload > length - at - FRAME_HEADER) {
            payload = (uint32_t)(length - at - FRAME_HEADER) % 8;
            memcpy(bytes + at, &payload, 4);
        }
        at += FRAME_HEADER + payload;
    }
}
