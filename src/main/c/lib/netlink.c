/* Links, addresses and routes over rtnetlink. Several requests travel in one send; the kernel answers each with its own
   acknowledgement. */
#include "berth.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "netlink.h"

void
batch_init(struct batch *batch)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    memset(batch, 0, sizeof(*batch));
    batch->first_sequence = (uint32_t)now.tv_nsec | 1U;
}

/* All requests of this file are bounded by their arguments (names of at most 15 characters), far below NETLINK_REQUEST_MAX. */
static void *
batch_append(struct batch *batch, const void *data, size_t length)
{
    uint8_t *place = batch->data + batch->length;

    if (length > 0 && data)
        memcpy(place, data, length);
    batch->length += NLMSG_ALIGN(length);
    return place;
}

void
message_begin(struct batch *batch, const char *name, uint16_t type, uint16_t flags, const void *body, size_t length)
{
    struct nlmsghdr header = {
        .nlmsg_type = type,
        .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags),
        .nlmsg_seq = batch->first_sequence + batch->count,
    };

    batch->start = batch->length;
    batch->names[batch->count++] = name;
    batch_append(batch, &header, sizeof(header));
    batch_append(batch, body, length);
}

void
message_end(struct batch *batch)
{
    struct nlmsghdr *header = (struct nlmsghdr *)(void *)(batch->data + batch->start);

    header->nlmsg_len = (uint32_t)(batch->length - batch->start);
}

void
attribute_put(struct batch *batch, uint16_t type, const void *data, size_t length)
{
    struct rtattr attribute = {.rta_type = type, .rta_len = (uint16_t)RTA_LENGTH(length)};

    batch_append(batch, &attribute, sizeof(attribute));
    batch_append(batch, data, length);
}

void
attribute_put_u32(struct batch *batch, uint16_t type, uint32_t value)
{
    attribute_put(batch, type, &value, sizeof(value));
}

void
attribute_put_u8(struct batch *batch, uint16_t type, uint8_t value)
{
    attribute_put(batch, type, &value, sizeof(value));
}

void
attribute_put_text(struct batch *batch, uint16_t type, const char *text)
{
    attribute_put(batch, type, text, strlen(text) + 1);
}

size_t
attribute_nest(struct batch *batch, uint16_t type)
{
    size_t at = batch->length;

    attribute_put(batch, type, NULL, 0);
    return at;
}

void
attribute_nest_end(struct batch *batch, size_t at)
{
    struct rtattr *attribute = (struct rtattr *)(void *)(batch->data + at);

    attribute->rta_len = (uint16_t)(batch->length - at);
}

int
netlink_socket(struct berth_error *err)
{
    int one = 1;
    struct sockaddr_nl local = {.nl_family = AF_NETLINK};
    cleanup_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (fd < 0)
        return berth_error_set(err, errno, "socket NETLINK_ROUTE");
    if (bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0)
        return berth_error_set(err, errno, "bind NETLINK_ROUTE");
    /* The kernel's own words in answers, and dumps that check what they are asked: both exist since 4.20. */
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
    (void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
    return steal_fd(&fd);
}

int
netlink_send(int fd, const struct batch *batch, struct berth_error *err)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent;

    do
        sent = sendto(fd, batch->data, batch->length, 0, (struct sockaddr *)&kernel, sizeof(kernel));
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? berth_error_set(err, errno, "send to rtnetlink") : 0;
}

ssize_t
netlink_receive(int fd, uint8_t *buffer, size_t size, struct berth_error *err)
{
    ssize_t length;

    do
        length = recv(fd, buffer, size, MSG_TRUNC);
    while (length < 0 && errno == EINTR);
    if (length < 0)
        return berth_error_set(err, errno, "receive from rtnetlink");
    if ((size_t)length > size)
        return berth_error_set(err, EMSGSIZE, "receive from rtnetlink");
    return length;
}

