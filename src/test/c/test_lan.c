/* Links on a link of the host: macvlan, ipvlan, VLANs and parents that lead nowhere, in namespaces of the test. */
#include "check.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

#include "../../main/c/include/berth.h"

enum { GROUP = 4711 };

static struct berth_error err;
static const uint8_t MAC[6] = {2, 0x42, 10, 9, 0, 2};
static const uint8_t OTHER_MAC[6] = {2, 0x42, 10, 9, 0, 9};
static const uint8_t ADDRESS[4] = {10, 9, 0, 2};

/* A host of the test's own; *NETNS stays open to the end of the process. */
static int
new_host(int *netns)
{
    int netlink = -1;

    check_needs_root();
    *netns = berth_netns_create(&netlink, &err);
    CHECK(*netns >= 0);
    return netlink;
}

/* The link NAME as the kernel describes it. */
static struct berth_link
describe(int netlink, const char *name)
{
    struct berth_link links[64];
    int64_t used = berth_dump_links(netlink, (uint8_t *)links, sizeof(links), &err);

    CHECK(used >= 0);
    for (size_t i = 0; i < (size_t)used / sizeof(links[0]); i++) {
        if (strcmp(links[i].name, name) == 0)
            return links[i];
    }
    CHECK(!"there is no such link");
    return links[0];
}

/* A parent that every kernel has that Berth runs on. */
static int
make_parent(int host)
{
    const uint8_t mac[6] = {2, 0x42, 10, 9, 0, 1};

    CHECK(berth_bridge_create(host, "parent0", mac, 1400, &err) > 0);
    CHECK_NUMBER(0, berth_link_up(host, berth_link_index(host, "parent0", &err), &err));
    return berth_link_index(host, "parent0", &err);
}

TEST(a_macvlan_is_made_directly_in_another_namespace)
{
    int host_netns, other_netns, host = new_host(&host_netns), other = new_host(&other_netns);
    int parent = make_parent(host);
    struct berth_link made;

    if (berth_lan_known(host, "macvlan", &err) < 0)
        check_skip("this kernel has no macvlan");
    CHECK_NUMBER(0, berth_lan_create(host, "macvlan", parent, MACVLAN_MODE_BRIDGE, 0, other_netns, "eth0", MAC, &err));
    made = describe(other, "eth0");
    CHECK(strcmp(made.kind, "macvlan") == 0);
    CHECK(memcmp(made.mac, MAC, 6) == 0);
    CHECK_NUMBER(1400, made.mtu);
    CHECK_NUMBER(-ENODEV, berth_link_index(host, "eth0", &err));
    CHECK_NUMBER(-EEXIST, berth_lan_create(host, "macvlan", parent, MACVLAN_MODE_BRIDGE, 0, other_netns, "eth0", MAC, &err));
    CHECK_NUMBER(0, berth_link_address(other, "eth0", OTHER_MAC, &err));
    CHECK(memcmp(describe(other, "eth0").mac, OTHER_MAC, 6) == 0);
}

TEST(passthru_is_for_one_link_alone_and_has_its_parents_address)
{
    int host_netns, other_netns, host = new_host(&host_netns), other = new_host(&other_netns);
    int parent = make_parent(host);

    if (berth_lan_known(host, "macvlan", &err) < 0)
        check_skip("this kernel has no macvlan");
    CHECK_NUMBER(0, berth_lan_create(host, "macvlan", parent, MACVLAN_MODE_PASSTHRU, 0, other_netns, "eth0", NULL, &err));
    CHECK(memcmp(describe(other, "eth0").mac, describe(host, "parent0").mac, 6) == 0);
    CHECK(berth_lan_create(host, "macvlan", parent, MACVLAN_MODE_BRIDGE, 0, other_netns, "eth1", MAC, &err) < 0);
}

TEST(an_ipvlan_is_made_where_the_kernel_has_it_and_else_the_answer_says_so)
{
    int host_netns, other_netns, host = new_host(&host_netns), other = new_host(&other_netns);
    int parent = make_parent(host);
    int known = berth_lan_known(host, "ipvlan", &err);
    int made = berth_lan_create(host, "ipvlan", parent, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, other_netns, "eth0", NULL, &err);

    if (known == 0) {
        CHECK_NUMBER(0, made);
        CHECK(strcmp(describe(other, "eth0").kind, "ipvlan") == 0);
    } else {
        CHECK_NUMBER(-EOPNOTSUPP, known);
        CHECK_NUMBER(-EOPNOTSUPP, made);
        CHECK(strstr(err.message, "create ipvlan"));
    }
}

TEST(looking_for_a_kind_makes_nothing)
{
    int host_netns, host = new_host(&host_netns);
    struct berth_link links[64];
    int64_t before = berth_dump_links(host, (uint8_t *)links, sizeof(links), &err);

    (void)berth_lan_known(host, "macvlan", &err);
    (void)berth_lan_known(host, "ipvlan", &err);
    CHECK_NUMBER(-EINVAL, berth_lan_known(host, "dummy", &err));
    CHECK_NUMBER(before, berth_dump_links(host, (uint8_t *)links, sizeof(links), &err));
}

