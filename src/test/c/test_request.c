/* Connections and what they ask, without the event loop: a real socket, one round at a time. */
#include "check.h"
#include "plan_builder.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../main/c/shim/shim.h"

static void
set_up(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };

    shim.init.exit.fd = shim.init.input.fd = shim.init.output[0].fd = shim.init.output[1].fd = -1;
    shim.records.fd = -1;
    shim.epoll = epoll_create1(EPOLL_CLOEXEC);
    shim.listener.fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK_NUMBER(0, bind(shim.listener.fd, (struct sockaddr *)&address, sizeof(address)));
    CHECK_NUMBER(0, listen(shim.listener.fd, 8));
}

static int
connect_client(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK_NUMBER(0, connect(fd, (struct sockaddr *)&address, sizeof(address)));
    client_accept(&shim.listener, EPOLLIN);
    clients_sweep();
    CHECK(shim.clients);
    return fd;
}

/* The shim reads what all clients have sent. */
static void
round_of_events(void)
{
    for (struct client *client = shim.clients; client; client = client->next) {
        struct pollfd in = { .fd = client->source.fd, .events = POLLIN };

        while (!client->gone && !client->input_full && poll(&in, 1, 0) > 0)
            client->source.ready(&client->source, EPOLLIN);
    }
    clients_sweep();
}

static void
send_bytes(int fd, const void *bytes, size_t length)
{
    CHECK_NUMBER(length, send(fd, bytes, length, MSG_NOSIGNAL));
}

static void
send_frame(int fd, uint16_t type, uint16_t flags, uint32_t id, const void *payload, uint32_t length)
{
    uint8_t header[FRAME_HEADER];

    memcpy(header, &length, 4);
    memcpy(header + 4, &type, 2);
    memcpy(header + 6, &flags, 2);
    memcpy(header + 8, &id, 4);
    send_bytes(fd, header, sizeof(header));
    if (length)
        send_bytes(fd, payload, length);
}

struct answer {
    uint32_t length;
    uint16_t type;
    uint32_t id;
    uint8_t payload[2048];
};

static struct answer
next_answer(int fd)
{
    struct answer answer = { 0 };
    uint8_t header[FRAME_HEADER];

    CHECK_NUMBER(sizeof(header), recv(fd, header, sizeof(header), MSG_DONTWAIT));
    memcpy(&answer.length, header, 4);
    memcpy(&answer.type, header + 4, 2);
    memcpy(&answer.id, header + 8, 4);
    CHECK(answer.length <= sizeof(answer.payload));
    if (answer.length)
        CHECK_NUMBER(answer.length, recv(fd, answer.payload, answer.length, MSG_DONTWAIT));
    return answer;
}

static void
expect_answer(int fd, uint16_t type, uint32_t id)
{
    struct answer answer = next_answer(fd);

    CHECK_NUMBER(type, answer.type);
    CHECK_NUMBER(id, answer.id);
}

static void
expect_error(int fd, uint32_t id, int code)
{
    struct answer answer = next_answer(fd);
    int32_t told;
    uint32_t length;

    CHECK_NUMBER(ANS_ERROR, answer.type);
    CHECK_NUMBER(id, answer.id);
    memcpy(&told, answer.payload + 4, 4);
    memcpy(&length, answer.payload + 8, 4);
    CHECK_NUMBER(code, told);
    CHECK_NUMBER(answer.length, 12 + length + 1);
    CHECK_NUMBER(0, answer.payload[12 + length]);
}

static void
expect_nothing(int fd)
{
    uint8_t byte;

    CHECK(recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN);
}

static void
expect_closed(int fd)
{
    uint8_t byte;
    ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);

    CHECK(n == 0 || (n < 0 && errno == ECONNRESET));
}

static void
tear_down(int fd)
{
    close(fd);
    while (shim.clients) {
        round_of_events();
    }
    close(shim.epoll);
    close(shim.listener.fd);
}

TEST(requests_are_answered_in_order)
{
    int fd;
    struct answer answer;

    set_up();
    fd = connect_client();
    send_frame(fd, REQ_STATE, 0, 7, NULL, 0);
    send_frame(fd, REQ_SUBSCRIBE, SUBSCRIBE_EXIT, 8, NULL, 0);
    send_frame(fd, REQ_DETACH, 0, 9, NULL, 0);
    round_of_events();
    answer = next_answer(fd);
    CHECK_NUMBER(ANS_STATE, answer.type);
    CHECK_NUMBER(7, answer.id);
    CHECK_NUMBER(26, answer.length);
    CHECK_NUMBER(SHIM_CREATED, answer.payload[0]);
    expect_answer(fd, ANS_OK, 8);
    expect_answer(fd, ANS_OK, 9);
    expect_nothing(fd);
    tear_down(fd);
}

