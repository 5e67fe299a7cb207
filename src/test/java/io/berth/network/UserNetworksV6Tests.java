package io.berth.network;

import static io.berth.network.TestHost.netns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.LibNftables;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks with IPv6 addresses, too, against the kernel; see {@link UserNetworksTests}. */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class UserNetworksV6Tests {

    @TempDir
    Path folder;

    @Test
    void aSubnetIsChosenAndContainersHaveAddressesRoutesAndNames() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(spec("lan"));
            Network.Pool pool = Objects.requireNonNull(lan.ipv6());
            assertThat(UniqueLocalRange.of("test").range().contains(pool.subnet().network())).isTrue();
            assertThat(pool.subnet().prefixLength()).isEqualTo(64);
            assertThat(Objects.requireNonNull(host.networks().create(spec("other")).ipv6()).subnet().overlaps(pool.subnet())).isFalse();
            try (Sandbox web = attach(host, "web", Connection.to("lan")); Sandbox client = attach(host, "client", Connection.to("lan"));
                    Sandbox plain = attach(host, "plain", Connection.to("bridge"));
                    TestServer server = TestServer.tcp(netns(web), 80); Links inside = Links.of(netns(client)); Links without = Links.of(netns(plain))) {
                assertThat(ipv6(web)).isEqualTo(new Endpoint.Six((Inet6Address) pool.subnet().at(2), 64, (Inet6Address) pool.gateway()));
                assertThat(inside.routes()).anySatisfy(route -> {
                    assertThat(route.destination()).isInstanceOf(Inet6Address.class);
                    assertThat(route.prefixLength()).isZero();
                    assertThat(route.gateway()).isEqualTo(pool.gateway());
                });
                assertThat(without.addresses()).filteredOn(address -> address.index() != 1).as("no IPv6 where the network has none")
                        .noneMatch(address -> address.address() instanceof Inet6Address);
                OwnNetwork.in(netns(client), () -> {
                    assertThat(Lookup.addresses6("web")).containsExactly(text(web));
                    assertThat(Lookup.addresses("web")).containsExactly(Objects.requireNonNull(web.endpoints().getFirst().ip()).getHostAddress());
                    assertThat(Lookup.names(text(web))).containsExactly("web.lan");
                    assertThat(TestServer.ask(text(web), server.port())).isEqualTo(text(client));
                });
            }
        });
    }

    @Test
    void addressesAreOfTheSubnetThatWasChosenAndStaticOnesAreKept() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(spec("lan", new PoolSpec("fd00:9::/64", "fd00:9::4:0/112", "fd00:9::fe", Map.of("router", "fd00:9::4:0")),
                    new PoolSpec("10.9.0.0/24", "", "", Map.of())));
            assertThat(lan.pools()).extracting(pool -> pool.subnet().toString()).containsExactly("10.9.0.0/24", "fd00:9::/64");
            try (Sandbox any = attach(host, "any", Connection.to("lan")); Sandbox chosen = attach(host, "chosen", at("fd00:9::abcd:1:2:3"))) {
                assertThat(text(any)).isEqualTo("fd00:9::4:1");
                assertThat(text(chosen)).isEqualTo("fd00:9::abcd:1:2:3");
                assertThatThrownBy(() -> attach(host, "b", at("fd00:9:0::abcd:1:2:3"))).isInstanceOf(ConflictException.class)
                        .hasMessage("failed to set up container networking: Address already in use");
                String wrong = "invalid config for network lan: invalid endpoint settings:\n";
                assertThatThrownBy(() -> host.networks().checked(at("fd00:8::1"))).isInstanceOf(InvalidArgumentException.class)
                        .hasMessage(wrong + "no configured subnet or ip-range contain the IP address fd00:8::1");
                assertThatThrownBy(() -> host.networks().checked(at("10.9.0.7"))).hasMessageStartingWith(wrong + "* invalid IPv6 address: 10.9.0.7");
                host.sandboxes().detach(id("chosen"));
                try (Sandbox again = attach(host, "chosen", at("fd00:9::abcd:1:2:3"))) {
                    assertThat(text(again)).isEqualTo("fd00:9::abcd:1:2:3");
                }
            }
            assertThatThrownBy(() -> host.networks().create(spec("inner", new PoolSpec("fd00:9::8000:0:0:0/65", "", "", Map.of()))))
                    .isInstanceOf(ForbiddenException.class).hasMessage("invalid pool request: Pool overlaps with other one on this address space");
            host.networks().create(new NetworkSpec("unchosen", "", true, false, false, "", List.of(), Map.of(), Map.of()));
            assertThatThrownBy(() -> host.networks().checked(new Connection("unchosen", "", List.of(), List.of(), "", "fd00:9::1", "", 0, Map.of(), List.of())))
                    .hasMessageEndingWith("user specified IP address is supported only when connecting to networks with user configured subnets");
        });
    }

    @Test
    void theDefaultRouteAndThePortsOfEachFamilyGoWhereItIs() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("six"));
            host.networks().create(new NetworkSpec("four", "", false, false, false, "", List.of(), Map.of(), Map.of()));
            var preferred = new Connection("four", "", List.of(), List.of(), "", "", "", 7, Map.of(), List.of());
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("six"), preferred);
                    TestServer server = TestServer.tcp(netns(web), 80); Links inside = Links.of(netns(web))) {
                assertThat(defaultGateways(inside)).containsExactlyInAnyOrder(web.endpoints().get(1).gateway(), ipv6(web).gateway());
                OwnNetwork.in(host.neighbour(), () -> {
                    assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.NEIGHBOUR);
                    assertThat(TestServer.ask(TestHost.ADDRESS6, 8080)).isEqualTo(TestHost.NEIGHBOUR6);
                });
                Network more = host.networks().create(spec("more"));
                host.sandboxes().connect(id("web"), new Connection("more", "", List.of(), List.of(), "", "", "", 9, Map.of(), List.of()), "");
                assertThat(defaultGateways(inside)).containsExactlyInAnyOrder(more.pools().get(0).gateway(), more.pools().get(1).gateway());
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS6, 8080)).isEqualTo(TestHost.NEIGHBOUR6));
                host.sandboxes().disconnect(id("web"), more.id());
                assertThat(defaultGateways(inside)).containsExactlyInAnyOrder(web.endpoints().get(1).gateway(), ipv6(web).gateway());
                host.sandboxes().disconnect(id("web"), web.endpoints().getFirst().networkId());
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS6, 8080)).as("by the relay")
                        .isEqualTo(Objects.requireNonNull(web.endpoints().get(1).gateway()).getHostAddress()));
                assertThat(server.port()).isEqualTo(80);
            }
        });
    }

    @Test
    void aClientWithALinkLocalAddressIsServedByTheRelay() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan"));
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("lan"));
                    TestServer server = TestServer.tcp(netns(web), 80); Links links = Links.ofHost(); Links lan = Links.of(host.neighbour())) {
                int eth0 = lan.find("eth0").orElseThrow();
                links.addAddress(links.find("wire0").orElseThrow(), InetAddress.ofLiteral("fe80::5"), 64);
                OwnNetwork.in(host.neighbour(), () -> await().ignoreExceptions().untilAsserted(() -> assertThat(TestServer.ask("fe80::5%" + eth0, 8080))
                        .isEqualTo(Objects.requireNonNull(web.endpoints().getFirst().gateway()).getHostAddress())));
                assertThat(server.port()).isEqualTo(80);
            }
        });
    }

    @Test
    void udpIsPublishedOnIpv6AndAddressesOfClientsAreKept() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan"));
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("53/udp", "", "5353"), PortSpec.parse("53/udp", TestHost.ADDRESS6, "5354")),
                    Connection.to("lan")); TestServer server = TestServer.udp(netns(web), 53)) {
                assertThat(web.bindings()).extracting(PortBinding::hostIp).containsExactly("0.0.0.0", "::", TestHost.ADDRESS6);
                OwnNetwork.in(host.neighbour(), () -> {
                    assertThat(TestServer.askUdp(TestHost.ADDRESS, 5353)).isEqualTo(TestHost.NEIGHBOUR);
                    assertThat(TestServer.askUdp(TestHost.ADDRESS6, 5353)).isEqualTo(TestHost.NEIGHBOUR6);
                    assertThat(TestServer.askUdp(TestHost.ADDRESS6, 5354)).isEqualTo(TestHost.NEIGHBOUR6);
                });
                assertThatThrownBy(() -> attach(host, "b", List.of(PortSpec.parse("53/udp", "::", "5353")), Connection.to("lan")))
                        .hasMessageContaining("Bind for :::5353 failed: port is already allocated");
                assertThat(TestServer.askUdp("::1", 5353)).as("by the relay").isEqualTo(Objects.requireNonNull(web.endpoints().getFirst().gateway()).getHostAddress());
                assertThat(server.port()).isEqualTo(53);
            }
        });
    }

    @Test
    void udpOnIpv6OfAContainerWithoutItIsCarriedByTheRelay() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("53/udp", "::", "5353"), PortSpec.parse("53/udp", "::1", "5354")), Connection.to("bridge"));
                    TestServer server = TestServer.udp(netns(web), 53)) {
                var gateway = Objects.requireNonNull(web.endpoints().getFirst().gateway()).getHostAddress();
                assertThat(web.bindings()).extracting(PortBinding::hostIp).containsExactly("::", "::1");
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.askUdp(TestHost.ADDRESS6, 5353)).isEqualTo(gateway));
                assertThat(TestServer.askUdp("::1", 5353)).isEqualTo(gateway);
                assertThat(TestServer.askUdp("::1", 5354)).isEqualTo(gateway);
                assertThat(server.port()).isEqualTo(53);
            }
        });
    }

    @Test
    void whatContainersSendOutCarriesTheHostsAddressUnlessTheNetworkIsToKeepIt() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan"));
            host.networks().create(new NetworkSpec("own", "", true, false, false, "", List.of(),
                    Map.of("com.docker.network.bridge.enable_ip_masquerade", "false"), Map.of()));
            try (Sandbox hidden = attach(host, "hidden", Connection.to("lan")); Sandbox own = attach(host, "own", Connection.to("own"));
                    TestServer server = TestServer.tcp(host.neighbour(), 9000)) {
                OwnNetwork.in(netns(hidden), () -> assertThat(TestServer.ask(TestHost.NEIGHBOUR6, server.port())).isEqualTo(TestHost.ADDRESS6));
                OwnNetwork.in(netns(own), () -> assertThat(TestServer.ask(TestHost.NEIGHBOUR6, server.port())).isEqualTo(text(own)));
            }
        });
    }

    @Test
    void neighboursThatMustNotReachEachOtherDoNotAndAnInternalNetworkHasNoWayOut() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(new NetworkSpec("lan", "", true, true, false, "", List.of(), Map.of("com.docker.network.bridge.enable_icc", "false"),
                    Map.of()));
            try (Sandbox one = attach(host, "one", Connection.to("lan")); Sandbox two = attach(host, "two", Connection.to("lan"));
                    TestServer web = TestServer.tcp(netns(one), 80); TestServer outside = TestServer.tcp(host.neighbour(), 9000);
                    Links inside = Links.of(netns(two))) {
                assertThat(TestServer.isReachable(text(one), web.port())).as("the host reaches it").isTrue();
                assertThat(defaultGateways(inside)).isEmpty();
                inside.defaultRoute6((Inet6Address) Objects.requireNonNull(host.networks().require("lan").ipv6()).gateway());
                OwnNetwork.in(netns(two), () -> {
                    assertThat(TestServer.isReachable(text(one), web.port())).isFalse();
                    assertThat(TestServer.isReachable(TestHost.NEIGHBOUR6, outside.port())).as("whoever makes himself a route").isFalse();
                });
            }
        });
    }

    @Test
    void addressesAndPortsSurviveTheEngineAndWhoeverFlushesTheRules() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(spec("lan"));
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("lan"));
                    TestServer server = TestServer.tcp(netns(web), 80); TestServer outside = TestServer.tcp(host.neighbour(), 9000)) {
                Sandboxes next = host.restart();
                assertThat(host.networks().require("lan")).isEqualTo(lan);
                assertThat(next.adopt(id("web"), "web", server.threadId()).endpoints()).isEqualTo(web.endpoints());
                next.forgetAllBut(Set.of(id("web")));
                reaches(host, TestHost.NEIGHBOUR6);
                try (LibNftables nft = LibNftables.open()) {
                    nft.run("flush ruleset");
                }
                await().untilAsserted(() -> assertThat(TestHost.rules()).contains("8080 : " + text(web) + " . 80").contains("ip6 saddr"));
                reaches(host, TestHost.NEIGHBOUR6);
                try (Sandbox further = attach(host, "further", Connection.to("lan"))) {
                    assertThat(text(further)).isNotEqualTo(text(web));
                }
                String bridge = InterfaceNames.of("test").bridge(lan.id());
                try (Links links = Links.ofHost()) {
                    links.delete(links.find(bridge).orElseThrow());
                    try (Sandbox later = attach(host, "later", Connection.to("lan"))) {
                        assertThat(links.addresses()).as("the bridge was made again").anyMatch(address -> address.address()
                                .equals(Objects.requireNonNull(lan.ipv6()).gateway()));
                        OwnNetwork.in(netns(later), () -> assertThat(TestServer.ask(TestHost.NEIGHBOUR6, outside.port())).isEqualTo(TestHost.ADDRESS6));
                    }
                }
            }
        });
    }

    @Test
    void aChainOfSomebodyElsesThatDropsIpv6IsNamed() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(spec("lan"));
            try (LibNftables nft = LibNftables.open()) {
                nft.run("add table ip6 filter\nadd chain ip6 filter FORWARD { type filter hook forward priority filter; policy drop; }");
                String bridge = InterfaceNames.of("test").bridge(lan.id());
                assertThat(host.networks().warnings()).singleElement().asString().contains("ip6 filter").contains(bridge)
                        .doesNotContain(InterfaceNames.of("test").bridge() + ",");
                String warning = host.networks().warnings().getFirst();
                nft.run(warning.substring(warning.indexOf("nft '") + "nft '".length(), warning.length() - 1).replace("; ", "\n"));
                assertThat(host.networks().warnings()).isEmpty();
            }
        });
    }

    @Test
    void sctpIsPublishedByTheFirewallAlone() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("lan"));
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("38412/sctp", "", "38412"), PortSpec.parse("36412/sctp", "", "")),
                    Connection.to("lan"))) {
                String four = Objects.requireNonNull(web.endpoints().getFirst().ip()).getHostAddress();
                assertThat(web.bindings()).extracting(binding -> binding.protocol() + " " + binding.hostIp())
                        .containsExactly("sctp 0.0.0.0", "sctp ::", "sctp 0.0.0.0", "sctp ::");
                assertThat(web.bindings().get(2).hostPort()).isPositive().isEqualTo(web.bindings().get(3).hostPort());
                assertThat(TestHost.rules()).contains("38412 : " + four + " . 38412").contains("38412 : " + text(web) + " . 38412");
                assertThatThrownBy(() -> attach(host, "b", List.of(PortSpec.parse("1/sctp", "", "38412")), Connection.to("lan")))
                        .hasMessageContaining("port is already allocated");
                host.sandboxes().detach(id("web"));
                assertThat(TestHost.rules()).doesNotContain("38412");
            }
        });
    }

    @Test
    void aNetworkMayHaveIpv6Only() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(new NetworkSpec("lan", "", true, false, false, "", List.of(new PoolSpec("fd00:7::/64", "", "", Map.of()),
                    new PoolSpec("10.7.0.0/24", "", "", Map.of())), Map.of(), Map.of(), false));
            assertThat(lan.pools()).extracting(pool -> pool.subnet().toString()).containsExactly("fd00:7::/64");
            try (Sandbox web = attach(host, "web", List.of(PortSpec.parse("80", "", "8080"), PortSpec.parse("53/udp", "", "5353")), Connection.to("lan"));
                    Sandbox client = attach(host, "client", Connection.to("lan")); TestServer server = TestServer.tcp(netns(web), 80);
                    TestServer dns = TestServer.udp(netns(web), 53); TestServer outside = TestServer.tcp(host.neighbour(), 9000)) {
                assertThat(web.endpoints().getFirst().ip()).isNull();
                assertThat(web.bindings()).extracting(PortBinding::hostIp).containsExactly("::", "::");
                OwnNetwork.in(netns(client), () -> {
                    assertThat(Lookup.addresses("web")).isEmpty();
                    assertThat(Lookup.addresses6("web")).containsExactly("fd00:7::2");
                    assertThat(TestServer.ask("fd00:7::2", server.port())).isEqualTo("fd00:7::3");
                    assertThat(TestServer.ask(TestHost.NEIGHBOUR6, outside.port())).isEqualTo(TestHost.ADDRESS6);
                });
                reaches(host, TestHost.NEIGHBOUR6);
                assertThat(TestServer.ask("::1", 8080)).as("by the relay").isEqualTo("fd00:7::1");
                assertThat(TestServer.isReachable("127.0.0.1", 8080)).isFalse();
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.askUdp(TestHost.ADDRESS6, 5353)).isEqualTo(TestHost.NEIGHBOUR6));
                assertThatThrownBy(() -> attach(host, "b", List.of(PortSpec.parse("80", "127.0.0.1", "8081")), Connection.to("lan")))
                        .isInstanceOf(InvalidArgumentException.class).hasMessage("cannot publish on 127.0.0.1: the container has no IPv4 address");
                Sandboxes next = host.restart();
                assertThat(next.adopt(id("web"), "web", server.threadId()).endpoints()).isEqualTo(web.endpoints());
                next.forgetAllBut(Set.of(id("web")));
                reaches(host, TestHost.NEIGHBOUR6);
                assertThat(dns.port()).isEqualTo(53);
                next.detach(id("web"));
                host.networks().remove("lan");
            }
            assertThatThrownBy(() -> host.networks().create(new NetworkSpec("neither", "", false, false, false, "", List.of(), Map.of(), Map.of(), false)))
                    .isInstanceOf(InvalidArgumentException.class).hasMessage("IPv4 or IPv6 must be enabled");
        });
    }

    @Test
    void aHostThatHeardRoutersHearsThemStill() throws Exception {
        TestHost.run(folder, host -> {
            KernelSettings.set("ipv6/conf/wire0/accept_ra", "1");
            host.networks().create(spec("lan"));
            assertThat(KernelSettings.is("ipv6/conf/all/forwarding", "1")).isTrue();
            assertThat(KernelSettings.is("ipv6/conf/wire0/accept_ra", "2")).isTrue();
        });
    }

    private static void reaches(TestHost host, String as) throws Exception {
        OwnNetwork.in(host.neighbour(), () -> await().ignoreExceptions().untilAsserted(() ->
                assertThat(TestServer.ask(TestHost.ADDRESS6, 8080)).isEqualTo(as)));
    }

    private static List<InetAddress> defaultGateways(Links links) {
        return links.routes().stream().filter(route -> route.prefixLength() == 0 && route.table() == 254)
                .<InetAddress>mapMulti((route, found) -> {
                    if (route.gateway() != null) {
                        found.accept(route.gateway());
                    }
                }).toList();
    }

    private static NetworkSpec spec(String name, PoolSpec... pools) {
        return new NetworkSpec(name, "bridge", true, false, false, "default", List.of(pools), Map.of(), Map.of());
    }

    private static Connection at(String address) {
        return new Connection("lan", "", List.of(), List.of(), "", address, "", 0, Map.of(), List.of());
    }

    private static Sandbox attach(TestHost host, String name, Connection... connections) {
        return attach(host, name, List.of(), connections);
    }

    private static Sandbox attach(TestHost host, String name, List<PortSpec> ports, Connection... connections) {
        List<Connection> all = Arrays.asList(connections);
        return host.sandboxes().attach(new SandboxRequest(id(name), name, "", NetworkMode.parse(all.getFirst().network()), all, ports, List.of(),
                new NamespaceOwner.Host()));
    }

    private static String id(String name) {
        return "%08x".formatted(name.hashCode()).repeat(8);
    }

    private static Endpoint.Six ipv6(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.endpoints().getFirst().ipv6());
    }

    private static String text(Sandbox sandbox) {
        return IpText.of(ipv6(sandbox).ip());
    }
}
