package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Fd;
import io.berth.ffi.LibNftables;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the kernel; the host of these tests is a namespace with a neighbour on a wire. */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class NetworksTests {

    private static final NetworkMode BRIDGE = NetworkMode.parse("default");

    @TempDir
    Path folder;

    @Test
    void aContainerHasAnAddressADefaultRouteAndTheUplinksMtu() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE)); Links inside = Links.of(netns(sandbox))) {
                Endpoint endpoint = sandbox.endpoints().getFirst();
                assertThat(endpoint.ip()).isEqualTo(Inet4Address.ofLiteral("10.77.0.2"));
                assertThat(endpoint.gateway()).isEqualTo(Inet4Address.ofLiteral("10.77.0.1"));
                assertThat(endpoint.mac()).isEqualTo(new MacAddress("02:42:0a:4d:00:02"));
                assertThat(inside.list()).anySatisfy(link -> {
                    assertThat(link.name()).isEqualTo("eth0");
                    assertThat(link.mtu()).isEqualTo(TestHost.WIRE_MTU);
                    assertThat(link.up()).isTrue();
                });
                assertThat(inside.routes()).anySatisfy(route -> {
                    assertThat(route.prefixLength()).isZero();
                    assertThat(route.gateway()).isEqualTo(endpoint.gateway());
                });
                assertThat(inside.addresses()).extracting(Links.HostAddress::address).noneMatch(java.net.InetAddress::isLinkLocalAddress);
            }
        });
    }

    @Test
    void theSubnetOverlapsNothingThatTheHostHas() throws Exception {
        TestHost.run(folder, host -> {
            try (Links links = Links.ofHost()) {
                int bridge = links.createBridge("other0", new byte[] {2, 0, 0, 0, 0, 1}, 1500);
                links.addAddress(bridge, Inet4Address.ofLiteral("10.77.3.1"), 24);
            }
            assertThat(host.networks().require("bridge").pools()).extracting(pool -> pool.subnet().toString())
                    .containsExactly("10.77.16.0/20");
        });
    }

    @Test
    void whatContainersSendOutCarriesTheHostsAddress() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE));
                    TestServer lan = TestServer.tcp(host.neighbour(), 9000)) {
                OwnNetwork.in(netns(sandbox), () ->
                        assertThat(TestServer.ask(TestHost.NEIGHBOUR, lan.port())).isEqualTo(TestHost.ADDRESS));
            }
        });
    }

    @Test
    void aPublishedPortIsReachedFromTheHostItsLoopbackAddressesAndTheNeighbour() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("web", BRIDGE, "80/tcp", "", "8080"));
                    TestServer web = TestServer.tcp(netns(sandbox), 80)) {
                assertThat(sandbox.bindings()).containsExactly(new PortBinding(Protocol.TCP, 80, "0.0.0.0", 8080),
                        new PortBinding(Protocol.TCP, 80, "::", 8080));
                assertThat(TestServer.ask("127.0.0.1", 8080)).isEqualTo("10.77.0.1");
                assertThat(TestServer.ask("::1", 8080)).isEqualTo("10.77.0.1");
                assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.ADDRESS);
                OwnNetwork.in(host.neighbour(), () ->
                        assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).as("the client's own address").isEqualTo(TestHost.NEIGHBOUR));
                assertThat(web.port()).isEqualTo(80);
            }
        });
    }

    @Test
    void aPublishedPortIsReachedFromTheContainerItselfAndItsNeighbours() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox first = host.sandboxes().attach(request("web", BRIDGE, "80/tcp", "", "8080"));
                    Sandbox second = host.sandboxes().attach(request("client", BRIDGE));
                    TestServer web = TestServer.tcp(netns(first), 80)) {
                for (Sandbox from : List.of(first, second)) {
                    OwnNetwork.in(netns(from), () -> {
                        assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo("10.77.0.1");
                        assertThat(TestServer.ask("10.77.0.1", 8080)).isEqualTo("10.77.0.1");
                    });
                }
                OwnNetwork.in(netns(second), () -> assertThat(TestServer.ask("10.77.0.2", web.port())).isEqualTo("10.77.0.3"));
            }
        });
    }

    @Test
    void udpIsPublishedToo() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("dns", BRIDGE, "53/udp", "", "5353"));
                    TestServer dns = TestServer.udp(netns(sandbox), 53)) {
                assertThat(sandbox.bindings()).containsExactly(new PortBinding(Protocol.UDP, 53, "0.0.0.0", 5353), new PortBinding(Protocol.UDP, 53, "::", 5353));
                assertThat(TestServer.askUdp("127.0.0.1", 5353)).isEqualTo("10.77.0.1");
                assertThat(TestServer.askUdp("::1", 5353)).as("by the relay").isEqualTo("10.77.0.1");
                OwnNetwork.in(host.neighbour(), () ->
                        assertThat(TestServer.askUdp(TestHost.ADDRESS, 5353)).isEqualTo(TestHost.NEIGHBOUR));
                assertThat(dns.port()).isEqualTo(53);
            }
        });
    }

    @Test
    void whatIsPublishedOnLoopbackIsForTheHostAlone() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("web", BRIDGE, "80/tcp", "127.0.0.1", "8080"));
                    TestServer web = TestServer.tcp(netns(sandbox), 80)) {
                assertThat(TestServer.ask("127.0.0.1", 8080)).isEqualTo("10.77.0.1");
                assertThatThrownBy(() -> TestServer.ask(TestHost.ADDRESS, 8080)).isInstanceOf(ConnectException.class);
                OwnNetwork.in(host.neighbour(), () -> {
                    assertThatThrownBy(() -> TestServer.ask(TestHost.ADDRESS, 8080)).isInstanceOf(ConnectException.class);
                    // It has a way to the containers: its default route leads over the host.
                    assertThat(TestServer.isReachable("10.77.0.2", web.port())).isFalse();
                });
            }
        });
    }

    @Test
    void loopbackPortsAreNotReachedByPacketsThatAimAtLoopbackFromOutside() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("web", BRIDGE, "80/tcp", "127.0.0.1", "8080"));
                    TestServer web = TestServer.tcp(netns(sandbox), 80); Links lan = Links.of(host.neighbour())) {
                lan.deleteAddress(lan.find("lo").orElseThrow(), Inet4Address.ofLiteral("127.0.0.1"), 8);
                OwnNetwork.in(host.neighbour(), () -> {
                    KernelSettings.set("ipv4/conf/eth0/route_localnet", "1");
                    assertThat(TestServer.isReachable("127.0.0.1", 8080)).isFalse();
                });
                assertThat(web.port()).isEqualTo(80);
            }
        });
    }

    @Test
    void aPortThatIsNotPublishedIsReachedByTheHostAndNotByTheNeighbour() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("web", BRIDGE)); TestServer web = TestServer.tcp(netns(sandbox), 80)) {
                assertThat(TestServer.ask("10.77.0.2", web.port())).isEqualTo("10.77.0.1");
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.isReachable("10.77.0.2", web.port())).isFalse());
            }
        });
    }

    @Test
    void containersDoNotReachTheHostsLoopback() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE)); TestServer secret = TestServer.tcp(null, 7000);
                    Links inside = Links.of(netns(sandbox))) {
                inside.deleteAddress(inside.find("lo").orElseThrow(), Inet4Address.ofLiteral("127.0.0.1"), 8);
                OwnNetwork.in(netns(sandbox), () -> {
                    KernelSettings.set("ipv4/conf/eth0/route_localnet", "1");
                    assertThat(TestServer.isReachable("127.0.0.1", secret.port())).isFalse();
                });
            }
        });
    }

    @Test
    void aPortOfAnotherContainerIsAllocated() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox first = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"))) {
                assertThatThrownBy(() -> host.sandboxes().attach(request("b", BRIDGE, "80/tcp", "127.0.0.1", "8080")))
                        .isInstanceOf(InternalException.class)
                        .hasMessageMatching("failed to set up container networking: driver failed programming external connectivity on endpoint b \\([0-9a-f]{64}\\): "
                                + "Bind for 127.0.0.1:8080 failed: port is already allocated");
                assertThat(host.sandboxes().find(id("b"))).isEmpty();
                assertThat(first.bindings()).hasSize(2);
            }
        });
    }

    @Test
    void aPortOfAProcessOfTheHostIsInUse() throws Exception {
        TestHost.run(folder, host -> {
            try (var server = new ServerSocket(8080)) {
                assertThatThrownBy(() -> host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080")))
                        .isInstanceOf(InternalException.class).hasMessageContaining(
                                "failed to bind host port for 0.0.0.0:8080:10.77.0.2:80/tcp: address already in use");
            }
            try (Sandbox later = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"))) {
                assertThatThrownBy(() -> new ServerSocket(8080).close()).isInstanceOf(BindException.class);
            }
        });
    }

    @Test
    void aRangeGivesItsFirstFreePortAndNoneGivesOneForBothFamilies() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox first = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8000-8001"));
                    Sandbox second = host.sandboxes().attach(request("b", BRIDGE, "80/tcp", "", "8000-8001"));
                    Sandbox any = host.sandboxes().attach(request("c", BRIDGE, "80/tcp", "", ""))) {
                assertThat(first.bindings()).extracting(PortBinding::hostPort).containsOnly(8000);
                assertThat(second.bindings()).extracting(PortBinding::hostPort).containsOnly(8001);
                assertThat(any.bindings()).hasSize(2).extracting(PortBinding::hostPort).containsOnly(any.bindings().getFirst().hostPort());
                assertThatThrownBy(() -> host.sandboxes().attach(request("d", BRIDGE, "80/tcp", "", "8000-8001")))
                        .hasMessageContaining("port is already allocated");
            }
        });
    }

    @Test
    void detachingFreesPortsAndAddressesAndTheKernelTakesTheInterfaceAway() throws Exception {
        TestHost.run(folder, host -> {
            Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"));
            sandbox.close();
            host.sandboxes().detach(id("a"));
            host.sandboxes().detach(id("a"));

            assertThat(host.sandboxes().find(id("a"))).isEmpty();
            try (Sandbox again = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"))) {
                assertThat(again.endpoints().getFirst().ip()).isNotEqualTo(sandbox.endpoints().getFirst().ip());
                await().untilAsserted(() -> assertThat(host.veths()).hasSize(1));
            }
            assertThat(host.events()).containsExactly("connect bridge " + id("a"), "disconnect bridge " + id("a"),
                    "connect bridge " + id("a"));
        });
    }

    @Test
    void noneHasLoopbackOnlyAndHostHasNoNamespace() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox none = host.sandboxes().attach(request("a", NetworkMode.parse("none")));
                    Sandbox onHost = host.sandboxes().attach(request("b", NetworkMode.parse("host")));
                    Links inside = Links.of(netns(none))) {
                assertThat(inside.addresses()).allSatisfy(address -> assertThat(address.address().isLoopbackAddress()).isTrue());
                assertThat(none.endpoints()).extracting(Endpoint::networkName).containsExactly("none");
                assertThat(onHost.netns()).isNull();
                assertThat(onHost.endpoints()).extracting(Endpoint::networkName).containsExactly("host");
            }
        });
    }

    @Test
    void aContainerCanJoinTheSandboxOfAnotherThatRuns() throws Exception {
        TestHost.run(folder, host -> {
            assertThatThrownBy(() -> host.sandboxes().attach(request("b", new NetworkMode.Container(id("a")))))
                    .isInstanceOf(ConflictException.class).hasMessage("cannot join network of a non running container: " + id("a"));
            try (Sandbox first = host.sandboxes().attach(request("a", BRIDGE));
                    Sandbox joined = host.sandboxes().attach(request("b", new NetworkMode.Container(id("a"))));
                    Links inside = Links.of(netns(joined))) {
                assertThat(inside.addresses()).extracting(Links.HostAddress::address).contains(first.endpoints().getFirst().ip());
                assertThat(joined.endpoints()).isEmpty();
            }
        });
    }

    @Test
    void aNewProcessTakesOverWhatRunsAndCleansTheRest() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox kept = host.sandboxes().attach(request("kept", BRIDGE, "80/tcp", "", "8080"));
                    Sandbox lost = host.sandboxes().attach(request("lost", BRIDGE, "81/tcp", "", "8081"));
                    TestServer web = TestServer.tcp(netns(kept), 80)) {
                Sandboxes next = host.restart();

                Sandbox adopted = next.adopt(id("kept"), "kept", web.threadId());
                next.forgetAllBut(Set.of(id("kept")));
                assertThat(adopted.endpoints()).isEqualTo(kept.endpoints());
                assertThat(adopted.bindings()).isEqualTo(kept.bindings());
                assertThat(lost.bindings()).hasSize(2);
                assertThat(TestServer.ask("127.0.0.1", 8080)).isEqualTo("10.77.0.1");
                assertThat(TestServer.ask("::1", 8080)).isEqualTo("10.77.0.1");
                assertThat(host.veths()).hasSize(1);
                assertThat(TestHost.rules()).contains("8080 : 10.77.0.2 . 80").doesNotContain("8081");
                assertThatThrownBy(() -> next.adopt(id("lost"), "lost", web.threadId())).isInstanceOf(NotFoundException.class);
                assertThatThrownBy(() -> next.attach(request("other", BRIDGE, "80/tcp", "", "8080")))
                        .hasMessageContaining("port is already allocated");
                try (Sandbox other = next.attach(request("other", BRIDGE))) {
                    assertThat(other.endpoints().getFirst().ip()).isNotEqualTo(kept.endpoints().getFirst().ip());
                }
                next.detach(id("kept"));
                assertThat(TestHost.rules()).doesNotContain("8080");
            }
        });
    }

    @Test
    void theTableIsPutBackWithItsPortsWhenTheEngineStartsAgain() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"));
                    TestServer web = TestServer.tcp(netns(sandbox), 80); LibNftables nft = LibNftables.open()) {
                nft.run("flush ruleset");
                Sandboxes next = host.restart();
                next.adopt(id("a"), "a", web.threadId());
                next.forgetAllBut(Set.of(id("a")));
                assertThat(TestServer.ask("127.0.0.1", 8080)).isEqualTo("10.77.0.1");
            }
        });
    }

    @Test
    void theTableIsPutBackWithItsPortsWhenSomebodyFlushesIt() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"));
                    TestServer web = TestServer.tcp(netns(sandbox), 80); LibNftables nft = LibNftables.open()) {
                for (String harm : List.of("flush ruleset", "flush table inet berth-test", "flush chain inet berth-test guard")) {
                    String before = nft.run("list table inet berth-test");
                    nft.run(harm);
                    await().ignoreExceptions().untilAsserted(() -> assertThat(nft.run("list table inet berth-test")).as(harm).isEqualTo(before));
                    assertThat(TestServer.ask("127.0.0.1", 8080)).as(harm).isEqualTo("10.77.0.1");
                }
                assertThat(web.port()).isEqualTo(80);
            }
        });
    }

    @Test
    void aChainOfSomebodyElseThatDropsOurTrafficIsNamedWithWhatMendsIt() throws Exception {
        for (String foreign : List.of("table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }",
                "table inet wall { chain pass { type filter hook forward priority 0; policy accept; ct state established accept; counter reject with icmpx admin-prohibited; }; }")) {
            TestHost.run(folder, host -> {
                try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"));
                        TestServer web = TestServer.tcp(netns(sandbox), 80); LibNftables nft = LibNftables.open()) {
                    assertThat(host.networks().warnings()).isEmpty();
                    nft.run(foreign);
                    OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.isReachable(TestHost.ADDRESS, 8080)).isFalse());
                    String warning = host.networks().warnings().getFirst();
                    assertThat(warning).contains("the chain " + (foreign.contains("FORWARD") ? "FORWARD" : "pass"))
                            .contains("table " + (foreign.contains("FORWARD") ? "ip filter" : "inet wall"));
                    nft.run(warning.substring(warning.indexOf("nft '") + 5, warning.lastIndexOf('\'')));
                    assertThat(host.networks().warnings()).isEmpty();
                    OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.NEIGHBOUR));
                    assertThat(web.port()).isEqualTo(80);
                    host.sandboxes().detach(id("a"));
                }
            });
        }
    }

    @Test
    void twoInstancesLiveSideBySideAndNeitherTouchesRulesOfOthers() throws Exception {
        TestHost.run(folder, host -> {
            String foreign = "table inet foreign {\n\tchain c {\n\t\ttcp dport 1 accept\n\t}\n}\n";
            try (LibNftables nft = LibNftables.open()) {
                nft.run(foreign);
                try (Sandboxes second = host.another("second").sandboxes();
                        Sandbox one = host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080"));
                        Sandbox two = second.attach(request("a", BRIDGE, "80/tcp", "", "8081"));
                        TestServer first = TestServer.tcp(netns(one), 80); TestServer other = TestServer.tcp(netns(two), 80)) {
                    assertThat(one.endpoints().getFirst().ip()).isEqualTo(Inet4Address.ofLiteral("10.77.0.2"));
                    assertThat(two.endpoints().getFirst().ip()).isEqualTo(Inet4Address.ofLiteral("10.77.16.2"));
                    assertThat(TestServer.ask("127.0.0.1", 8080)).isEqualTo("10.77.0.1");
                    assertThat(TestServer.ask("127.0.0.1", 8081)).isEqualTo("10.77.16.1");
                    OwnNetwork.in(netns(one), () -> assertThat(TestServer.isReachable("10.77.16.2", other.port())).isFalse());
                    assertThat(first.port()).isEqualTo(80);
                    second.detach(id("a"));
                }
                assertThat(nft.run("list tables")).isEqualTo("table inet foreign\ntable inet berth-test\n");
                assertThat(nft.run("list table inet foreign")).isEqualTo(foreign);
            }
        });
    }

    @Test
    void nothingIsLeftBehindWhenNoContainerRuns() throws Exception {
        TestHost.run(folder, 2, host -> {
            List<String> before = TestHost.links();
            host.sandboxes().attach(request("a", BRIDGE, "80/tcp", "", "8080")).close();
            host.sandboxes().detach(id("a"));
            host.sandboxes().close();

            await().untilAsserted(() -> assertThat(TestHost.links()).isEqualTo(before));
            assertThat(TestHost.rules()).isEmpty();
            assertThat(folder.resolve("test")).isEmptyDirectory();
        });
    }

    @Test
    void preparedSandboxesAreRefilledAndNeverUseAnAddressOfARunningContainer() throws Exception {
        TestHost.run(folder, 2, host -> {
            try (Sandbox running = host.sandboxes().attach(request("a", BRIDGE)); TestServer web = TestServer.tcp(netns(running), 80)) {
                await().untilAsserted(() -> assertThat(host.veths()).hasSize(3));
                Sandboxes next = host.restart();
                next.adopt(id("a"), "a", web.threadId());
                next.forgetAllBut(Set.of(id("a")));
                await().untilAsserted(() -> assertThat(host.veths()).hasSize(3));
                for (String name : List.of("b", "c", "d", "e")) {
                    try (Sandbox other = next.attach(request(name, BRIDGE))) {
                        assertThat(other.endpoints().getFirst().ip()).isNotEqualTo(running.endpoints().getFirst().ip());
                        OwnNetwork.in(netns(other), () -> assertThat(TestServer.ask(
                                Objects.requireNonNull(running.endpoints().getFirst().ip()).getHostAddress(), web.port()))
                                .isEqualTo(Objects.requireNonNull(other.endpoints().getFirst().ip()).getHostAddress()));
                    }
                }
                List.of("a", "b", "c", "d", "e").forEach(name -> next.detach(id(name)));
            }
            host.sandboxes().close();
            await().untilAsserted(() -> assertThat(host.veths()).isEmpty());
        });
    }

    @Test
    void aDeletedBridgeIsMadeAgainForTheNextContainer() throws Exception {
        TestHost.run(folder, 1, host -> {
            Endpoint first = host.sandboxes().attach(request("a", BRIDGE)).endpoints().getFirst();
            try (Links links = Links.ofHost()) {
                links.delete(links.find(InterfaceNames.of("test").bridge()).orElseThrow());
            }
            try (Sandbox second = host.sandboxes().attach(request("b", BRIDGE)); TestServer web = TestServer.tcp(netns(second), 80)) {
                assertThat(second.endpoints().getFirst().ip()).isNotEqualTo(first.ip());
                assertThat(TestServer.ask(Objects.requireNonNull(second.endpoints().getFirst().ip()).getHostAddress(), web.port()))
                        .isEqualTo("10.77.0.1");
            }
        });
    }

    @Test
    void theBuiltInNetworksAreFoundByNameIdAndPrefixAndCannotBeRemoved() throws Exception {
        TestHost.run(folder, host -> {
            Networks networks = host.networks();
            assertThat(networks.list()).extracting(Network::name).containsExactly("bridge", "host", "none");
            Network bridge = networks.require("bridge");
            assertThat(networks.require(bridge.id().value())).isEqualTo(bridge);
            assertThat(networks.require(bridge.id().shortId())).isEqualTo(bridge);
            assertThatThrownBy(() -> networks.require("web")).isInstanceOf(NotFoundException.class).hasMessage("network web not found");
            assertThatThrownBy(() -> networks.remove("bridge")).isInstanceOf(ForbiddenException.class);
            try (Sandbox sandbox = host.sandboxes().attach(request("a", BRIDGE))) {
                assertThat(networks.attachments(bridge.id())).containsExactly(
                        new Attachment(id("a"), "a", sandbox.endpoints().getFirst()));
            }
        });
    }

    private static SandboxRequest request(String name, NetworkMode mode) {
        return request(name, mode, List.of());
    }

    private static SandboxRequest request(String name, NetworkMode mode, String inside, String hostIp, String hostPort) {
        return request(name, mode, List.of(PortSpec.parse(inside, hostIp, hostPort)));
    }

    private static SandboxRequest request(String name, NetworkMode mode, List<PortSpec> ports) {
        List<Connection> connections = mode instanceof NetworkMode.Connected(var network) ? List.of(Connection.to(network)) : List.of();
        return new SandboxRequest(id(name), name, "", mode, connections, ports, List.of(), new NamespaceOwner.Host());
    }

    private static String id(String name) {
        return "%064x".formatted(name.hashCode());
    }

    private static Fd netns(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.netns());
    }
}