TEST(a_frame_may_come_byte_by_byte)
{
    uint8_t frame[FRAME_HEADER + 4] = { 4, 0, 0, 0, REQ_RESIZE, 0, 0, 0, 5, 0, 0, 0, 24, 0, 80, 0 };
    int fd;

    set_up();
    fd = connect_client();
    for (size_t i = 0; i < sizeof(frame); i++) {
        expect_nothing(fd);
        send_bytes(fd, frame + i, 1);
        round_of_events();
    }
    expect_answer(fd, ANS_OK, 5);
    CHECK_NUMBER(24, shim.plan.rows);
    CHECK_NUMBER(80, shim.plan.columns);
    tear_down(fd);
}

TEST(a_frame_that_is_too_long_closes_its_connection_only)
{
    static const uint32_t lengths[] = { FRAME_MAX_REQUEST + 1, 0x7fffffff, 0xffffffff };

    set_up();
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        int other = connect_client();
        int fd = connect_client();
        uint8_t header[FRAME_HEADER] = { [4] = REQ_STDIN };

        memcpy(header, &lengths[i], 4);
        send_bytes(fd, header, sizeof(header));
        round_of_events();
        expect_closed(fd);
        close(fd);
        send_frame(other, REQ_STATE, 0, 1, NULL, 0);
        round_of_events();
        expect_answer(other, ANS_STATE, 1);
        close(other);
        round_of_events();
        CHECK(!shim.clients);
    }
    tear_down(-1);
}

TEST(the_longest_frame_is_taken)
{
    uint8_t *payload = calloc(1, FRAME_MAX_REQUEST);
    uint8_t header[FRAME_HEADER] = { 0, 0, 0x40, 0, REQ_EXEC, 0, 0, 0, 3, 0, 0, 0 };
    int fd;

    set_up();
    fd = connect_client();
    send_bytes(fd, header, sizeof(header));
    for (size_t sent = 0; sent < FRAME_MAX_REQUEST; sent += 32u << 10) {
        send_bytes(fd, payload + sent, 32u << 10);
        round_of_events();
    }
    expect_error(fd, 3, EINVAL); /* no plan, but a frame */
    free(payload);
    tear_down(fd);
}

TEST(a_connection_that_ends_within_a_frame_is_forgotten)
{
    uint8_t header[FRAME_HEADER] = { 100, 0, 0, 0, REQ_EXEC };
    int fd;

    set_up();
    fd = connect_client();
    send_bytes(fd, header, sizeof(header));
    send_bytes(fd, "half", 4);
    round_of_events();
    expect_nothing(fd);
    tear_down(fd);
    CHECK(!shim.clients);
}

TEST(requests_of_the_wrong_length_are_refused)
{
    static const uint16_t types[] = { REQ_START, REQ_SIGNAL, REQ_RESIZE, REQ_ATTACH, REQ_CLOSE_STDIN, REQ_STATE, REQ_REAP, REQ_SUBSCRIBE, REQ_DETACH, REQ_STAY_ENDED, REQ_POLICY, REQ_HOLD_PROBES };
    int fd;

    set_up();
    fd = connect_client();
    for (uint32_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        send_frame(fd, types[i], 0, i, "abc", 3);
        round_of_events();
        expect_error(fd, i, EINVAL);
    }
    CHECK(!shim.reaped && !shim.init.started);
    tear_down(fd);
}

TEST(unknown_requests_are_refused)
{
    static const uint16_t types[] = { 0, 15, 63, ANS_OK, ANS_OUT, 0xffff };
    int fd;

    set_up();
    fd = connect_client();
    for (uint32_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        send_frame(fd, types[i], 0xffff, i, NULL, 0);
        round_of_events();
        expect_error(fd, i, ENOSYS);
    }
    tear_down(fd);
}

TEST(a_malformed_plan_of_an_exec_is_told)
{
    struct builder built = builder_begin();
    struct answer answer;
    int fd;

    set_up();
    fd = connect_client();
    builder_op(&built, OP_CWD);
    put_u32(&built, 99);
    builder_end(&built);
    send_frame(fd, REQ_EXEC, 0, 4, built.bytes, (uint32_t)built.used);
    round_of_events();
    answer = next_answer(fd);
    CHECK_NUMBER(ANS_ERROR, answer.type);
    CHECK_NUMBER(OP_CWD, answer.payload[0]);
    send_frame(fd, REQ_EXEC, 0, 5, NULL, 0);
    round_of_events();
    expect_error(fd, 5, EINVAL);
    builder_free(&built);
    tear_down(fd);
}

