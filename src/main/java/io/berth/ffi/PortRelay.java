package io.berth.ffi;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;

/**
 * Carries TCP connections and UDP datagrams from IPv6 addresses of the host to addresses of containers, mostly of IPv4; half-closed
 * connections, too. A client of UDP that is silent for two minutes is forgotten. One thread serves all; when this process is gone,
 * connections are refused. Safe for use by many threads.
 */
public final class PortRelay implements AutoCloseable {

    /** As the kernel follows streams of UDP: net.netfilter.nf_conntrack_udp_timeout_stream. */
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final LibBerth library = Native.library();
    private final Thread thread;
    /** 0: freed. */
    private long handle;
    private boolean closed;

    /** Starts the thread; the relay lives in the network namespace of the caller. */
    public PortRelay(String name) {
        this(name, IDLE);
    }

    /** @param idle of a client of UDP, until it is forgotten */
    PortRelay(String name, Duration idle) {
        var error = new NativeError();
        long made = error.check(library.berth_relay_create(idle.toMillis(), error.buffer()));
        handle = made;
        // The loop blocks in the kernel: on a virtual thread it would take a carrier away for good.
        thread = Thread.ofPlatform().name(name).daemon().start(() -> run(made));
    }

    /** A port that is served until it is closed; closing ends what came over it, and the port is free then. */
    public interface Listener extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Serves a port.
     *
     * @param tcp TCP, else UDP
     * @throws NativeException EADDRINUSE: somebody has it; EADDRNOTAVAIL: not an address of this host
     */
    public synchronized Listener listen(boolean tcp, Inet6Address address, int port, InetAddress target, int targetPort) {
        if (closed) {
            throw new IllegalStateException("the relay is closed");
        }
        var error = new NativeError();
        byte[] to = target.getAddress();
        int protocol = tcp ? PortHolder.IPPROTO_TCP : PortHolder.IPPROTO_UDP;
        int listener = error.check(library.berth_relay_listen(handle, protocol, address.getAddress(), port, to, to.length, targetPort, error.buffer()));
        return new Listener() {
            private boolean open = true;

            @Override
            public void close() {
                synchronized (PortRelay.this) {
                    if (open) {
                        open = false;
                        var failure = new NativeError();
                        failure.check(library.berth_relay_unlisten(handle, listener, failure.buffer()));
                    }
                }
            }
        };
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            var error = new NativeError();
            error.check(library.berth_relay_stop(handle, error.buffer()));
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            // It may still run: what it uses is not freed.
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            library.berth_relay_free(handle);
            handle = 0;
        }
    }

    private void run(long relay) {
        var error = new NativeError();
        error.check(library.berth_relay_run(relay, error.buffer()));
    }
}