/* The kernel's explanation beside the errno of an acknowledgement, or "". */
static const char *
ack_text(const struct nlmsghdr *header)
{
    const struct nlmsgerr *ack = NLMSG_DATA(header);
    size_t skip = sizeof(*ack);
    const uint8_t *end = (const uint8_t *)header + header->nlmsg_len;
    const uint8_t *at;

    if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
        return "";
    if (!(header->nlmsg_flags & NLM_F_CAPPED))
        skip += ack->msg.nlmsg_len - sizeof(ack->msg);
    at = (const uint8_t *)ack + NLMSG_ALIGN(skip);
    while (at + sizeof(struct nlattr) <= end) {
        const struct nlattr *attribute = (const struct nlattr *)(const void *)at;

        if (attribute->nla_len < sizeof(*attribute) || at + attribute->nla_len > end)
            break;
        if ((attribute->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG && at[attribute->nla_len - 1] == 0)
            return (const char *)(at + sizeof(*attribute));
        at += NLA_ALIGN(attribute->nla_len);
    }
    return "";
}

int
netlink_transact(int fd, const struct batch *batch, int *link_index, struct berth_error *err)
{
    _Alignas(struct nlmsghdr) uint8_t buffer[NETLINK_RECEIVE_MAX];
    uint32_t pending = batch->count;
    int result = netlink_send(fd, batch, err);

    if (result < 0)
        return result;
    while (pending > 0) {
        ssize_t length = netlink_receive(fd, buffer, sizeof(buffer), err);
        const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)buffer;

        if (length < 0)
            return (int)length;
        for (; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
            uint32_t number = header->nlmsg_seq - batch->first_sequence;

            if (number >= batch->count)
                continue; /* left over from a request that was given up */
            if (header->nlmsg_type == RTM_NEWLINK && link_index) {
                *link_index = ((const struct ifinfomsg *)NLMSG_DATA(header))->ifi_index;
            } else if (header->nlmsg_type == NLMSG_ERROR) {
                int code = ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
                const char *text = code < 0 ? ack_text(header) : "";

                pending--;
                if (code < 0 && result == 0)
                    result = *text ? berth_error_set(err, -code, "%s (%s)", batch->names[number], text)
                                   : berth_error_set(err, -code, "%s", batch->names[number]);
            }
        }
    }
    return result;
}

int
check_name(const char *name, struct berth_error *err)
{
    size_t length = strnlen(name, IFNAMSIZ);

    return length == 0 || length >= IFNAMSIZ ? berth_error_set(err, EINVAL, "interface name `%.32s`", name) : 0;
}

