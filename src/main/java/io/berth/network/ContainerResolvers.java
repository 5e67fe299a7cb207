package io.berth.network;

import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.network.LiveSandboxes.Live;
import io.berth.network.dns.HostResolvers;
import io.berth.network.dns.NameServer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name server for containers in user-defined networks, started for the first of them. Safe for use by many threads: whom it serves is
 * decided under its lock by what is live at that moment.
 */
final class ContainerResolvers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerResolvers.class);
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    private final LiveSandboxes live;
    private @Nullable NameServer server;
    private boolean closed;

    ContainerResolvers(LiveSandboxes live) {
        this.live = live;
    }

    /**
     * Serves a container from when it was in a user-defined network for the first time to the end of its sandbox.
     *
     * @throws UnavailableException it cannot be served
     */
    synchronized void settle(String containerId) {
        @Nullable Live container = live.find(containerId).orElse(null);
        @Nullable Fd netns = container == null ? null : container.netns();
        if (container != null && netns != null && container.asks()) {
            server().serve(containerId, netns, new ContainerDirectory(containerId, live));
        } else if (server != null && container == null) {
            server.stop(containerId);
        }
    }

    /** As {@link #settle}, for containers that ran before: in the background, for each takes its time. */
    void settleLater(Collection<String> containerIds) {
        List<String> ids = List.copyOf(containerIds);
        Thread.ofPlatform().name("berth-resolvers").daemon().start(() -> ids.forEach(id -> {
            try {
                settle(id);
            } catch (RuntimeException failed) {
                LOG.warn("container {} is without its name server: {}", id, failed.getMessage());
            }
        }));
    }

    private NameServer server() {
        if (closed) {
            throw new UnavailableException("the name server is closed");
        }
        if (server == null) {
            server = new NameServer("berth-dns", new HostResolvers(RESOLV_CONF, text -> ResolvConf.parse(text).servers()));
        }
        return server;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (server != null) {
            server.close();
        }
    }
}
