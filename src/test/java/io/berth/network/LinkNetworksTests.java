package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import io.berth.ffi.OwnNetwork;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Networks on a link of the host, against the kernel; the host is a namespace of the test, and its wire is the link. What a kernel does not
 * have is refused with its name, and that is tested then.
 */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class LinkNetworksTests {

    private static final String WIRE = "wire0";
    private static final PoolSpec LAN = new PoolSpec("198.51.100.0/24", "198.51.100.128/25", TestHost.NEIGHBOUR, Map.of("printer", "198.51.100.128"));
    private static final int MAIN_TABLE = 254;
    private static final PoolSpec APART = new PoolSpec("10.9.0.0/24", "", "", Map.of());

    @TempDir
    Path folder;

    @Test
    void containersOfAMacvlanAreOnTheLanBesideTheHost() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan", "macvlan", Map.of("parent", WIRE), LAN));
            try (Sandbox web = host.sandboxes().attach(request("web", to("lan"))); Sandbox client = host.sandboxes().attach(request("client", to("lan")));
                    TestServer http = TestServer.tcp(netns(web), 80); TestServer neighbour = TestServer.tcp(host.neighbour(), 9000);
                    Links inside = Links.of(netns(web))) {
                assertThat(address(web)).isEqualTo("198.51.100.129");
                OwnNetwork.in(netns(client), () -> {
                    assertThat(Lookup.addresses("web")).containsExactly(address(web));
                    assertThat(TestServer.ask(address(web), http.port())).isEqualTo(address(client));
                    assertThat(TestServer.ask(TestHost.NEIGHBOUR, neighbour.port())).as("nothing is masqueraded").isEqualTo(address(client));
                });
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(address(web), http.port())).isEqualTo(TestHost.NEIGHBOUR));
                assertThat(TestServer.isReachable(address(web), http.port())).as("the host itself does not reach them").isFalse();
                assertThat(defaultRoutes(inside)).singleElement()
                        .satisfies(route -> assertThat(route.gateway()).isEqualTo(Inet4Address.ofLiteral(TestHost.NEIGHBOUR)));
                assertThat(inside.list()).anySatisfy(link -> {
                    assertThat(link.name()).isEqualTo("eth0");
                    assertThat(link.kind()).isEqualTo("macvlan");
                    assertThat(link.mtu()).isEqualTo(TestHost.WIRE_MTU);
                    assertThat(link.mac()).isEqualTo("02:42:c6:33:64:81").isEqualTo(String.valueOf(web.endpoints().getFirst().mac()));
                });
            }
        });
    }

    @Test
    void aNetworkWithoutParentLeadsNowhereAndGoesWithItsParent() throws Exception {
        TestHost.run(folder, host -> {
            Network network = host.networks().create(spec("inside", "macvlan", Map.of()));
            String parent = "dm-" + network.id().shortId();
            assertThat(TestHost.links()).contains(parent);
            assertThat(network.pools().getFirst().gateway()).isNull();
            try (Sandbox one = host.sandboxes().attach(request("one", to("inside"))); Sandbox two = host.sandboxes().attach(request("two", to("inside")));
                    TestServer http = TestServer.tcp(netns(one), 80); Links inside = Links.of(netns(two))) {
                OwnNetwork.in(netns(two), () -> {
                    assertThat(TestServer.ask(address(one), http.port())).isEqualTo(address(two));
                    assertThat(Lookup.addresses("one")).containsExactly(address(one));
                    assertThat(Lookup.code("example.org")).isEqualTo("SERVFAIL");
                });
                assertThat(defaultRoutes(inside)).isEmpty();
                assertThat(one.endpoints().getFirst().gateway()).isNull();
                assertThat(host.networks().removed(network)).as("it is in use").isFalse();
            }
            host.sandboxes().detach(id("one"));
            host.sandboxes().detach(id("two"));
            assertThat(host.networks().removed(network)).isTrue();
            assertThat(TestHost.links()).doesNotContain(parent);
        });
    }

    @Test
    void whatTheHostHasLostIsMadeAgainAndWhatRanIsKept() throws Exception {
        TestHost.run(folder, host -> {
            Network network = host.networks().create(spec("inside", "macvlan", Map.of(), APART));
            String parent = "dm-" + network.id().shortId();
            try (Sandbox web = host.sandboxes().attach(request("web", to("inside"))); TestServer http = TestServer.tcp(netns(web), 80)) {
                Sandboxes next = host.restart();
                assertThat(next.adopt(id("web"), "web", http.threadId()).endpoints()).isEqualTo(web.endpoints());
                next.forgetAllBut(Set.of(id("web")));
                assertThat(TestHost.links()).contains(parent);
                try (Sandbox other = next.attach(request("other", to("inside")))) {
                    assertThat(address(other)).as("addresses of those that ran are theirs").isNotEqualTo(address(web));
                    OwnNetwork.in(netns(other), () -> assertThat(TestServer.ask(address(web), http.port())).isEqualTo(address(other)));
                }
                assertThat(host.networks().removed(network)).isFalse();
                next.detach(id("other"));
            }
            host.sandboxes().detach(id("web"));
            // As after a start of the machine.
            try (Links links = Links.ofHost()) {
                links.delete(links.find(parent).orElseThrow());
            }
            try (Sandbox again = host.restart().attach(request("again", to("inside")))) {
                assertThat(TestHost.links()).contains(parent);
                host.sandboxes().detach(id("again"));
            }
            host.sandboxes().close();
            assertThat(TestHost.links()).as("an engine that has nothing running leaves nothing").doesNotContain(parent);
        });
    }

    @Test
    void leftoversOfNetworksThatAreNoMoreGo() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("kept", "macvlan", Map.of()));
            Sandboxes next = host.restart();
            try (Sandbox web = next.attach(request("web", to("kept"))); Links links = Links.ofHost()) {
                int group = InterfaceNames.of("test").group();
                assertThat(makeSink(links, "dm-0123456789ab", group)).isTrue();
                assertThat(makeSink(links, "dm-ba9876543210", group + 2)).isTrue();
                next.forgetAllBut(Set.of(id("web")));
            }
            String kept = "dm-" + host.networks().require("kept").id().shortId();
            assertThat(TestHost.links()).contains(kept, "dm-ba9876543210").doesNotContain("dm-0123456789ab");
        });
    }

    private static boolean makeSink(Links links, String name, int group) {
        for (String kind : List.of("dummy", "ifb")) {
            try {
                links.createSink(kind, name, group);
                return true;
            } catch (NativeException unknown) {
                assertThat(unknown.getMessage()).contains(kind);
            }
        }
        return false;
    }

    @Test
    void aRunningContainerComesAndGoesAndItsPortsAreNotOnTheLan() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan", "macvlan", Map.of("parent", WIRE), LAN));
            host.networks().create(spec("back", "bridge", Map.of()));
            var port = List.of(new PortSpec(Protocol.TCP, 80, "", 8080, 8080));
            try (Sandbox web = host.sandboxes().attach(request("web", port, to("back"))); TestServer http = TestServer.tcp(netns(web), 80);
                    Links inside = Links.of(netns(web))) {
                assertThat(TestServer.isReachable("127.0.0.1", 8080)).isTrue();
                Endpoint lan = host.sandboxes().connect(id("web"), host.networks().checked(first("lan")), "");
                assertThat(lan.interfaceName()).isEqualTo("eth1");
                assertThat(defaultRoutes(inside)).singleElement().satisfies(route -> assertThat(route.gateway()).isEqualTo(lan.gateway()));
                assertThat(host.sandboxes().find(id("web")).orElseThrow().bindings()).isEmpty();
                assertThat(TestServer.isReachable("127.0.0.1", 8080)).isFalse();
                assertThat(host.events()).contains("connect lan " + id("web"));
                host.sandboxes().disconnect(id("web"), lan.networkId());
                assertThat(inside.list()).extracting(Links.Link::name).containsExactlyInAnyOrder("lo", "eth0");
                assertThat(host.sandboxes().find(id("web")).orElseThrow().bindings()).isNotEmpty();
                assertThat(TestServer.isReachable("127.0.0.1", 8080)).isTrue();
                try (Sandbox same = host.sandboxes().attach(request("same", port, at("lan", address(lan))))) {
                    assertThat(same.bindings()).as("ports are ignored").isEmpty();
                    assertThat(address(same)).isEqualTo(address(lan));
                }
            }
        });
    }

    @Test
    void addressesAndHardwareAddressesAreThoseAskedFor() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan", "macvlan", Map.of("parent", WIRE), LAN));
            var asked = at("lan", "198.51.100.77").withMac("02:42:00:00:00:77");
            try (Sandbox web = host.sandboxes().attach(request("web", asked)); Links inside = Links.of(netns(web))) {
                assertThat(address(web)).isEqualTo("198.51.100.77");
                assertThat(inside.list()).anySatisfy(link -> assertThat(link.mac()).isEqualTo("02:42:00:00:00:77"));
                assertThatThrownBy(() -> host.sandboxes().attach(request("two", asked))).isInstanceOf(ConflictException.class)
                        .hasMessage("failed to set up container networking: Address already in use");
                host.sandboxes().detach(id("web"));
                // Somebody still holds the namespace: its interface goes all the same, before its address is free.
                try (Sandbox two = host.sandboxes().attach(request("two", asked))) {
                    assertThat(address(two)).isEqualTo("198.51.100.77");
                    assertThat(inside.list()).extracting(Links.Link::name).containsExactly("lo");
                }
            }
        });
    }

    @Test
    void severalNetworksAndSubnetsShareAParent() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("one", "macvlan", Map.of("parent", WIRE), new PoolSpec("10.9.0.0/30", "", "", Map.of()),
                    new PoolSpec("10.9.1.0/24", "", "10.9.1.77", Map.of())));
            host.networks().create(spec("two", "macvlan", Map.of("parent", WIRE, "macvlan_mode", "private"), new PoolSpec("10.9.2.0/24", "", "", Map.of())));
            try (Sandbox first = host.sandboxes().attach(request("first", to("one"))); Sandbox second = host.sandboxes().attach(request("second", to("one")));
                    Sandbox both = host.sandboxes().attach(request("both", to("two"), to("one")))) {
                assertThat(address(first)).isEqualTo("10.9.0.2");
                assertThat(address(second)).as("the first subnet is full").isEqualTo("10.9.1.1");
                assertThat(second.endpoints().getFirst().gateway()).isEqualTo(Inet4Address.ofLiteral("10.9.1.77"));
                assertThat(both.endpoints()).extracting(Endpoint::interfaceName).containsExactly("eth0", "eth1");
            }
        });
    }

    @Test
    void passthruHasItsParentForItself() throws Exception {
        TestHost.run(folder, host -> {
            int index;
            try (Links links = Links.ofHost()) {
                index = links.createBridge("lan0", new byte[] {2, 0, 0, 0, 2, 1}, 1500);
                links.up(index);
            }
            host.networks().create(spec("through", "macvlan", Map.of("parent", "lan0", "macvlan_mode", "passthru"), APART));
            assertThatThrownBy(() -> host.networks().create(spec("other", "macvlan", Map.of("parent", "lan0")))).isInstanceOf(ConflictException.class)
                    .hasMessageMatching("macvlan network [0-9a-f]{64} is already using parent interface lan0 in mode passthru");
            host.networks().create(spec("lan", "macvlan", Map.of("parent", WIRE), LAN));
            assertThatThrownBy(() -> host.networks().create(spec("other", "macvlan", Map.of("parent", WIRE, "macvlan_mode", "passthru"))))
                    .hasMessageMatching("cannot use mode passthru, macvlan network [0-9a-f]{64} is already using parent interface wire0");
            try (Sandbox web = host.sandboxes().attach(request("web", to("through")))) {
                assertThat(web.endpoints().getFirst().mac()).isEqualTo(new MacAddress("02:00:00:00:02:01"));
                assertThatThrownBy(() -> host.sandboxes().attach(request("two", to("through")))).isInstanceOf(InternalException.class)
                        .hasMessageStartingWith("failed to set up container networking: failed to create endpoint two on network through: "
                                + "failed to create the macvlan port: create macvlan");
            }
        });
    }

    @Test
    void whatCannotBeIsRefusedInDockersWords() throws Exception {
        TestHost.run(folder, host -> {
            refused(host, "requested macvlan mode 'l2' is not valid, 'bridge' mode is the macvlan driver default", "macvlan", Map.of("macvlan_mode", "l2"));
            refused(host, "requested ipvlan mode 'bridge' is not valid, 'l2' mode is the ipvlan driver default", "ipvlan", Map.of("ipvlan_mode", "bridge"));
            refused(host, "requested ipvlan flag 'l2' is not valid, 'bridge' is the ipvlan driver default", "ipvlan", Map.of("ipvlan_flag", "l2"));
            refused(host, "loopback interface is not a valid macvlan parent link", "macvlan", Map.of("parent", "lo"));
            refused(host, "invalid subinterface vlan name eth7, example formatting is eth0.10", "macvlan", Map.of("parent", "eth7"));
            refused(host, "invalid subinterface vlan name dm-nonsense, example formatting is eth0.10", "macvlan", Map.of("parent", "dm-nonsense"));
            refused(host, "required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10, instead received wire0.1.2", "macvlan",
                    Map.of("parent", "wire0.1.2"));
            refused(host, "unable to parse a valid vlan id from: x (ex. eth0.10 for vlan 10)", "macvlan", Map.of("parent", "wire0.x"));
            refused(host, "-o parent interface was not found on the host: eth7", "macvlan", Map.of("parent", "eth7.10"));
            refused(host, "vlan id must be between 1-4094, received: 4095", "macvlan", Map.of("parent", "wire0.4095"));
            host.networks().create(spec("lan", "macvlan", Map.of("parent", WIRE), LAN));
            assertThatThrownBy(() -> host.networks().create(spec("other", "macvlan", Map.of("parent", WIRE), new PoolSpec("198.51.0.0/16", "", "", Map.of()))))
                    .hasMessage("invalid pool request: Pool overlaps with other one on this address space");
            assertThat(host.networks().list()).hasSize(4);
        });
    }

    private static void refused(TestHost host, String why, String driver, Map<String, String> options) {
        assertThatThrownBy(() -> host.networks().create(spec("refused", driver, options))).isInstanceOf(InvalidArgumentException.class).hasMessage(why);
    }

    @Test
    void ipvlanIsThereWhereTheKernelHasItAndElseTheAnswerNamesTheModule() throws Exception {
        TestHost.run(folder, host -> {
            boolean known;
            try (Links links = Links.ofHost()) {
                known = links.knows("ipvlan");
            }
            var spec = spec("lan", "ipvlan", Map.of("parent", WIRE, "ipvlan_flag", "bridge"), LAN);
            if (!known) {
                assertThatThrownBy(() -> host.networks().create(spec)).isInstanceOf(UnavailableException.class)
                        .hasMessage("the kernel cannot have ipvlan networks: it was built without the module ipvlan");
                assertThat(host.networks().list()).hasSize(3);
                return;
            }
            Network lan = host.networks().create(spec);
            assertThatThrownBy(() -> host.networks().create(spec("other", "ipvlan", Map.of("parent", WIRE))))
                    .hasMessage("network di-" + lan.id().shortId() + " is already using parent interface wire0");
            assertThatThrownBy(() -> host.sandboxes().attach(request("web", to("lan").withMac("02:42:00:00:00:77")))).hasMessage("failed to set up "
                    + "container networking: failed to create endpoint web on network lan: ipvlan interfaces do not support custom mac address assignment");
            try (Sandbox web = host.sandboxes().attach(request("web", to("lan"))); TestServer http = TestServer.tcp(netns(web), 80)) {
                assertThat(web.endpoints().getFirst().mac()).isNull();
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(address(web), http.port())).isEqualTo(TestHost.NEIGHBOUR));
                host.sandboxes().detach(id("web"));
            }
            assertThat(host.networks().removed(lan)).isTrue();
            Network routed = host.networks().create(spec("routed", "ipvlan", Map.of("parent", WIRE, "ipvlan_mode", "l3"), APART));
            assertThat(routed.pools().getFirst().gateway()).isNull();
            try (Sandbox web = host.sandboxes().attach(request("web", to("routed"))); Links inside = Links.of(netns(web))) {
                assertThat(defaultRoutes(inside)).singleElement().satisfies(route -> assertThat(route.gateway()).isNull());
                host.sandboxes().detach(id("web"));
            }
            assertThat(host.networks().removed(routed)).isTrue();
            bothFamiliesAreRouted(host);
        });
    }

    private static void bothFamiliesAreRouted(TestHost host) throws Exception {
        host.networks().create(new NetworkSpec("both", "ipvlan", true, false, false, "", List.of(APART, new PoolSpec("fd09::/64", "", "", Map.of())),
                Map.of("parent", WIRE, "ipvlan_mode", "l3"), Map.of()));
        try (Sandbox web = host.sandboxes().attach(request("web", to("both"))); Sandbox client = host.sandboxes().attach(request("client", to("both")));
                TestServer http = TestServer.tcp(netns(web), 80); Links inside = Links.of(netns(web))) {
            assertThat(defaultRoutes(inside)).singleElement().satisfies(route -> assertThat(route.gateway()).isNull());
            assertThat(inside.routes()).filteredOn(route -> route.prefixLength() == 0 && route.table() == MAIN_TABLE && route.destination() instanceof Inet6Address)
                    .singleElement().satisfies(route -> assertThat(route.gateway()).isNull());
            OwnNetwork.in(netns(client), () -> {
                assertThat(TestServer.ask(address(web), http.port())).isEqualTo(address(client));
                assertThat(TestServer.ask(address6(web), http.port())).isEqualTo(address6(client));
            });
        }
    }

    @Test
    void aVlanIsMadeAndTakenAwayWithItsLastNetworkOrTheAnswerNamesTheModule() throws Exception {
        TestHost.run(folder, host -> {
            boolean known = true;
            try (Links links = Links.ofHost()) {
                links.createVlan("wire0.7", links.find(WIRE).orElseThrow(), 7, 0);
            } catch (NativeException unknown) {
                known = false;
            }
            if (!known) {
                assertThatThrownBy(() -> host.networks().create(spec("lan", "macvlan", Map.of("parent", "wire0.50")))).isInstanceOf(UnavailableException.class)
                        .hasMessage("the kernel cannot have VLANs: it was built without the module 8021q");
                return;
            }
            Network one = host.networks().create(spec("one", "macvlan", Map.of("parent", "wire0.50"), new PoolSpec("10.9.0.0/24", "", "", Map.of())));
            Network two = host.networks().create(spec("two", "macvlan", Map.of("parent", "wire0.50"), new PoolSpec("10.9.1.0/24", "", "", Map.of())));
            Network foreign = host.networks().create(spec("foreign", "macvlan", Map.of("parent", "wire0.7"), new PoolSpec("10.9.2.0/24", "", "", Map.of())));
            host.networks().removed(one);
            assertThat(TestHost.links()).contains("wire0.50");
            host.networks().removed(two);
            assertThat(TestHost.links()).doesNotContain("wire0.50");
            host.networks().removed(foreign);
            assertThat(TestHost.links()).as("who made it takes it away").contains("wire0.7");
        });
    }

    @Test
    void aParentThatIsGoneIsNamed() throws Exception {
        TestHost.run(folder, host -> {
            try (Links links = Links.ofHost()) {
                links.createBridge("lan0", new byte[] {2, 0, 0, 0, 2, 1}, 1500);
                host.networks().create(spec("lan", "macvlan", Map.of("parent", "lan0"), APART));
                links.delete(links.find("lan0").orElseThrow());
            }
            assertThatThrownBy(() -> host.sandboxes().attach(request("web", to("lan")))).isInstanceOf(InternalException.class).hasMessage("failed to set up "
                    + "container networking: failed to create endpoint web on network lan: the requested parent interface lan0 was not found on the host");
            assertThat(host.networks().removed(host.networks().require("lan"))).isTrue();
        });
    }

    @Test
    void interfacesOfManyContainersGoWithThem() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan", "macvlan", Map.of("parent", WIRE), new PoolSpec("10.9.0.0/29", "", "", Map.of())));
            for (int round = 0; round < 3; round++) {
                var names = List.of("a", "b", "c", "d", "e");
                var all = new ArrayList<Sandbox>();
                names.forEach(name -> all.add(host.sandboxes().attach(request(name, to("lan")))));
                assertThatThrownBy(() -> host.sandboxes().attach(request("f", to("lan")))).isInstanceOf(UnavailableException.class);
                names.forEach(name -> host.sandboxes().detach(id(name)));
                all.forEach(Sandbox::close);
            }
            await().untilAsserted(() -> assertThat(host.networks().removed(host.networks().require("lan"))).isTrue());
        });
    }

    private static NetworkSpec spec(String name, String driver, Map<String, String> options, PoolSpec... pools) {
        return new NetworkSpec(name, driver, false, false, false, "", List.of(pools), options, Map.of());
    }

    private static Connection to(String network) {
        return Connection.to(network);
    }

    private static Connection at(String network, String address) {
        return new Connection(network, "", List.of(), List.of(), address, "", "", 0, Map.of(), List.of());
    }

    private static Connection first(String network) {
        return new Connection(network, "", List.of(), List.of(), "", "", "", 7, Map.of(), List.of());
    }

    private static SandboxRequest request(String name, Connection... connections) {
        return request(name, List.of(), connections);
    }

    private static SandboxRequest request(String name, List<PortSpec> ports, Connection... connections) {
        return new SandboxRequest(id(name), name, "", NetworkMode.parse(connections[0].network()), List.of(connections), ports, List.of(),
                new NamespaceOwner.Host());
    }

    private static String id(String name) {
        return "%08x".formatted(name.hashCode()).repeat(8);
    }

    private static Fd netns(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.netns());
    }

    private static String address(Sandbox sandbox) {
        return address(sandbox.endpoints().getFirst());
    }

    private static String address6(Sandbox sandbox) {
        return IpText.of(Objects.requireNonNull(sandbox.endpoints().getFirst().ipv6()).ip());
    }

    private static String address(Endpoint endpoint) {
        return Objects.requireNonNull(endpoint.ip()).getHostAddress();
    }

    private static List<Links.Route> defaultRoutes(Links inside) {
        return inside.routes().stream().filter(route -> route.prefixLength() == 0 && route.destination() instanceof Inet4Address).toList();
    }
}