TEST(a_sink_is_up_and_in_its_group_or_the_kernel_does_not_know_it)
{
    int host_netns, host = new_host(&host_netns);
    const char *kinds[] = {"dummy", "ifb"};

    for (int i = 0; i < 2; i++) {
        int result = berth_sink_create(host, kinds[i], "sink0", GROUP, &err);

        if (result < 0) {
            CHECK_NUMBER(-EOPNOTSUPP, result);
            CHECK_NUMBER(-ENODEV, berth_link_index(host, "sink0", &err));
            continue;
        }
        CHECK_NUMBER(GROUP, describe(host, "sink0").group);
        CHECK(describe(host, "sink0").flags & 1);
        CHECK_NUMBER(-EEXIST, berth_sink_create(host, kinds[i], "sink0", GROUP, &err));
        CHECK_NUMBER(0, berth_link_delete(host, berth_link_index(host, "sink0", &err), &err));
    }
    CHECK_NUMBER(-EINVAL, berth_sink_create(host, "dummy", "a-name-that-is-too-long", GROUP, &err));
}

TEST(a_vlan_stands_on_its_parent_or_the_kernel_does_not_know_it)
{
    int host_netns, host = new_host(&host_netns);
    int parent = make_parent(host);
    int result = berth_vlan_create(host, "parent0.50", parent, 50, GROUP, &err);

    if (result < 0) {
        CHECK_NUMBER(-EOPNOTSUPP, result);
    } else {
        CHECK(strcmp(describe(host, "parent0.50").kind, "vlan") == 0);
        CHECK_NUMBER(GROUP, describe(host, "parent0.50").group);
        CHECK_NUMBER(-EEXIST, berth_vlan_create(host, "parent0.50", parent, 50, GROUP, &err));
    }
    CHECK_NUMBER(-EINVAL, berth_vlan_create(host, "parent0.0", parent, 0, GROUP, &err));
    CHECK_NUMBER(-EINVAL, berth_vlan_create(host, "parent0.4095", parent, 4095, GROUP, &err));
}

/* There is one default route, over the link LINK and without a gateway. */
static void
check_one_default_route(int netlink, int link)
{
    struct berth_route routes[64];
    int64_t used = berth_dump_routes(netlink, (uint8_t *)routes, sizeof(routes), &err);
    int found = 0;

    CHECK(used >= 0);
    for (size_t i = 0; i < (size_t)used / sizeof(routes[0]); i++) {
        if (routes[i].table == RT_TABLE_MAIN && routes[i].prefix_length == 0) {
            found++;
            CHECK_NUMBER(link, routes[i].index);
            CHECK_NUMBER(0, routes[i].gateway[0]);
        }
    }
    CHECK_NUMBER(1, found);
}

TEST(a_default_route_goes_over_a_link_and_over_a_gateway_again)
{
    const uint8_t gateway[4] = {10, 9, 0, 1};
    int host_netns, host = new_host(&host_netns);
    int parent = make_parent(host);

    CHECK_NUMBER(0, berth_interface_configure(host, "parent0", ADDRESS, 24, NULL, NULL, 0, NULL, &err));
    CHECK_NUMBER(0, berth_default_route_over(host, "parent0", 4, &err));
    CHECK_NUMBER(0, berth_default_route_over(host, "parent0", 4, &err));
    check_one_default_route(host, parent);
    CHECK_NUMBER(0, berth_default_route(host, gateway, 4, &err));
    CHECK_NUMBER(0, berth_default_route(host, NULL, 4, &err));
    CHECK_NUMBER(-ENODEV, berth_default_route_over(host, "missing", 4, &err));
}

TEST(a_default_route_of_ipv6_goes_over_a_link_and_over_a_gateway_again)
{
    const uint8_t address[16] = {0xfd, 9, [15] = 2}, gateway[16] = {0xfd, 9, [15] = 1};
    int host_netns, host = new_host(&host_netns);
    int parent = make_parent(host);

    CHECK_NUMBER(0, berth_ipv6_enable(host_netns, "parent0", &err));
    CHECK_NUMBER(0, berth_interface_configure(host, "parent0", NULL, 0, NULL, address, 64, gateway, &err));
    CHECK_NUMBER(0, berth_default_route_over(host, "parent0", 16, &err));
    CHECK_NUMBER(0, berth_default_route_over(host, "parent0", 16, &err));
    check_one_default_route(host, parent);
    CHECK_NUMBER(0, berth_default_route(host, gateway, 16, &err));
    CHECK_NUMBER(0, berth_default_route(host, NULL, 16, &err));
    CHECK_NUMBER(-EINVAL, berth_default_route_over(host, "parent0", 5, &err));
}
