/* The relay of published ports, on the loopback of a namespace of the test. */
#include "check.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../main/c/include/berth.h"

enum { PORT = 8080, CONTAINER_PORT = 9000, CLIENTS = 1100, PATIENCE_S = 5 };

static struct berth_error err;
static const uint8_t ANY[16] = {0};
static const uint8_t LOOPBACK6[16] = {[15] = 1};
static const uint8_t LOOPBACK[4] = {127, 0, 0, 1};

static void *
carry(void *relay)
{
    CHECK_NUMBER(0, berth_relay_run((int64_t)(intptr_t)relay, NULL));
    return NULL;
}

struct scene {
    int64_t relay;
    pthread_t thread;
};

static struct scene
begin(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    struct scene scene;
    int any;

    check_needs_root();
    CHECK(unshare(CLONE_NEWNET) == 0);
    any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(ioctl(any, SIOCSIFFLAGS, &lo) == 0);
    close(any);
    scene.relay = berth_relay_create(60000, &err);
    CHECK(scene.relay > 0);
    CHECK(pthread_create(&scene.thread, NULL, carry, (void *)(intptr_t)scene.relay) == 0);
    return scene;
}

static void
end(const struct scene *scene)
{
    CHECK_NUMBER(0, berth_relay_stop(scene->relay, &err));
    CHECK(pthread_join(scene->thread, NULL) == 0);
    berth_relay_free(scene->relay);
}

static int
listen_at(const struct scene *scene, int protocol, const uint8_t *address)
{
    int listener = berth_relay_listen(scene->relay, protocol, address, PORT, LOOPBACK, 4, CONTAINER_PORT, &err);

    CHECK(listener >= 0);
    return listener;
}

/* What serves in the container. */
static int
container(int type)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(CONTAINER_PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int on = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    CHECK(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0);
    CHECK(bind(fd, (struct sockaddr *)&local, sizeof(local)) == 0);
    CHECK(type == SOCK_DGRAM || listen(fd, 8) == 0);
    return fd;
}

/* A client that hears only who it asks. */
static int
client(int type)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(PORT), .sin6_addr = in6addr_loopback};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);

    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0);
    CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
    return fd;
}

/* Takes a datagram in the container and gives LENGTH bytes of it back. */
static void
answer(int container, size_t length)
{
    struct sockaddr_in from;
    socklen_t from_length = sizeof(from);
    char buffer[64];
    ssize_t got = recvfrom(container, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &from_length);

    CHECK(got >= (ssize_t)length);
    CHECK(sendto(container, buffer, length, 0, (struct sockaddr *)&from, from_length) == (ssize_t)length);
}

TEST(datagrams_go_both_ways_and_may_be_empty)
{
    struct scene scene = begin();
    int listener = listen_at(&scene, IPPROTO_UDP, ANY), inside = container(SOCK_DGRAM), one = client(SOCK_DGRAM), other = client(SOCK_DGRAM);
    char heard[64];

    CHECK(send(one, "question", 8, 0) == 8);
    answer(inside, 5);
    CHECK(recv(one, heard, sizeof(heard), 0) == 5 && memcmp(heard, "quest", 5) == 0);
    CHECK(send(other, "", 0, 0) == 0);
    answer(inside, 0);
    CHECK_NUMBER(0, recv(other, heard, sizeof(heard), 0));
    CHECK_NUMBER(0, berth_relay_unlisten(scene.relay, listener, &err));
    end(&scene);
}

TEST(clients_of_a_port_have_a_bound)
{
    struct scene scene = begin();
    int listener = listen_at(&scene, IPPROTO_UDP, LOOPBACK6), inside = container(SOCK_DGRAM);
    char heard[64];

    for (int i = 0; i < CLIENTS; i++) {
        int one = client(SOCK_DGRAM);

        CHECK(send(one, &i, sizeof(i), 0) == sizeof(i));
        answer(inside, sizeof(i));
        CHECK(recv(one, heard, sizeof(heard), 0) == sizeof(i) && memcmp(heard, &i, sizeof(i)) == 0);
        close(one);
    }
    /* With all that it still has. */
    CHECK_NUMBER(0, berth_relay_unlisten(scene.relay, listener, &err));
    end(&scene);
}

TEST(a_stream_is_carried_and_ends_with_its_listener)
{
    struct scene scene = begin();
    int listener = listen_at(&scene, IPPROTO_TCP, LOOPBACK6), inside = container(SOCK_STREAM), one = client(SOCK_STREAM);
    int served = accept(inside, NULL, NULL);
    char heard[64];

    CHECK(send(one, "question", 8, 0) == 8 && shutdown(one, SHUT_WR) == 0);
    CHECK(recv(served, heard, sizeof(heard), MSG_WAITALL) == 8);
    CHECK(send(served, "answer", 6, 0) == 6);
    CHECK(recv(one, heard, 6, MSG_WAITALL) == 6);
    CHECK_NUMBER(0, berth_relay_unlisten(scene.relay, listener, &err));
    CHECK(recv(one, heard, sizeof(heard), 0) < 0 && errno == ECONNRESET);
    end(&scene);
}

TEST(a_port_is_free_as_soon_as_nobody_listens)
{
    struct scene scene = begin();

    for (int i = 0; i < 100; i++) {
        int protocol = i % 2 ? IPPROTO_TCP : IPPROTO_UDP;
        int holder;

        CHECK_NUMBER(0, berth_relay_unlisten(scene.relay, listen_at(&scene, protocol, i % 3 ? ANY : LOOPBACK6), &err));
        holder = berth_port_hold(LOOPBACK6, 16, protocol, PORT, &err);
        CHECK(holder >= 0);
        CHECK_NUMBER(-EADDRINUSE, berth_relay_listen(scene.relay, protocol, LOOPBACK6, PORT, LOOPBACK, 4, CONTAINER_PORT, &err));
        close(holder);
    }
    end(&scene);
}

TEST(what_is_still_served_goes_with_the_relay)
{
    struct scene scene = begin();
    int udp = listen_at(&scene, IPPROTO_UDP, ANY), tcp = listen_at(&scene, IPPROTO_TCP, ANY), one = client(SOCK_DGRAM);

    CHECK(send(one, "lost", 4, 0) == 4);
    end(&scene);
    CHECK_NUMBER(0, berth_relay_unlisten(0, udp, &err));
    CHECK_NUMBER(0, berth_relay_unlisten(0, tcp, &err));
    CHECK_NUMBER(-EINVAL, berth_relay_listen(0, IPPROTO_UDP, ANY, PORT, LOOPBACK, 5, CONTAINER_PORT, &err));
    CHECK_NUMBER(-EINVAL, berth_relay_listen(0, IPPROTO_SCTP, ANY, PORT, LOOPBACK, 4, CONTAINER_PORT, &err));
}
