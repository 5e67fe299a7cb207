/* Sockets that hold published ports. Traffic to a published port is rewritten by the firewall before it would reach a socket; the
   socket is there so that no process of the host takes the port unnoticed, and so that without a rule a connection is refused. */
#include "berth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

#define ATTEMPTS 16

socklen_t
socket_address(struct sockaddr_storage *out, const uint8_t *address, int length, int port)
{
    memset(out, 0, sizeof(*out));
    if (length == 4) {
        struct sockaddr_in *in = (struct sockaddr_in *)out;

        in->sin_family = AF_INET;
        in->sin_port = htons((uint16_t)port);
        memcpy(&in->sin_addr, address, 4);
        return sizeof(*in);
    }
    if (length == 16) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons((uint16_t)port);
        memcpy(&in6->sin6_addr, address, 16);
        return sizeof(*in6);
    }
    return 0;
}

/* SO_REUSEADDR passes over sockets in TIME_WAIT, but two sockets that both have it and do not listen may share a port: listening for a
   moment makes the kernel look again, and taking the option away afterwards keeps later ones out. shutdown() ends the listening and
   leaves the port bound. */
static int
make_exclusive(int fd, struct berth_error *err)
{
    int off = 0;

    if (listen(fd, 0) < 0)
        return berth_error_set(err, errno, "listen on the port");
    if (shutdown(fd, SHUT_RDWR) < 0)
        return berth_error_set(err, errno, "stop listening on the port");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &off, sizeof(off)) < 0)
        return berth_error_set(err, errno, "clear SO_REUSEADDR");
    return 0;
}

static int
hold(const uint8_t *address, int length, int protocol, int port, struct berth_error *err)
{
    struct sockaddr_storage local;
    socklen_t local_length = socket_address(&local, address, length, port);
    int type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
    int on = 1, small = 0, result;
    cleanup_close int fd = -1;

    if (local_length == 0 || port < 0 || port > 65535 || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP && protocol != IPPROTO_SCTP))
        return berth_error_set(err, EINVAL, "hold port %d", port);
    fd = socket(local.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0)
        return berth_error_set(err, errno, "socket");
    if (length == 16 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
        return berth_error_set(err, errno, "set IPV6_V6ONLY");
    /* For UDP the option would let any other socket that has it share the port. */
    if (protocol == IPPROTO_TCP && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
        return berth_error_set(err, errno, "set SO_REUSEADDR");
    if (bind(fd, (struct sockaddr *)&local, local_length) < 0)
        return berth_error_set(err, errno, "bind port %d", port);
    if (protocol == IPPROTO_TCP) {
        result = make_exclusive(fd, err);
        if (result < 0)
            return result;
    } else if (protocol == IPPROTO_UDP) {
        /* Nobody reads it: keep what strays in small. */
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    }
    return steal_fd(&fd);
}

/* The kernel takes a port that it has chosen back from a socket that ends its listening: it is asked which one is free, and that one is held. */
static int
hold_any_tcp(const uint8_t *address, int length, struct berth_error *err)
{
    int held = -EADDRINUSE;

    for (int attempt = 0; attempt < ATTEMPTS && held == -EADDRINUSE; attempt++) {
        struct sockaddr_storage local;
        socklen_t local_length = socket_address(&local, address, length, 0);
        cleanup_close int probe = local_length == 0 ? -1 : socket(local.ss_family, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        int port;

        if (local_length == 0)
            return berth_error_set(err, EINVAL, "hold any port");
        if (probe < 0 || bind(probe, (struct sockaddr *)&local, local_length) < 0)
            return berth_error_set(err, errno, "find a free port");
        port = berth_port_of(probe, err);
        if (port < 0)
            return port;
        close(steal_fd(&probe));
        held = hold(address, length, IPPROTO_TCP, port, err);
    }
    return held;
}

int
berth_port_hold(const uint8_t *address, int length, int protocol, int port, struct berth_error *err)
{
    return port == 0 && protocol == IPPROTO_TCP ? hold_any_tcp(address, length, err) : hold(address, length, protocol, port, err);
}

int
berth_port_of(int socket, struct berth_error *err)
{
    struct sockaddr_storage local;
    socklen_t length = sizeof(local);

    if (getsockname(socket, (struct sockaddr *)&local, &length) < 0)
        return berth_error_set(err, errno, "getsockname");
    if (local.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&local)->sin_port);
    return ntohs(((struct sockaddr_in6 *)&local)->sin6_port);
}
