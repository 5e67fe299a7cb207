/* Changes of what is there: default routes and bridge ports. */
#include "berth.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"

int
berth_default_route(int netlink, const uint8_t *gateway, struct berth_error *err)
{
    struct batch batch;
    int result;
    struct rtmsg route = {
        .rtm_family = AF_INET,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE, /* any, when it is deleted */
        .rtm_type = RTN_UNICAST,
    };

    batch_init(&batch);
    if (gateway) {
        message_begin(&batch, "replace default route", RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &route,
                      sizeof(route));
        attribute_put(&batch, RTA_GATEWAY, gateway, 4);
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