TEST(nothing_can_be_done_with_what_does_not_run)
{
    struct builder built = builder_begin();
    int32_t number = 15;
    int fd;

    set_up();
    fd = connect_client();
    put_shell(&built, "exit 0");
    builder_end(&built);
    send_frame(fd, REQ_EXEC, 0, 1, built.bytes, (uint32_t)built.used);
    send_frame(fd, REQ_SIGNAL, 0, 2, &number, 4);
    round_of_events();
    expect_error(fd, 1, ESRCH);
    expect_error(fd, 2, ESRCH);
    builder_free(&built);
    tear_down(fd);
}

TEST(input_before_the_start_waits)
{
    int fd;

    set_up();
    fd = connect_client();
    send_frame(fd, REQ_STDIN, 0, 1, "early", 5);
    send_frame(fd, REQ_STATE, 0, 2, NULL, 0);
    round_of_events();
    expect_nothing(fd);
    CHECK(shim.clients->input_full);
    shim.start_failed = true;
    client_resume_input(shim.clients);
    clients_sweep();
    expect_answer(fd, ANS_STATE, 2);
    tear_down(fd);
}

TEST(a_shim_that_has_not_started_may_be_let_go)
{
    int fd;

    set_up();
    fd = connect_client();
    send_frame(fd, REQ_REAP, 0, 1, NULL, 0);
    round_of_events();
    expect_answer(fd, ANS_OK, 1);
    CHECK(shim.reaped);
    tear_down(fd);
}

TEST(a_running_container_is_not_let_go)
{
    int fd;

    set_up();
    shim.init.started = true;
    shim.run.step = RUN_GOES_ON;
    fd = connect_client();
    send_frame(fd, REQ_REAP, 0, 1, NULL, 0);
    send_frame(fd, REQ_START, 0, 2, NULL, 0);
    round_of_events();
    expect_error(fd, 1, EBUSY);
    expect_error(fd, 2, EALREADY);
    CHECK(!shim.reaped);
    tear_down(fd);
}

TEST(a_policy_is_changed_or_refused)
{
    uint8_t policy[5] = { RESTART_ON_FAILURE, 7 };
    int fd;

    set_up();
    fd = connect_client();
    send_frame(fd, REQ_POLICY, 0, 1, policy, sizeof(policy));
    policy[0] = RESTART_ALWAYS + 1;
    send_frame(fd, REQ_POLICY, 0, 2, policy, sizeof(policy));
    round_of_events();
    expect_answer(fd, ANS_OK, 1);
    expect_error(fd, 2, EINVAL);
    CHECK_NUMBER(RESTART_ON_FAILURE, shim.run.policy);
    CHECK_NUMBER(7, shim.run.limit);
    tear_down(fd);
}

TEST(what_waits_to_run_again_stays_ended_when_told_to)
{
    struct answer answer;
    int fd;

    set_up();
    shim.init.started = shim.init.exited = shim.exit_announced = true;
    shim.run.step = RUN_WAITS;
    shim.records.next = 3;
    fd = connect_client();
    send_frame(fd, REQ_SUBSCRIBE, SUBSCRIBE_RECORDS, 1, NULL, 0);
    send_frame(fd, REQ_STATE, 0, 2, NULL, 0);
    send_frame(fd, REQ_REAP, 0, 3, NULL, 0);
    send_frame(fd, REQ_STAY_ENDED, 0, 4, NULL, 0);
    send_frame(fd, REQ_REAP, 0, 5, NULL, 0);
    round_of_events();
    expect_answer(fd, ANS_OK, 1);
    answer = next_answer(fd);
    CHECK_NUMBER(SHIM_RESTARTING, answer.payload[0]);
    expect_error(fd, 3, EBUSY);
    answer = next_answer(fd);
    CHECK_NUMBER(ANS_RECORD, answer.type);
    CHECK_NUMBER(1, answer.id);
    CHECK(memcmp(answer.payload, "3 cancelled ", 12) == 0);
    expect_answer(fd, ANS_OK, 4);
    expect_answer(fd, ANS_OK, 5);
    tear_down(fd);
}

TEST(looks_that_find_no_room_are_left_to_the_file)
{
    uint32_t last = 0;
    int fd, count = 0;

    set_up();
    fd = connect_client();
    send_frame(fd, REQ_SUBSCRIBE, SUBSCRIBE_RECORDS, 1, NULL, 0);
    round_of_events();
    expect_answer(fd, ANS_OK, 1);
    for (int i = 0; i < 2000; i++)
        record(RECORD_LOOK, "probe %01000d", i);
    CHECK(shim.clients->out_used < 300u << 10);
    record(RECORD_END, "cancelled 1");
    for (struct answer answer = { 0 }; last != 2000; count++) {
        round_of_events();
        clients_sweep();
        answer = next_answer(fd);
        answer.payload[answer.length < sizeof(answer.payload) ? answer.length : sizeof(answer.payload) - 1] = '\0';
        last = (uint32_t)atoi((char *)answer.payload);
    }
    CHECK(count < 400);
    tear_down(fd);
}
