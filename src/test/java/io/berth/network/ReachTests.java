package io.berth.network;

import static io.berth.network.TestHost.address;
import static io.berth.network.TestHost.netns;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches what: a host, its LAN, the internet behind that, and containers of several networks; each pair expected against seen. */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class ReachTests {

    private static final String INTERNET = "203.0.113.2";
    private static final String INTERNET6 = "2001:db8:9::2";
    private static final String NOT = "-";

    @TempDir
    Path folder;

    /** Somewhere to ask from; null for the host. */
    private record From(String name, @Nullable Fd netns) {}

    @Test
    void whoReachesWhat() throws Exception {
        TestHost.run(folder, host -> {
            for (String network : List.of("front", "back")) {
                host.networks().create(spec(network, false, false));
            }
            host.networks().create(spec("inside", true, false));
            try (var internet = internetBehind(host.neighbour());
                    Sandbox web = host.attach("web", "front", PortSpec.parse("80", "", "8080"), PortSpec.parse("80", "127.0.0.1", "8081"),
                            PortSpec.parse("80", TestHost.ADDRESS, "8082"));
                    Sandbox same = host.attach("same", "front"); Sandbox other = host.attach("other", "back");
                    Sandbox inner = host.attach("inner", "inside"); Sandbox innerToo = host.attach("inner2", "inside");
                    TestServer server = TestServer.tcp(netns(web), 80); TestServer secret = TestServer.tcp(netns(inner), 80)) {
                var from = List.of(new From("host", null), new From("LAN", host.neighbour()), new From("internet", internet.netns()),
                        new From("same network", netns(same)), new From("other network", netns(other)), new From("internal", netns(innerToo)));
                String bridge = gateway(web);
                var expected = new LinkedHashMap<String, List<String>>();
                // What the server sees as the client's address, or that it is not reached.
                expected.put(TestHost.ADDRESS + " 8080", List.of(TestHost.ADDRESS, TestHost.NEIGHBOUR, INTERNET, bridge, bridge, NOT));
                expected.put("127.0.0.1 8080", List.of(bridge, NOT, NOT, NOT, NOT, NOT));
                expected.put("127.0.0.1 8081", List.of(bridge, NOT, NOT, NOT, NOT, NOT));
                expected.put(TestHost.ADDRESS + " 8081", List.of(NOT, NOT, NOT, NOT, NOT, NOT));
                expected.put(TestHost.ADDRESS + " 8082", List.of(TestHost.ADDRESS, TestHost.NEIGHBOUR, INTERNET, bridge, bridge, NOT));
                expected.put("127.0.0.1 8082", List.of(NOT, NOT, NOT, NOT, NOT, NOT));
                expected.put(address(web) + " " + server.port(), List.of(bridge, NOT, NOT, address(same), NOT, NOT));
                expected.put(address(inner) + " " + secret.port(), List.of(gateway(inner), NOT, NOT, NOT, NOT, address(innerToo)));
                assertThat(seen(expected, from)).isEqualTo(expected);
            }
        });
    }

    @Test
    void whoReachesWhatOverIpv6() throws Exception {
        TestHost.run(folder, host -> {
            for (String network : List.of("front", "back")) {
                host.networks().create(spec(network, false, true));
            }
            host.networks().create(spec("inside", true, true));
            host.networks().create(spec("old", false, false));
            try (var internet = internetBehind(host.neighbour());
                    Sandbox web = host.attach("web", "front", PortSpec.parse("80", "", "8080"), PortSpec.parse("80", "::1", "8081"),
                            PortSpec.parse("80", TestHost.ADDRESS6, "8082"));
                    Sandbox old = host.attach("old", "old", PortSpec.parse("80", "", "8083"));
                    Sandbox same = host.attach("same", "front"); Sandbox other = host.attach("other", "back");
                    Sandbox inner = host.attach("inner", "inside"); Sandbox innerToo = host.attach("inner2", "inside");
                    TestServer server = TestServer.tcp(netns(web), 80); TestServer secret = TestServer.tcp(netns(inner), 80);
                    TestServer oldServer = TestServer.tcp(netns(old), 80)) {
                var from = List.of(new From("host", null), new From("LAN", host.neighbour()), new From("internet", internet.netns()),
                        new From("same network", netns(same)), new From("other network", netns(other)), new From("internal", netns(innerToo)));
                String bridge = gateway6(web);
                String relayed = gateway(web);
                String toOld = gateway(old);
                var expected = new LinkedHashMap<String, List<String>>();
                expected.put(TestHost.ADDRESS6 + " 8080", List.of(TestHost.ADDRESS6, TestHost.NEIGHBOUR6, INTERNET6, bridge, bridge, NOT));
                expected.put("::1 8080", List.of(relayed, NOT, NOT, NOT, NOT, NOT));
                expected.put("::1 8081", List.of(relayed, NOT, NOT, NOT, NOT, NOT));
                expected.put(TestHost.ADDRESS6 + " 8081", List.of(NOT, NOT, NOT, NOT, NOT, NOT));
                expected.put(TestHost.ADDRESS6 + " 8082", List.of(TestHost.ADDRESS6, TestHost.NEIGHBOUR6, INTERNET6, bridge, bridge, NOT));
                expected.put("::1 8082", List.of(NOT, NOT, NOT, NOT, NOT, NOT));
                expected.put(TestHost.ADDRESS6 + " 8083", List.of(toOld, toOld, toOld, toOld, toOld, NOT));
                expected.put(address6(web) + " " + server.port(), List.of(bridge, NOT, NOT, address6(same), NOT, NOT));
                expected.put(address6(inner) + " " + secret.port(), List.of(gateway6(inner), NOT, NOT, NOT, NOT, address6(innerToo)));
                expected.put(TestHost.ADDRESS + " 8083", List.of(TestHost.ADDRESS, TestHost.NEIGHBOUR, INTERNET, toOld, toOld, NOT));
                // The relay of the host is no detour out of an internal network.
                expected.put(gateway6(inner) + " 8083", List.of(toOld, toOld, toOld, toOld, toOld, NOT));
                // By number, the first link after lo: Java looks names up in the namespace of the process.
                expected.put("fe80::1%2 8083", List.of(NOT, NOT, NOT, toOld, toOld, NOT));
                expected.put("fe80::1%2 8080", List.of(NOT, NOT, NOT, relayed, relayed, NOT));
                assertThat(seen(expected, from)).isEqualTo(expected);
                assertThat(oldServer.port()).isEqualTo(80);
            }
        });
    }

    private static Map<String, List<String>> seen(Map<String, List<String>> targets, List<From> from) throws Exception {
        var seen = new LinkedHashMap<String, List<String>>();
        for (String target : targets.keySet()) {
            var answers = new String[from.size()];
            for (int i = 0; i < answers.length; i++) {
                int place = i;
                Fd netns = from.get(i).netns();
                if (netns == null) {
                    answers[place] = ask(target);
                } else {
                    OwnNetwork.in(netns, () -> answers[place] = ask(target));
                }
            }
            seen.put(target, List.of(answers));
        }
        return seen;
    }

    private static String ask(String target) {
        String[] parts = target.split(" ");
        int port = Integer.parseInt(parts[1]);
        try {
            return TestServer.isReachable(parts[0], port) ? TestServer.ask(parts[0], port) : NOT;
        } catch (IOException gone) {
            return gone.toString();
        }
    }

    /** A namespace to which the LAN's router leads. */
    private static Links.Namespace internetBehind(Fd router) throws Exception {
        OwnNetwork.in(router, () -> {
            KernelSettings.set("ipv4/ip_forward", "1");
            Ipv6Forwarding.enable();
        });
        Links.Namespace internet = Links.createNamespace();
        try (Links lan = Links.of(router)) {
            int wire = lan.createBridge("inet0", new byte[] {2, 0, 0, 0, 2, 1}, TestHost.WIRE_MTU);
            Links.enableIpv6(router, "inet0");
            lan.configure("inet0", TestHost.own("203.0.113.1", 24, null), TestHost.own("2001:db8:9::1", 64, null));
            lan.createVeth("inet1", wire, 0, TestHost.WIRE_MTU, internet.netns(), "eth0", new byte[] {2, 0, 0, 0, 2, 2});
        }
        Links.enableIpv6(internet.netns(), "eth0");
        internet.links().configure("eth0", TestHost.own(INTERNET, 24, "203.0.113.1"), TestHost.own(INTERNET6, 64, "2001:db8:9::1"));
        return internet;
    }

    private static NetworkSpec spec(String name, boolean internal, boolean ipv6) {
        return new NetworkSpec(name, "bridge", ipv6, internal, false, "", List.of(), Map.of(), Map.of());
    }

    private static String address6(Sandbox sandbox) {
        return IpText.of(Objects.requireNonNull(sandbox.endpoints().getFirst().ipv6()).ip());
    }

    private static String gateway6(Sandbox sandbox) {
        Endpoint.Six six = Objects.requireNonNull(sandbox.endpoints().getFirst().ipv6());
        return IpText.of(Subnet.around(six.ip(), six.prefixLength()).at(1));
    }

    /** The host's address on the bridge: the first one of its subnet. */
    private static String gateway(Sandbox sandbox) {
        Endpoint endpoint = sandbox.endpoints().getFirst();
        return Subnet.around(Objects.requireNonNull(endpoint.ip()), endpoint.prefixLength()).at(1).getHostAddress();
    }
}
