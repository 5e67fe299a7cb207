/* Links that stand on a link of the host: macvlan and ipvlan of containers, VLANs, and parents that lead nowhere. */
#include "berth.h"

#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"

enum { VLAN_FIRST = 1, VLAN_LAST = 4094 };

/* Begin the message that makes a link of KIND as NAME; the caller adds what is special, and ends it. Returns the open IFLA_LINKINFO. */
static size_t
begin_link(struct batch *batch, const char *what, const char *kind, const char *name)
{
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    size_t info;

    message_begin(batch, what, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &body, sizeof(body));
    if (name)
        attribute_put_text(batch, IFLA_IFNAME, name);
    info = attribute_nest(batch, IFLA_LINKINFO);
    attribute_put_text(batch, IFLA_INFO_KIND, kind);
    return info;
}

static void
put_u16(struct batch *batch, uint16_t type, int value)
{
    uint16_t number = (uint16_t)value;

    attribute_put(batch, type, &number, sizeof(number));
}

static bool
is_lan_kind(const char *kind)
{
    return strcmp(kind, "macvlan") == 0 || strcmp(kind, "ipvlan") == 0;
}

int
berth_lan_known(int netlink, const char *kind, struct berth_error *err)
{
    struct batch batch;
    int result;

    if (!is_lan_kind(kind))
        return berth_error_set(err, EINVAL, "kind of link `%.32s`", kind);
    batch_init(&batch);
    attribute_nest_end(&batch, begin_link(&batch, "look for kind of link", kind, NULL));
    message_end(&batch);
    /* Without a parent none is made: a kernel that knows the kind misses it. */
    result = netlink_transact(netlink, &batch, NULL, err);
    return result == -EINVAL || result == -ENODEV ? 0 : result;
}

int
berth_lan_create(int netlink, const char *kind, int parent, int mode, int flags, int netns, const char *name, const uint8_t *mac,
                 struct berth_error *err)
{
    struct batch batch;
    size_t info, data;
    int result = check_name(name, err);

    if (result < 0)
        return result;
    if (!is_lan_kind(kind))
        return berth_error_set(err, EINVAL, "kind of link `%.32s`", kind);
    batch_init(&batch);
    info = begin_link(&batch, kind[0] == 'm' ? "create macvlan" : "create ipvlan", kind, name);
    data = attribute_nest(&batch, IFLA_INFO_DATA);
    if (kind[0] == 'm') {
        attribute_put_u32(&batch, IFLA_MACVLAN_MODE, (uint32_t)mode);
    } else {
        put_u16(&batch, IFLA_IPVLAN_MODE, mode);
        put_u16(&batch, IFLA_IPVLAN_FLAGS, flags);
    }
    attribute_nest_end(&batch, data);
    attribute_nest_end(&batch, info);
    attribute_put_u32(&batch, IFLA_LINK, (uint32_t)parent);
    attribute_put_u32(&batch, IFLA_NET_NS_FD, (uint32_t)netns);
    if (mac)
        attribute_put(&batch, IFLA_ADDRESS, mac, 6);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}

/* The link NAME was made by this process: it goes up, or goes. */
static int
up_or_gone(int netlink, const char *name, struct berth_error *err)
{
    int result = set_no_link_local(netlink, name, err);
    int index = result < 0 ? result : berth_link_index(netlink, name, err);

    result = index < 0 ? index : berth_link_up(netlink, index, err);
    if (result < 0) {
        index = berth_link_index(netlink, name, NULL);
        if (index > 0)
            (void)berth_link_delete(netlink, index, NULL);
    }
    return result;
}

int
berth_sink_create(int netlink, const char *kind, const char *name, int group, struct berth_error *err)
{
    struct batch batch;
    int result = check_name(name, err);

    if (result < 0)
        return result;
    batch_init(&batch);
    attribute_nest_end(&batch, begin_link(&batch, strcmp(kind, "ifb") == 0 ? "create ifb" : "create dummy", kind, name));
    attribute_put_u32(&batch, IFLA_GROUP, (uint32_t)group);
    message_end(&batch);
    result = netlink_transact(netlink, &batch, NULL, err);
    return result < 0 ? result : up_or_gone(netlink, name, err);
}

int
berth_vlan_create(int netlink, const char *name, int parent, int id, int group, struct berth_error *err)
{
    struct batch batch;
    size_t info, data;
    int result = check_name(name, err);

    if (result < 0)
        return result;
    if (id < VLAN_FIRST || id > VLAN_LAST)
        return berth_error_set(err, EINVAL, "vlan id %d", id);
    batch_init(&batch);
    info = begin_link(&batch, "create vlan", "vlan", name);
    data = attribute_nest(&batch, IFLA_INFO_DATA);
    put_u16(&batch, IFLA_VLAN_ID, id);
    attribute_nest_end(&batch, data);
    attribute_nest_end(&batch, info);
    attribute_put_u32(&batch, IFLA_LINK, (uint32_t)parent);
    attribute_put_u32(&batch, IFLA_GROUP, (uint32_t)group);
    message_end(&batch);
    result = netlink_transact(netlink, &batch, NULL, err);
    return result < 0 ? result : up_or_gone(netlink, name, err);
}

int
berth_link_address(int netlink, const char *name, const uint8_t *mac, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
    int result = check_name(name, err);

    if (result < 0)
        return result;
    batch_init(&batch);
    message_begin(&batch, "set hardware address", RTM_NEWLINK, NLM_F_ACK, &body, sizeof(body));
    attribute_put_text(&batch, IFLA_IFNAME, name);
    attribute_put(&batch, IFLA_ADDRESS, mac, 6);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}

int
berth_default_route_over(int netlink, const char *name, int length, struct berth_error *err)
{
    struct batch batch;
    struct rtmsg route = {
        .rtm_family = length == 4 ? AF_INET : AF_INET6,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = RT_SCOPE_LINK,
        .rtm_type = RTN_UNICAST,
    };
    int index;

    if (length != 4 && length != 16)
        return berth_error_set(err, EINVAL, "default route of %d octets", length);
    index = berth_link_index(netlink, name, err);
    if (index < 0)
        return index;
    batch_init(&batch);
    message_begin(&batch, "replace default route", RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &route, sizeof(route));
    attribute_put_u32(&batch, RTA_OIF, (uint32_t)index);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}
