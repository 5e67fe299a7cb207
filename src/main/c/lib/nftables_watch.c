/* Hears from the kernel what others do to the firewall. Source: linux/netfilter/nf_tables.h, linux/netfilter/nfnetlink.h. */
#include "berth.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

int
berth_nftables_watch(struct berth_error *err)
{
    int group = NFNLGRP_NFTABLES;
    struct sockaddr_nl local = {.nl_family = AF_NETLINK};
    cleanup_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);

    if (fd < 0)
        return berth_error_set(err, errno, "socket NETLINK_NETFILTER");
    if (bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
        return berth_error_set(err, errno, "bind NETLINK_NETFILTER");
    if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
        return berth_error_set(err, errno, "join NFNLGRP_NFTABLES");
    return steal_fd(&fd);
}

static bool
takes_away(const struct nlmsghdr *header)
{
    if (NFNL_SUBSYS_ID(header->nlmsg_type) != NFNL_SUBSYS_NFTABLES)
        return false;
    switch (NFNL_MSG_TYPE(header->nlmsg_type)) {
    case NFT_MSG_DELTABLE:
    case NFT_MSG_DELCHAIN:
    case NFT_MSG_DELRULE:
    case NFT_MSG_DELSET:
        return true;
    default:
        return false;
    }
}

int
berth_nftables_heard(int watch, struct berth_error *err)
{
    _Alignas(struct nlmsghdr) uint8_t buffer[32768];
    int heard = 0;

    for (;;) {
        ssize_t length = recv(watch, buffer, sizeof(buffer), 0);
        const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)buffer;

        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return heard;
        if (length < 0 && errno == ENOBUFS) { /* more than fits: nobody knows what was missed */
            heard = 1;
            continue;
        }
        if (length < 0)
            return berth_error_set(err, errno, "receive from nftables");
        for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
            if (takes_away(header))
                heard = 1;
        }
    }
}
