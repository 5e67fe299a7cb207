package io.berth.network.dns;

import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two sockets of the name server in one network namespace. */
record SandboxSockets(DatagramChannel udp, ServerSocketChannel tcp) {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxSockets.class);
    private static final int PORT = 53;
    private static final int BACKLOG = 64;

    /**
     * Opens them at ports that are free, to which port 53 leads; at port 53 itself where the kernel cannot do that.
     *
     * @param place the namespace
     * @param netns the same
     * @throws CompletionException nothing can be opened there: somebody has port 53
     */
    static SandboxSockets open(Place place, Fd netns) {
        SandboxSockets sockets = place.open(() -> bound(0)).join();
        try {
            PortRedirect.install(netns, sockets.udp.socket().getLocalPort(), sockets.tcp.socket().getLocalPort());
            return sockets;
        } catch (NativeException missing) {
            sockets.close();
            LOG.warn("no redirect of port 53 in a container, it is taken itself: {}", missing.getMessage());
            return place.open(() -> bound(PORT)).join();
        }
    }

    /** Opens them in the namespace of the calling thread. @param port 0: any */
    static SandboxSockets bound(int port) throws IOException {
        var address = new InetSocketAddress(NameServer.ADDRESS, port);
        DatagramChannel udp = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            // A server of the container that sets this too may have port 53 of all its addresses. For a free port it would do harm: the
            // kernel may then choose one that others share.
            udp.setOption(StandardSocketOptions.SO_REUSEADDR, port == PORT).bind(address);
            ServerSocketChannel tcp = ServerSocketChannel.open(StandardProtocolFamily.INET);
            try {
                return new SandboxSockets(udp, tcp.bind(address, BACKLOG));
            } catch (IOException | RuntimeException failure) {
                tcp.close();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            udp.close();
            throw failure;
        }
    }

    void close() {
        try (udp; tcp) {
            LOG.trace("closed: {} {}", udp, tcp);
        } catch (IOException failed) {
            LOG.debug("close sockets of the name server: {}", failed.toString());
        }
    }
}