int
set_no_link_local(int netlink, const char *name, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    size_t spec, inet6;
    int result;

    batch_init(&batch);
    message_begin(&batch, "set address mode", RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
    attribute_put_text(&batch, IFLA_IFNAME, name);
    spec = attribute_nest(&batch, IFLA_AF_SPEC);
    inet6 = attribute_nest(&batch, AF_INET6);
    attribute_put_u8(&batch, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    attribute_nest_end(&batch, inet6);
    attribute_nest_end(&batch, spec);
    message_end(&batch);
    result = netlink_transact(netlink, &batch, NULL, err);
    return result == -EAFNOSUPPORT ? 0 : result; /* a kernel without IPv6 has nothing to be told */
}

int
berth_link_index(int netlink, const char *name, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    int index = -1;
    int result = check_name(name, err);

    if (result < 0)
        return result;
    batch_init(&batch);
    message_begin(&batch, "get link", RTM_GETLINK, NLM_F_ACK, &body, sizeof(body));
    attribute_put_text(&batch, IFLA_IFNAME, name);
    message_end(&batch);
    result = netlink_transact(netlink, &batch, &index, err);
    return result < 0 ? result : index;
}

int
berth_bridge_create(int netlink, const char *name, const uint8_t *mac, int mtu, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    size_t info;
    int result = check_name(name, err);

    if (result < 0)
        return result;
    batch_init(&batch);
    message_begin(&batch, "create bridge", RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
    attribute_put_text(&batch, IFLA_IFNAME, name);
    attribute_put(&batch, IFLA_ADDRESS, mac, 6);
    attribute_put_u32(&batch, IFLA_MTU, (uint32_t)mtu);
    info = attribute_nest(&batch, IFLA_LINKINFO);
    attribute_put_text(&batch, IFLA_INFO_KIND, "bridge");
    attribute_nest_end(&batch, info);
    message_end(&batch);
    result = netlink_transact(netlink, &batch, NULL, err);
    if (result < 0)
        return result;
    result = set_no_link_local(netlink, name, err);
    return result < 0 ? result : berth_link_index(netlink, name, err);
}

/* Let the port NAME of a bridge send back where it received: a container may call itself by a published port of the host, and where
   bridged packets pass the firewall (br_netfilter) the translated packet never leaves the bridge. */
static void
append_hairpin(struct batch *batch, const char *name)
{
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    size_t info, data;

    message_begin(batch, "set hairpin mode", RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
    attribute_put_text(batch, IFLA_IFNAME, name);
    info = attribute_nest(batch, IFLA_LINKINFO);
    attribute_put_text(batch, IFLA_INFO_SLAVE_KIND, "bridge");
    data = attribute_nest(batch, IFLA_INFO_SLAVE_DATA);
    attribute_put_u8(batch, IFLA_BRPORT_MODE, 1);
    attribute_nest_end(batch, data);
    attribute_nest_end(batch, info);
    message_end(batch);
}

void
append_veth(struct batch *batch, const char *name, int group, int mtu, const char *peer_name, const uint8_t *peer_mac,
            int peer_netns)
{
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    size_t info, data, peer;

    message_begin(batch, "create veth", RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
    attribute_put_text(batch, IFLA_IFNAME, name);
    attribute_put_u32(batch, IFLA_MTU, (uint32_t)mtu);
    attribute_put_u32(batch, IFLA_GROUP, (uint32_t)group);
    info = attribute_nest(batch, IFLA_LINKINFO);
    attribute_put_text(batch, IFLA_INFO_KIND, "veth");
    data = attribute_nest(batch, IFLA_INFO_DATA);
    peer = attribute_nest(batch, VETH_INFO_PEER);
    batch_append(batch, &body, sizeof(body));
    attribute_put_text(batch, IFLA_IFNAME, peer_name);
    if (peer_mac)
        attribute_put(batch, IFLA_ADDRESS, peer_mac, 6);
    attribute_put_u32(batch, IFLA_MTU, (uint32_t)mtu);
    if (peer_netns >= 0)
        attribute_put_u32(batch, IFLA_NET_NS_FD, (uint32_t)peer_netns);
    else
        attribute_put_u32(batch, IFLA_GROUP, (uint32_t)group);
    attribute_nest_end(batch, peer);
    attribute_nest_end(batch, data);
    attribute_nest_end(batch, info);
    message_end(batch);
}

int
berth_veth_create(int netlink, const char *name, int bridge, int group, int mtu, int peer_netns, const char *peer_name,
                  const uint8_t *peer_mac, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    struct ifinfomsg up = {.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    int result = check_name(name, err);

    if (result == 0)
        result = check_name(peer_name, err);
    if (result < 0)
        return result;
    batch_init(&batch);
    append_veth(&batch, name, group, mtu, peer_name, peer_mac, peer_netns);
    result = netlink_transact(netlink, &batch, NULL, err);
    if (result < 0)
        return result;
    result = set_no_link_local(netlink, name, err);
    if (result == 0) {
        batch_init(&batch);
        message_begin(&batch, "add veth to bridge", RTM_NEWLINK, NLM_F_ACK, &up, sizeof(up));
        attribute_put_text(&batch, IFLA_IFNAME, name);
        attribute_put_u32(&batch, IFLA_MASTER, (uint32_t)bridge);
        message_end(&batch);
        append_hairpin(&batch, name);
        result = netlink_transact(netlink, &batch, NULL, err);
    }
    if (result < 0) { /* for instance a bridge that has all the ports it can have */
        batch_init(&batch);
        message_begin(&batch, "delete veth", RTM_DELLINK, NLM_F_ACK, &body, sizeof(body));
        attribute_put_text(&batch, IFLA_IFNAME, name);
        message_end(&batch);
        (void)netlink_transact(netlink, &batch, NULL, NULL);
    }
    return result;
}

static struct ifaddrmsg
address_message(int index, int length, int prefix_length)
{
    return (struct ifaddrmsg){
        .ifa_family = length == 4 ? AF_INET : AF_INET6,
        .ifa_prefixlen = (uint8_t)prefix_length,
        /* Nobody else can have it: the engine hands the addresses out. Asking for it would cost the start a second. */
        .ifa_flags = length == 4 ? 0 : IFA_F_NODAD,
        .ifa_index = (uint32_t)index,
    };
}

static void
append_address(struct batch *batch, int index, const uint8_t *address, int length, int prefix_length)
{
    struct ifaddrmsg body = address_message(index, length, prefix_length);
    uint32_t broadcast;

    message_begin(batch, "add address", RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
    attribute_put(batch, IFA_LOCAL, address, (size_t)length);
    attribute_put(batch, IFA_ADDRESS, address, (size_t)length);
    if (length == 4 && prefix_length < 31) { /* RFC 3021: two addresses have no broadcast address */
        memcpy(&broadcast, address, sizeof(broadcast));
        broadcast |= htonl((uint32_t)(0xffffffffULL >> prefix_length));
        attribute_put_u32(batch, IFA_BROADCAST, broadcast);
    }
    message_end(batch);
}

int
berth_address_add(int netlink, int index, const uint8_t *address, int length, int prefix_length, struct berth_error *err)
{
    struct batch batch;

    if (length != 4 && length != 16)
        return berth_error_set(err, EINVAL, "address of %d octets", length);
    batch_init(&batch);
    append_address(&batch, index, address, length, prefix_length);
    return netlink_transact(netlink, &batch, NULL, err);
}

int
berth_address_delete(int netlink, int index, const uint8_t *address, int length, int prefix_length, struct berth_error *err)
{
    struct batch batch;
    struct ifaddrmsg body = address_message(index, length, prefix_length);

    if (length != 4 && length != 16)
        return berth_error_set(err, EINVAL, "address of %d octets", length);
    batch_init(&batch);
    message_begin(&batch, "delete address", RTM_DELADDR, NLM_F_ACK, &body, sizeof(body));
    attribute_put(&batch, IFA_LOCAL, address, (size_t)length);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}

static void
append_link_up(struct batch *batch, int index)
{
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC, .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

    message_begin(batch, "set link up", RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
    message_end(batch);
}

int
berth_link_up(int netlink, int index, struct berth_error *err)
{
    struct batch batch;

    batch_init(&batch);
    append_link_up(&batch, index);
    return netlink_transact(netlink, &batch, NULL, err);
}

static void
append_default_route(struct batch *batch, int index, const uint8_t *gateway, int length)
{
    struct rtmsg route = {
        .rtm_family = length == 4 ? AF_INET : AF_INET6,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
    };

    message_begin(batch, "add default route", RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &route, sizeof(route));
    attribute_put(batch, RTA_GATEWAY, gateway, (size_t)length);
    attribute_put_u32(batch, RTA_OIF, (uint32_t)index);
    message_end(batch);
}

int
berth_interface_configure(int netlink, const char *name, const uint8_t *address, int prefix_length, const uint8_t *gateway,
                          const uint8_t *address6, int prefix_length6, const uint8_t *gateway6, struct berth_error *err)
{
    struct batch batch;
    int index = berth_link_index(netlink, name, err);

    if (index < 0)
        return index;
    batch_init(&batch);
    if (address)
        append_address(&batch, index, address, 4, prefix_length);
    append_link_up(&batch, index);
    if (address6) /* after that: the kernel takes IPv6 routes over links that are up only */
        append_address(&batch, index, address6, 16, prefix_length6);
    if (gateway)
        append_default_route(&batch, index, gateway, 4);
    if (gateway6)
        append_default_route(&batch, index, gateway6, 16);
    return netlink_transact(netlink, &batch, NULL, err);
}

int
berth_link_delete(int netlink, int index, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC, .ifi_index = index};

    batch_init(&batch);
    message_begin(&batch, "delete link", RTM_DELLINK, NLM_F_ACK, &body, sizeof(body));
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}

int
berth_link_delete_group(int netlink, int group, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};

    if (group <= 0)
        return berth_error_set(err, EINVAL, "delete links of group %d", group); /* 0 is everybody's */
    batch_init(&batch);
    message_begin(&batch, "delete links of group", RTM_DELLINK, NLM_F_ACK, &body, sizeof(body));
    attribute_put_u32(&batch, IFLA_GROUP, (uint32_t)group);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}
