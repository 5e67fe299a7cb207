package io.berth.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import java.io.IOException;
import java.net.Inet4Address;
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
    private static final String NOT = "-";

    @TempDir
    Path folder;

    /** Somewhere to ask from; null for the host. */
    private record From(String name, @Nullable Fd netns) {}

    @Test
    void whoReachesWhat() throws Exception {
        TestHost.run(folder, host -> {
            for (String network : List.of("front", "back")) {
                host.networks().create(spec(network, false));
            }
            host.networks().create(spec("inside", true));
            try (var internet = internetBehind(host.neighbour());
                    Sandbox web = attach(host, "web", "front", PortSpec.parse("80", "", "8080"), PortSpec.parse("80", "127.0.0.1", "8081"),
                            PortSpec.parse("80", TestHost.ADDRESS, "8082"));
                    Sandbox same = attach(host, "same", "front"); Sandbox other = attach(host, "other", "back");
                    Sandbox inner = attach(host, "inner", "inside"); Sandbox innerToo = attach(host, "inner2", "inside");
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
        OwnNetwork.in(router, () -> KernelSettings.set("ipv4/ip_forward", "1"));
        Links.Namespace internet = Links.createNamespace();
        try (Links lan = Links.of(router)) {
            int wire = lan.createBridge("inet0", new byte[] {2, 0, 0, 0, 2, 1}, TestHost.WIRE_MTU);
            lan.configure("inet0", Inet4Address.ofLiteral("203.0.113.1"), 24, null);
            lan.createVeth("inet1", wire, 0, TestHost.WIRE_MTU, internet.netns(), "eth0", new byte[] {2, 0, 0, 0, 2, 2});
        }
        internet.links().configure("eth0", Inet4Address.ofLiteral(INTERNET), 24, Inet4Address.ofLiteral("203.0.113.1"));
        return internet;
    }

    private static NetworkSpec spec(String name, boolean internal) {
        return new NetworkSpec(name, "bridge", false, internal, false, "", List.of(), Map.of(), Map.of());
    }

    private static Sandbox attach(TestHost host, String name, String network, PortSpec... ports) {
        return host.sandboxes().attach(new SandboxRequest("%08x".formatted(name.hashCode()).repeat(8), name, "", NetworkMode.parse(network),
                List.of(Connection.to(network)), List.of(ports), List.of(), new NamespaceOwner.Host()));
    }

    private static Fd netns(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.netns());
    }

    private static String address(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.endpoints().getFirst().ip()).getHostAddress();
    }

    /** The host's address on the bridge: the first one of its subnet. */
    private static String gateway(Sandbox sandbox) {
        Endpoint endpoint = sandbox.endpoints().getFirst();
        return Subnet.around(Objects.requireNonNull(endpoint.ip()), endpoint.prefixLength()).at(1).getHostAddress();
    }
}
