package io.berth.network.dns;

import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.NamespaceVisitor;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The name server of all containers, at {@link #ADDRESS}, port 53, UDP and TCP, inside each one's network namespace. One per engine.
 *
 * <p>Lifecycle: make it when the engine starts; call {@link #serve} for a container once its namespace exists and before its process runs,
 * and {@link #stop} when its sandbox is given back; close it when the engine ends. Nothing is kept over a restart of the engine, and
 * nobody answers meanwhile: call {@link #serve} anew for each adopted container, with the descriptor of the namespace that its process is
 * in. What was there of the engine before is replaced.
 *
 * <p>The sockets keep a network namespace, its interfaces and addresses alive: without {@link #stop} it never ends.
 *
 * <p>Threads: all methods may be called from any thread, virtual ones too. They wait for about a millisecond, {@link #serve} for some 30
 * where there are rules of an engine before, and never for an upstream. Calls for the same id are made one after another, by whoever holds
 * the container's lock. Two platform threads serve all: one for queries, on which each {@link Directory} is asked, and one that opens
 * sockets in namespaces. A lock that is held while one of these methods is called must not be taken by a directory.
 */
public final class NameServer implements AutoCloseable {

    /** Where containers ask: what goes into their {@code resolv.conf}. */
    public static final Inet4Address ADDRESS = Inet4Address.ofLiteral("127.0.0.11");

    private final NamespaceVisitor visitor;
    private final Loop loop;
    private final Common common;
    private final ConcurrentHashMap<String, ServedContainer> served = new ConcurrentHashMap<>();
    private boolean closed;

    /**
     * Starts the threads; the caller's network namespace is the host's. libberth is loaded.
     *
     * @param threadName begins the names of the threads
     * @param hostResolvers whom to ask for what containers without servers of their own want to know: {@link HostResolvers}. Asked on the
     *     thread for queries, for each forwarded one
     */
    public NameServer(String threadName, Supplier<List<InetSocketAddress>> hostResolvers) {
        this(threadName, hostResolvers, Limits.DEFAULT);
    }

    NameServer(String threadName, Supplier<List<InetSocketAddress>> hostResolvers, Limits limits) {
        visitor = new NamespaceVisitor(threadName + "-sockets");
        loop = new Loop(threadName);
        common = new Common(loop, limits, hostResolvers);
        loop.start();
    }

    /**
     * Answers in a container from now on; when this returns, queries are accepted. An id that is served already is served by this
     * directory and in this namespace from now on.
     *
     * @param id of the container
     * @param netns its network namespace, with the loopback interface up; stays the caller's, who may close it afterwards
     * @param directory what this container may see; no other container's queries are put to it
     * @throws UnavailableException no sockets could be opened there
     */
    public void serve(String id, Fd netns, Directory directory) {
        Place place = Place.of(visitor, netns.duplicate());
        SandboxSockets sockets;
        try {
            sockets = SandboxSockets.open(place, netns);
        } catch (CompletionException failed) {
            place.leave();
            throw new UnavailableException("open the name server of container " + id + ": " + failed.getCause(), failed.getCause());
        }
        serve(id, place, sockets, directory);
    }

    /** As the public one, with sockets that are closed by {@link #stop}. */
    void serve(String id, Place place, SandboxSockets sockets, Directory directory) {
        var container = new ServedContainer(id, common, place, sockets, directory);
        try {
            onLoop(container::start);
        } catch (UnavailableException failed) {
            sockets.close();
            place.leave();
            throw failed;
        }
        stop(served.put(id, container));
    }

    /** Closes the sockets in a container, when this returns; nothing happens when it is not served. */
    public void stop(String id) {
        stop(served.remove(id));
    }

    private void stop(@Nullable ServedContainer container) {
        if (container != null) {
            onLoop(container::stop);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void onLoop(Work work) {
        var outcome = new CompletableFuture<Boolean>();
        synchronized (this) {
            if (closed) {
                throw new UnavailableException("the name server is closed");
            }
            loop.execute(() -> {
                try {
                    work.run();
                    outcome.complete(true);
                } catch (IOException | RuntimeException failure) {
                    outcome.completeExceptionally(failure);
                }
            });
        }
        try {
            outcome.join();
        } catch (CompletionException failed) {
            throw new UnavailableException("the name server: " + failed.getCause(), failed.getCause());
        }
    }

    /** Closes all sockets and ends the threads. */
    @Override
    public void close() {
        List.copyOf(served.keySet()).forEach(this::stop);
        synchronized (this) {
            closed = true;
        }
        loop.close();
        visitor.close();
    }
}
