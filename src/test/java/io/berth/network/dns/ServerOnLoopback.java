package io.berth.network.dns;

import io.berth.ffi.OwnNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** A name server whose containers are all in the namespace of the test, each at a port of its own. */
final class ServerOnLoopback implements AutoCloseable {

    static final Limits PATIENT = new Limits(128, 2048, 16, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60));

    private final NameServer server;

    ServerOnLoopback(Limits limits, FakeUpstream... upstreams) throws IOException {
        OwnNetwork.load();
        List<InetSocketAddress> addresses = List.of(upstreams).stream().map(FakeUpstream::address).toList();
        server = new NameServer("test-dns", () -> addresses, limits);
    }

    /** Serves a container and tells where it is to ask. */
    InetSocketAddress serve(String id, Directory directory) throws IOException {
        SandboxSockets sockets = SandboxSockets.bound(0);
        var tcp = (InetSocketAddress) sockets.tcp().getLocalAddress();
        var udp = (InetSocketAddress) sockets.udp().getLocalAddress();
        if (tcp.getPort() != udp.getPort()) { // one address is enough for a test
            sockets.close();
            sockets = SandboxSockets.bound(tcp.getPort());
        }
        server.serve(id, Place.HERE, sockets, directory);
        return tcp;
    }

    NameServer server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
    }
}
