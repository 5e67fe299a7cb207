package io.berth.network;

import io.berth.ffi.Fd;
import io.berth.ffi.LibNftables;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A host in a namespace of its own, with a neighbour on a wire whose default route leads over the host. */
final class TestHost {

    static final String ADDRESS = "198.51.100.1";
    static final String NEIGHBOUR = "198.51.100.2";
    static final String ADDRESS6 = "2001:db8:1::1";
    static final String NEIGHBOUR6 = "2001:db8:1::2";
    static final int WIRE_MTU = 1400;
    /** Few, so that networks have several bridges in tests. */
    static final int PORTS_PER_BRIDGE = 4;
    private static final int PREFIX = 24;
    private static final int PREFIX6 = 64;

    private final Path folder;
    private final Fd neighbour;
    private final int prepared;
    private final Map<String, MemoryStore> stores = new HashMap<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private NetworkConfiguration.Parts parts;

    interface Scene {
        void play(TestHost host) throws Exception;
    }

    private TestHost(Path folder, Fd neighbour, int prepared) {
        this.folder = folder;
        this.neighbour = neighbour;
        this.prepared = prepared;
        this.parts = another("test");
    }

    static void run(Path folder, Scene scene) throws Exception {
        run(folder, 0, scene);
    }

    static void run(Path folder, int prepared, Scene scene) throws Exception {
        OwnNetwork.run(() -> {
            try (Links links = Links.ofHost(); var wire = Links.createNamespace()) {
                int bridge = links.createBridge("wire0", new byte[] {2, 0, 0, 0, 1, 1}, WIRE_MTU);
                links.configure("wire0", own(ADDRESS, PREFIX, NEIGHBOUR), own(ADDRESS6, PREFIX6, NEIGHBOUR6));
                links.createVeth("wire1", bridge, 0, WIRE_MTU, wire.netns(), "eth0", new byte[] {2, 0, 0, 0, 1, 2});
                Links.enableIpv6(wire.netns(), "eth0");
                wire.links().configure("eth0", own(NEIGHBOUR, PREFIX, ADDRESS), own(NEIGHBOUR6, PREFIX6, ADDRESS6));
                var host = new TestHost(folder, wire.netns(), prepared);
                try {
                    scene.play(host);
                } finally {
                    host.parts.sandboxes().close();
                }
            }
        });
    }

    /** An address for a link. @param gateway where its default route goes; null for none */
    static Links.Own own(String address, int prefixLength, @Nullable String gateway) {
        return new Links.Own(InetAddress.ofLiteral(address), prefixLength, gateway == null ? null : InetAddress.ofLiteral(gateway));
    }

    Networks networks() {
        return parts.networks();
    }

    Sandboxes sandboxes() {
        return parts.sandboxes();
    }

    Fd neighbour() {
        return neighbour;
    }

    /** A sandbox in one network, with published ports. */
    Sandbox attach(String name, String network, PortSpec... ports) {
        return sandboxes().attach(new SandboxRequest("%08x".formatted(name.hashCode()).repeat(8), name, "", NetworkMode.parse(network),
                List.of(Connection.to(network)), List.of(ports), List.of(), new NamespaceOwner.Host()));
    }

    static Fd netns(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.netns());
    }

    /** The IPv4 address in the first network. */
    static String address(Sandbox sandbox) {
        return Objects.requireNonNull(sandbox.endpoints().getFirst().ip()).getHostAddress();
    }

    List<String> events() {
        return events;
    }

    /** The engine ends and starts again: what it had in the kernel stays, what it had in memory is forgotten. */
    Sandboxes restart() {
        parts.sandboxes().close();
        parts = another("test");
        return parts.sandboxes();
    }

    /** An instance on this host. */
    NetworkConfiguration.Parts another(String instance) {
        return NetworkConfiguration.Parts.of(instance, new SandboxRecords(folder.resolve(instance)),
                new NetworkProperties(List.of("10.77.0.0/16"), prepared, PORTS_PER_BRIDGE, ""), new NamespaceOwner.Host(),
                stores.computeIfAbsent(instance, name -> new MemoryStore()), new Recorder(), Clock.systemUTC());
    }

    /** Host ends of containers' interfaces of the instance under test. */
    List<String> veths() {
        InterfaceNames names = InterfaceNames.of("test");
        return links().stream().filter(names::isVeth).toList();
    }

    static List<String> links() {
        try (Links links = Links.ofHost()) {
            return links.list().stream().map(Links.Link::name).toList();
        }
    }

    static String rules() {
        try (LibNftables nft = LibNftables.open()) {
            return nft.run("list ruleset");
        }
    }

    private final class Recorder implements NetworkEvents {
        @Override
        public void connected(Network network, String containerId) {
            events.add("connect " + network.name() + " " + containerId);
        }

        @Override
        public void disconnected(Network network, String containerId) {
            events.add("disconnect " + network.name() + " " + containerId);
        }
    }

    /** What survives the engine. */
    private static final class MemoryStore implements NetworkStore {

        private final Map<NetworkId, Network> kept = new LinkedHashMap<>();

        @Override
        public List<Network> load() {
            return List.copyOf(kept.values());
        }

        @Override
        public void add(Network network) {
            kept.put(network.id(), network);
        }

        @Override
        public void remove(Network network) {
            kept.remove(network.id());
        }
    }
}
