/* What the kernel has: links, addresses and routes, as packed records. */
#include "berth.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"

typedef size_t (*pack_fn)(const struct nlmsghdr *header, uint8_t *out);

/* The attribute TYPE among those in LENGTH bytes at DATA, or NULL. */
static const struct rtattr *
find_among(const void *data, size_t length, uint16_t type)
{
    const uint8_t *at = data;

    while (length >= sizeof(struct rtattr)) {
        const struct rtattr *attribute = (const struct rtattr *)(const void *)at;
        size_t step = RTA_ALIGN((size_t)attribute->rta_len);

        if (attribute->rta_len < sizeof(*attribute) || attribute->rta_len > length)
            return NULL;
        if ((attribute->rta_type & NLA_TYPE_MASK) == type)
            return attribute;
        if (step >= length)
            return NULL;
        at += step;
        length -= step;
    }
    return NULL;
}

static const struct rtattr *
find_attribute(const struct nlmsghdr *header, size_t body, uint16_t type)
{
    size_t skip = NLMSG_LENGTH(NLMSG_ALIGN(body));

    return header->nlmsg_len < skip ? NULL : find_among((const uint8_t *)header + skip, header->nlmsg_len - skip, type);
}

static const struct rtattr *
find_nested(const struct rtattr *parent, uint16_t type)
{
    return parent ? find_among(RTA_DATA(parent), RTA_PAYLOAD(parent), type) : NULL;
}

static void
copy_attribute(void *out, size_t size, const struct rtattr *attribute)
{
    size_t length;

    if (!attribute)
        return;
    length = RTA_PAYLOAD(attribute);
    memcpy(out, RTA_DATA(attribute), length < size ? length : size);
}

static size_t
pack_link(const struct nlmsghdr *header, uint8_t *out)
{
    const struct ifinfomsg *body = NLMSG_DATA(header);
    struct berth_link link = {.index = body->ifi_index, .flags = body->ifi_flags};

    if (header->nlmsg_type != RTM_NEWLINK)
        return 0;
    copy_attribute(&link.master, sizeof(link.master), find_attribute(header, sizeof(*body), IFLA_MASTER));
    if (find_attribute(header, sizeof(*body), IFLA_LINK_NETNSID))
        copy_attribute(&link.other, sizeof(link.other), find_attribute(header, sizeof(*body), IFLA_LINK));
    copy_attribute(&link.mtu, sizeof(link.mtu), find_attribute(header, sizeof(*body), IFLA_MTU));
    copy_attribute(&link.group, sizeof(link.group), find_attribute(header, sizeof(*body), IFLA_GROUP));
    copy_attribute(link.mac, sizeof(link.mac), find_attribute(header, sizeof(*body), IFLA_ADDRESS));
    copy_attribute(link.name, sizeof(link.name) - 1, find_attribute(header, sizeof(*body), IFLA_IFNAME));
    copy_attribute(link.kind, sizeof(link.kind) - 1,
                   find_nested(find_attribute(header, sizeof(*body), IFLA_LINKINFO), IFLA_INFO_KIND));
    memcpy(out, &link, sizeof(link));
    return sizeof(link);
}

static size_t
pack_address(const struct nlmsghdr *header, uint8_t *out)
{
    const struct ifaddrmsg *body = NLMSG_DATA(header);
    struct berth_address address
        = {.index = (int32_t)body->ifa_index, .family = body->ifa_family, .prefix_length = body->ifa_prefixlen};
    const struct rtattr *local;

    if (header->nlmsg_type != RTM_NEWADDR)
        return 0;
    /* On a point-to-point link IFA_ADDRESS is the other side. */
    local = find_attribute(header, sizeof(*body), IFA_LOCAL);
    copy_attribute(address.address, sizeof(address.address),
                   local ? local : find_attribute(header, sizeof(*body), IFA_ADDRESS));
    memcpy(out, &address, sizeof(address));
    return sizeof(address);
}

