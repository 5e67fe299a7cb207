package io.berth.ffi;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Carries TCP connections from IPv6 addresses of the host to addresses of containers, mostly of IPv4, half-closed ones too. One thread serves all;
 * when this process is gone, connections are refused. Safe for use by many threads.
 */
public final class TcpRelay implements AutoCloseable {

    private final LibBerth library = Native.library();
    private final long handle;
    private final Thread thread;
    private boolean closed;

    /** Starts the thread; the relay lives in the network namespace of the caller. */
    public TcpRelay(String name) {
        var error = new NativeError();
        handle = error.check(library.berth_relay_create(error.buffer()));
        // The loop blocks in the kernel: on a virtual thread it would take a carrier away for good.
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** An address that is served until it is closed; closing ends the connections that came over it. */
    public interface Listener extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Serves a port.
     *
     * @throws NativeException EADDRINUSE: somebody has it; EADDRNOTAVAIL: not an address of this host
     */
    public synchronized Listener listen(Inet6Address address, int port, InetAddress target, int targetPort) {
        if (closed) {
            throw new IllegalStateException("the relay is closed");
        }
        var error = new NativeError();
        byte[] to = target.getAddress();
        int listener = error.check(library.berth_relay_listen(handle, address.getAddress(), port, to, to.length, targetPort, error.buffer()));
        return new Listener() {
            private boolean open = true;

            @Override
            public synchronized void close() {
                if (open) {
                    open = false;
                    var failure = new NativeError();
                    failure.check(library.berth_relay_unlisten(listener, failure.buffer()));
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
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        var error = new NativeError();
        error.check(library.berth_relay_run(handle, error.buffer()));
    }
}
