package io.berth.network;

import static io.berth.network.TestHost.netns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that users make, against the kernel; the host of these tests is a namespace with a neighbour on a wire. */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class UserNetworksTests {

    @TempDir
    Path folder;

    @Test
    void containersOfOneNetworkFindEachOtherByNameAndOthersDoNot() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("front"));
            host.networks().create(spec("back"));
            try (Sandbox web = host.sandboxes().attach(request("web", to("front", "www")));
                    Sandbox db = host.sandboxes().attach(request("db", Connection.to("back")));
                    Sandbox client = host.sandboxes().attach(request("client", Connection.to("front")));
                    TestServer server = TestServer.tcp(netns(web), 80); TestServer secret = TestServer.tcp(netns(db), 81)) {
                String address = address(web);
                OwnNetwork.in(netns(client), () -> {
                    for (String name : List.of("web", "WWW", "web.front", id("web").substring(0, 12), "web-host")) {
                        assertThat(Lookup.addresses(name)).as(name).containsExactly(address);
                    }
                    assertThat(Lookup.names(address)).containsExactly("web.front");
                    assertThat(Lookup.addresses("db")).isEmpty();
                    assertThat(Lookup.addresses("db.back")).isEmpty();
                    assertThat(Lookup.names(address(db))).isEmpty();
                    assertThat(TestServer.ask(address, server.port())).isEqualTo(address(client));
                    assertThat(TestServer.isReachable(address(db), secret.port())).isFalse();
                });
            }
        });
    }

    @Test
    void severalContainersMayHaveOneAlias() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("front"));
            try (Sandbox one = host.sandboxes().attach(request("one", to("front", "web")));
                    Sandbox two = host.sandboxes().attach(request("two", to("front", "web")))) {
                OwnNetwork.in(netns(one), () -> assertThat(Lookup.addresses("web")).containsExactlyInAnyOrder(address(one), address(two)));
                host.sandboxes().detach(id("two"));
                OwnNetwork.in(netns(one), () -> assertThat(Lookup.addresses("web")).containsExactly(address(one)));
                host.sandboxes().renamed(id("one"), "first", "");
                OwnNetwork.in(netns(one), () -> {
                    assertThat(Lookup.addresses("first")).containsExactly(address(one));
                    assertThat(Lookup.addresses("one")).isEmpty();
                    assertThat(Lookup.addresses("web")).containsExactly(address(one));
                });
            }
        });
    }

    @Test
    void addressesAreOfTheSubnetThatWasChosenAndStaticOnesAreKept() throws Exception {
        TestHost.run(folder, host -> {
            Network network = host.networks().create(spec("lan", new PoolSpec("10.9.0.0/16", "10.9.4.0/24", "10.9.0.254",
                    Map.of("printer", "10.9.4.0", "router", "10.9.4.1"))));
            assertThat(network.pools().getFirst().gateway()).isEqualTo(Inet4Address.ofLiteral("10.9.0.254"));
            try (Sandbox any = host.sandboxes().attach(request("any", Connection.to("lan")));
                    Sandbox chosen = host.sandboxes().attach(request("chosen", at("lan", "10.9.7.7")))) {
                assertThat(address(any)).isEqualTo("10.9.4.2");
                assertThat(address(chosen)).isEqualTo("10.9.7.7");
                assertThatThrownBy(() -> host.sandboxes().attach(request("b", at("lan", "10.9.7.7"))))
                        .isInstanceOf(ConflictException.class).hasMessage("failed to set up container networking: Address already in use");
                assertThatThrownBy(() -> host.networks().checked(at("lan", "10.8.0.1"))).isInstanceOf(InvalidArgumentException.class)
                        .hasMessage("invalid config for network lan: invalid endpoint settings:\nno configured subnet or ip-range contain the IP address 10.8.0.1");
                host.sandboxes().detach(id("chosen"));
                try (Sandbox again = host.sandboxes().attach(request("chosen", at("lan", "10.9.7.7")))) {
                    assertThat(address(again)).isEqualTo("10.9.7.7");
                }
            }
        });
    }

    @Test
    void anInternalNetworkHasNoWayOutAndForwardsNoQuestions() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(new NetworkSpec("inside", "bridge", false, true, false, "", List.of(), Map.of(), Map.of()));
            try (Sandbox one = host.sandboxes().attach(request("one", Connection.to("inside")));
                    Sandbox two = host.sandboxes().attach(request("two", Connection.to("inside")));
                    TestServer lan = TestServer.tcp(host.neighbour(), 9000); TestServer web = TestServer.tcp(netns(two), 80);
                    Links links = Links.of(netns(one))) {
                OwnNetwork.in(netns(one), () -> {
                    assertThat(Lookup.addresses("two")).containsExactly(address(two));
                    assertThat(Lookup.code("example.org")).isEqualTo("SERVFAIL");
                    assertThat(TestServer.ask(address(two), web.port())).isEqualTo(address(one));
                });
                assertThat(links.routes()).noneMatch(route -> route.prefixLength() == 0);
                // Whoever makes himself a route does not get out either.
                links.defaultRoute((Inet4Address) host.networks().require("inside").pools().getFirst().gateway());
                OwnNetwork.in(netns(one), () -> assertThat(TestServer.isReachable(TestHost.NEIGHBOUR, lan.port())).isFalse());
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.isReachable(address(two), web.port())).isFalse());
            }
        });
    }

    @Test
    void neighboursThatMustNotReachEachOtherReachTheHostOnly() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(with(Map.of("com.docker.network.bridge.enable_icc", "false", "com.docker.network.bridge.name", "apart0",
                    "com.docker.network.driver.mtu", "1280", "com.docker.network.bridge.host_binding_ipv4", "127.0.0.1")));
            try (Sandbox one = host.sandboxes().attach(request("one", List.of(PortSpec.parse("80", "", "8080")), Connection.to("apart")));
                    Sandbox two = host.sandboxes().attach(request("two", Connection.to("apart")));
                    TestServer web = TestServer.tcp(netns(one), 80); Links inside = Links.of(netns(two))) {
                assertThat(one.bindings()).containsExactly(new PortBinding(Protocol.TCP, 80, "127.0.0.1", 8080));
                assertThat(TestServer.ask("127.0.0.1", 8080)).isNotEmpty();
                assertThat(inside.list()).anySatisfy(link -> assertThat(link.mtu()).isEqualTo(1280));
                assertThat(TestHost.links()).contains("apart0");
                OwnNetwork.in(netns(two), () -> assertThat(TestServer.isReachable(address(one), web.port())).isFalse());
            }
            assertThatThrownBy(() -> host.networks().create(onBridge("apart0"))).isInstanceOf(ForbiddenException.class)
                    .hasMessageContaining("(apart0)").hasMessageEndingWith("networks have same bridge name");
            assertThatThrownBy(() -> host.networks().create(onBridge("wire0"))).isInstanceOf(ConflictException.class)
                    .hasMessage("bridge name wire0 is taken: there is a network interface of that name on the host");
        });
    }

    @Test
    void aContainerInTwoNetworksHasTheDefaultRouteOfTheHigherPriorityAndItsPortsThere() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("aaa"));
            host.networks().create(spec("bbb"));
            var preferred = new Connection("bbb", "", List.of(), List.of(), "", "", "", 7, Map.of(), List.of());
            try (Sandbox web = host.sandboxes().attach(request("web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("aaa"), preferred));
                    TestServer server = TestServer.tcp(netns(web), 80); Links inside = Links.of(netns(web))) {
                assertThat(web.endpoints()).extracting(Endpoint::interfaceName).containsExactly("eth0", "eth1");
                assertThat(inside.routes()).filteredOn(route -> route.prefixLength() == 0).singleElement()
                        .satisfies(route -> assertThat(route.gateway()).isEqualTo(web.endpoints().get(1).gateway()));
                assertThat(TestHost.rules()).contains("8080 : " + address(web, 1) + " . 80");
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.NEIGHBOUR));
                assertThat(server.port()).isEqualTo(80);
            }
        });
    }

    @Test
    void aRunningContainerIsConnectedAndDisconnectedAndKeepsItsPorts() throws Exception {
        TestHost.run(folder, host -> {
            Network aaa = host.networks().create(spec("aaa"));
            Network bbb = host.networks().create(spec("bbb"));
            Sandboxes sandboxes = host.sandboxes();
            try (Sandbox web = sandboxes.attach(request("web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("bbb")));
                    Sandbox client = sandboxes.attach(request("client", Connection.to("aaa")));
                    TestServer server = TestServer.tcp(netns(web), 80); Links inside = Links.of(netns(web))) {
                Endpoint further = sandboxes.connect(id("web"), to("aaa", "www"), "web-host");
                assertThat(further.interfaceName()).isEqualTo("eth1");
                OwnNetwork.in(netns(client), () -> assertThat(Lookup.addresses("www")).containsExactly(Objects.requireNonNull(further.ip()).getHostAddress()));
                assertThat(defaultGateway(inside)).isEqualTo(further.gateway());
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.NEIGHBOUR));
                assertThatThrownBy(() -> sandboxes.connect(id("web"), Connection.to("aaa"), "")).isInstanceOf(ConflictException.class);

                sandboxes.disconnect(id("web"), aaa.id());
                assertThat(defaultGateway(inside)).isEqualTo(web.endpoints().getFirst().gateway());
                OwnNetwork.in(netns(client), () -> assertThat(Lookup.addresses("www")).isEmpty());
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.NEIGHBOUR));

                sandboxes.disconnect(id("web"), bbb.id());
                assertThat(inside.list()).extracting(Links.Link::name).containsExactly("lo");
                assertThat(sandboxes.find(id("web")).orElseThrow().bindings()).isEmpty();
                assertThatThrownBy(() -> sandboxes.attach(request("thief", List.of(PortSpec.parse("80", "", "8080")), Connection.to("bbb"))))
                        .hasMessageContaining("port is already allocated");
                sandboxes.connect(id("web"), Connection.to("bbb"), "");
                OwnNetwork.in(host.neighbour(), () -> assertThat(TestServer.ask(TestHost.ADDRESS, 8080)).isEqualTo(TestHost.NEIGHBOUR));
                assertThat(server.port()).isEqualTo(80);
                sandboxes.detach(id("web"));
                assertThat(TestHost.rules()).doesNotContain("8080");
            }
        });
    }

    @Test
    void networksAndNamesSurviveTheEngine() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(spec("lan"));
            try (Sandbox web = host.sandboxes().attach(request("web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("lan")));
                    TestServer server = TestServer.tcp(netns(web), 80)) {
                Sandboxes next = host.restart();
                assertThat(host.networks().require("lan")).isEqualTo(lan);
                assertThat(next.adopt(id("web"), "web", server.threadId()).endpoints()).isEqualTo(web.endpoints());
                next.forgetAllBut(Set.of(id("web")));
                OwnNetwork.in(netns(web), () -> await().ignoreExceptions().untilAsserted(() ->
                        assertThat(Lookup.addresses("web")).containsExactly(address(web))));
                assertThatThrownBy(() -> host.networks().remove("lan")).isInstanceOf(ForbiddenException.class)
                        .hasMessageMatching("error while removing network: network lan has active endpoints \\(name:\"web\" id:\"[0-9a-f]{12}\"\\)");
                next.detach(id("web"));
                host.networks().remove("lan");
                assertThatThrownBy(() -> host.networks().require("lan")).isInstanceOf(NotFoundException.class);
                assertThat(TestHost.links()).noneMatch(InterfaceNames.of("test")::isNetworkBridge);
            }
        });
    }

    @Test
    void subnetsNeverOverlapAndNamesAreGivenOnce() throws Exception {
        TestHost.run(folder, host -> {
            Network lan = host.networks().create(spec("lan"));
            Subnet subnet = lan.pools().getFirst().subnet();
            assertThat(subnet.overlaps(host.networks().require("bridge").pools().getFirst().subnet())).isFalse();
            assertThatThrownBy(() -> host.networks().create(spec("lan"))).isInstanceOf(ConflictException.class)
                    .hasMessage("network with name lan already exists");
            assertThatThrownBy(() -> host.networks().create(spec("other", new PoolSpec(subnet.toString(), "", "", Map.of()))))
                    .isInstanceOf(ForbiddenException.class).hasMessage("invalid pool request: Pool overlaps with other one on this address space");
            assertThatThrownBy(() -> host.networks().create(spec("host"))).isInstanceOf(ForbiddenException.class)
                    .hasMessage("operation is not permitted on predefined host network");
            // The engine starts again on a host whose kernel has none of it: what is kept stays reserved.
            host.restart();
            assertThat(host.networks().require("bridge").pools().getFirst().subnet().overlaps(subnet)).isFalse();
            try (Sandbox sandbox = host.sandboxes().attach(request("a", Connection.to("lan")))) {
                assertThat(subnet.contains(Objects.requireNonNull(sandbox.endpoints().getFirst().ip()))).isTrue();
            }
        });
    }

    @Test
    void aNetworkWithMoreContainersThanABridgeHasPortsIsStillOne() throws Exception {
        for (boolean neighbours : List.of(true, false)) {
            TestHost.run(folder, host -> {
                Network lan = host.networks().create(with(Map.of("com.docker.network.bridge.enable_icc", Boolean.toString(neighbours))));
                var sandboxes = new ArrayList<Sandbox>();
                var servers = new ArrayList<TestServer>();
                int count = 2 * TestHost.PORTS_PER_BRIDGE;
                for (int i = 0; i < count; i++) {
                    sandboxes.add(host.sandboxes().attach(request("c" + i, List.of(PortSpec.parse("80", "", Integer.toString(8000 + i))),
                            Connection.to("apart"))));
                    servers.add(TestServer.tcp(netns(sandboxes.getLast()), 80));
                }
                assertThat(TestHost.links().stream().filter(InterfaceNames.of("test")::isShard)).as("further bridges").hasSize(2);
                // Who is not reached is waited for: not from all.
                for (Sandbox from : neighbours ? sandboxes : List.of(sandboxes.getFirst(), sandboxes.getLast())) {
                    OwnNetwork.in(netns(from), () -> {
                        for (int i = 0; i < count; i++) {
                            assertThat(Lookup.addresses("c" + i)).containsExactly(address(sandboxes.get(i)));
                            if (neighbours) {
                                assertThat(TestServer.ask(address(sandboxes.get(i)), 80)).isEqualTo(address(from));
                            } else if (sandboxes.get(i) != from && i % 3 == 0) {
                                assertThat(TestServer.isReachable(address(sandboxes.get(i)), 80)).as("c" + i + " from " + address(from)).isFalse();
                            }
                        }
                        // To the main bridge: over a published port the kernel does not lead a frame back where it came from, between bridges.
                        if (neighbours) {
                            assertThat(TestServer.ask(TestHost.ADDRESS, 8000)).isEqualTo("10.77.16.1");
                        }
                    });
                }
                for (int i = 0; i < count; i++) {
                    assertThat(TestServer.ask("127.0.0.1", 8000 + i)).isEqualTo("10.77.16.1");
                    servers.get(i).close();
                    sandboxes.get(i).close();
                    host.sandboxes().detach(id("c" + i));
                }
                host.networks().remove(lan.name());
                await().untilAsserted(() -> assertThat(TestHost.links()).noneMatch(link -> link.matches("[bsuwv]" + InterfaceNames.of("test").vethPrefix()
                        .substring(1) + "(?!-0$).*")));
            });
        }
    }

    @Test
    void aRecordOfAnOlderServiceIsUnderstood() throws Exception {
        TestHost.run(folder, host -> {
            try (Sandbox web = host.sandboxes().attach(request("web", List.of(PortSpec.parse("80", "", "8080")), Connection.to("bridge")));
                    TestServer server = TestServer.tcp(netns(web), 80)) {
                Path record = folder.resolve("test").resolve(id("web") + ".json");
                Files.writeString(record, """
                        {"containerId": "%s", "containerName": "web", "endpoints": [{"networkId": "%s", "networkName": "bridge", "endpointId": "%s",
                          "ip": "%s", "prefixLength": 20, "gateway": "10.77.0.1", "mac": "02:42:0a:4d:00:02", "interfaceName": "eth0"}],
                         "bindings": [{"protocol": "tcp", "containerPort": 80, "hostIp": "0.0.0.0", "hostPort": 8080}]}"""
                        .formatted(id("web"), web.endpoints().getFirst().networkId(), web.endpoints().getFirst().endpointId(), address(web)));
                Sandboxes next = host.restart();
                assertThat(next.adopt(id("web"), "web", server.threadId()).endpoints()).isEqualTo(web.endpoints());
                next.forgetAllBut(Set.of(id("web")));
                assertThat(TestServer.ask("127.0.0.1", 8080)).isEqualTo("10.77.0.1");
            }
        });
    }

    private static NetworkSpec spec(String name, PoolSpec... pools) {
        return new NetworkSpec(name, "bridge", false, false, false, "default", List.of(pools), Map.of(), Map.of());
    }

    private static NetworkSpec with(Map<String, String> options) {
        return new NetworkSpec("apart", "bridge", false, false, false, "default", List.of(), options, Map.of());
    }

    private static NetworkSpec onBridge(String name) {
        return new NetworkSpec("other", "", false, false, false, "", List.of(), Map.of("com.docker.network.bridge.name", name), Map.of());
    }

    private static Connection to(String network, String... aliases) {
        return new Connection(network, "", List.of(aliases), List.of(), "", "", "", 0, Map.of(), List.of());
    }

    private static Connection at(String network, String address) {
        return new Connection(network, "", List.of(), List.of(), address, "", "", 0, Map.of(), List.of());
    }

    private static SandboxRequest request(String name, Connection... connections) {
        return request(name, List.of(), connections);
    }

    private static SandboxRequest request(String name, List<PortSpec> ports, Connection... connections) {
        return new SandboxRequest(id(name), name, name + "-host", NetworkMode.parse(connections[0].network()), List.of(connections), ports,
                List.of(), new NamespaceOwner.Host());
    }

    private static String id(String name) {
        return "%08x".formatted(name.hashCode()).repeat(8);
    }

    private static String address(Sandbox sandbox) {
        return address(sandbox, 0);
    }

    private static String address(Sandbox sandbox, int index) {
        return Objects.requireNonNull(sandbox.endpoints().get(index).ip()).getHostAddress();
    }

    private static Inet4Address defaultGateway(Links inside) {
        return (Inet4Address) Objects.requireNonNull(inside.routes().stream().filter(route -> route.prefixLength() == 0).findFirst()
                .orElseThrow().gateway());
    }
}
