/* Changes of what is there: default routes, bridge ports, and bridges that become one. */
#include "berth.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"

int
berth_default_route(int netlink, const uint8_t *gateway, int length, struct berth_error *err)
{
    struct batch batch;
    int result;
    struct rtmsg route = {
        .rtm_family = length == 4 ? AF_INET : AF_INET6,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE, /* any, when it is deleted */
        .rtm_type = RTN_UNICAST,
    };

    if (length != 4 && length != 16)
        return berth_error_set(err, EINVAL, "default route of %d octets", length);
    batch_init(&batch);
    if (gateway) {
        message_begin(&batch, "replace default route", RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &route,
                      sizeof(route));
        attribute_put(&batch, RTA_GATEWAY, gateway, (size_t)length);
    } else {
        message_begin(&batch, "delete default route", RTM_DELROUTE, NLM_F_ACK, &route, sizeof(route));
    }
    message_end(&batch);
    result = netlink_transact(netlink, &batch, NULL, err);
    return result == -ESRCH && !gateway ? 0 : result;
}

int
berth_port_isolate(int netlink, int index, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg body = {.ifi_family = AF_BRIDGE, .ifi_index = index};
    size_t port;

    batch_init(&batch);
    message_begin(&batch, "isolate bridge port", RTM_SETLINK, NLM_F_ACK, &body, sizeof(body));
    port = attribute_nest(&batch, IFLA_PROTINFO | NLA_F_NESTED);
    attribute_put_u8(&batch, IFLA_BRPORT_ISOLATED, 1);
    attribute_nest_end(&batch, port);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}

/* Half of a pair: it is a port of BRIDGE, and up. No hairpin: what came from the other bridge must not go back there. */
static int
join_bridge(int netlink, const char *name, int bridge, struct berth_error *err)
{
    struct batch batch;
    struct ifinfomsg up = {.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    int result = set_no_link_local(netlink, name, err);

    if (result < 0)
        return result;
    batch_init(&batch);
    message_begin(&batch, "add link to bridge", RTM_NEWLINK, NLM_F_ACK, &up, sizeof(up));
    attribute_put(&batch, IFLA_IFNAME, name, strlen(name) + 1);
    attribute_put_u32(&batch, IFLA_MASTER, (uint32_t)bridge);
    message_end(&batch);
    return netlink_transact(netlink, &batch, NULL, err);
}

int
berth_bridges_connect(int netlink, const char *name, int bridge, const char *peer_name, int peer_bridge, int group, int mtu,
                      int isolated, struct berth_error *err)
{
    struct batch batch;
    int result;

    if (strnlen(name, IFNAMSIZ) == IFNAMSIZ || strnlen(peer_name, IFNAMSIZ) == IFNAMSIZ)
        return berth_error_set(err, EINVAL, "interface name `%.32s`", name);
    batch_init(&batch);
    append_veth(&batch, name, group, mtu, peer_name, NULL, -1);
    result = netlink_transact(netlink, &batch, NULL, err);
    if (result < 0)
        return result;
    result = join_bridge(netlink, name, bridge, err);
    if (result == 0)
        result = join_bridge(netlink, peer_name, peer_bridge, err);
    if (result == 0 && isolated) {
        result = berth_link_index(netlink, name, err);
        if (result > 0)
            result = berth_port_isolate(netlink, result, err);
    }
    if (result < 0) {
        int index = berth_link_index(netlink, name, NULL);

        if (index > 0)
            (void)berth_link_delete(netlink, index, NULL);
    }
    return result;
}