static size_t
pack_route(const struct nlmsghdr *header, uint8_t *out)
{
    const struct rtmsg *body = NLMSG_DATA(header);
    struct berth_route route = {
        .table = body->rtm_table,
        .family = body->rtm_family,
        .prefix_length = body->rtm_dst_len,
        .type = body->rtm_type,
    };

    if (header->nlmsg_type != RTM_NEWROUTE)
        return 0;
    copy_attribute(&route.table, sizeof(route.table), find_attribute(header, sizeof(*body), RTA_TABLE));
    copy_attribute(&route.index, sizeof(route.index), find_attribute(header, sizeof(*body), RTA_OIF));
    copy_attribute(&route.metric, sizeof(route.metric), find_attribute(header, sizeof(*body), RTA_PRIORITY));
    copy_attribute(route.destination, sizeof(route.destination), find_attribute(header, sizeof(*body), RTA_DST));
    copy_attribute(route.gateway, sizeof(route.gateway), find_attribute(header, sizeof(*body), RTA_GATEWAY));
    memcpy(out, &route, sizeof(route));
    return sizeof(route);
}

/* Collect all answers to a dump in OUT. A buffer that is too small: the dump is read to its end and -ENOBUFS returned. */
static int64_t
dump(int fd, const struct batch *batch, pack_fn pack, size_t record, uint8_t *out, size_t size, struct berth_error *err)
{
    _Alignas(struct nlmsghdr) uint8_t buffer[NETLINK_RECEIVE_MAX];
    size_t used = 0;
    bool full = false, interrupted = false;
    int result = netlink_send(fd, batch, err);

    if (result < 0)
        return result;
    for (;;) {
        ssize_t length = netlink_receive(fd, buffer, sizeof(buffer), err);
        const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)buffer;

        if (length < 0)
            return length;
        for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
            if (header->nlmsg_seq != batch->first_sequence)
                continue;
            interrupted = interrupted || (header->nlmsg_flags & NLM_F_DUMP_INTR);
            if (header->nlmsg_type == NLMSG_ERROR)
                return berth_error_set(err, -((const struct nlmsgerr *)NLMSG_DATA(header))->error, "%s",
                                       batch->names[0]);
            if (header->nlmsg_type == NLMSG_DONE) {
                if (interrupted) /* something changed meanwhile: the list may have holes */
                    return berth_error_set(err, EAGAIN, "%s", batch->names[0]);
                return full ? berth_error_set(err, ENOBUFS, "%s", batch->names[0]) : (int64_t)used;
            }
            if (size - used < record)
                full = true;
            else
                used += pack(header, out + used);
        }
    }
}

int64_t
berth_dump_links(int netlink, uint8_t *out, size_t size, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};

    batch_init(&batch);
    message_begin(&batch, "dump links", RTM_GETLINK, NLM_F_DUMP, &body, sizeof(body));
    message_end(&batch);
    return dump(netlink, &batch, pack_link, sizeof(struct berth_link), out, size, err);
}

int64_t
berth_dump_addresses(int netlink, uint8_t *out, size_t size, struct berth_error *err)
{
    struct batch batch;
    struct ifaddrmsg body = {.ifa_family = AF_UNSPEC};

    batch_init(&batch);
    message_begin(&batch, "dump addresses", RTM_GETADDR, NLM_F_DUMP, &body, sizeof(body));
    message_end(&batch);
    return dump(netlink, &batch, pack_address, sizeof(struct berth_address), out, size, err);
}

int64_t
berth_dump_routes(int netlink, uint8_t *out, size_t size, struct berth_error *err)
{
    struct batch batch;
    struct rtmsg body = {.rtm_family = AF_UNSPEC};

    batch_init(&batch);
    message_begin(&batch, "dump routes", RTM_GETROUTE, NLM_F_DUMP, &body, sizeof(body));
    message_end(&batch);
    return dump(netlink, &batch, pack_route, sizeof(struct berth_route), out, size, err);
}
