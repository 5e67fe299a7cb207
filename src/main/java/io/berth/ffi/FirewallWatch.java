package io.berth.ffi;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the kernel when tables, chains, rules or sets are taken out of the firewall, by whomever. One thread, which sleeps in the
 * kernel otherwise.
 */
public final class FirewallWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirewallWatch.class);
    private static final long STOP = 0;
    private static final long HEARD = 1;

    private final LibBerth library = Native.library();
    private final Runnable takenAway;
    private final Fd epoll;
    private final Fd stop;
    private final Fd watch;
    private final Thread thread;

    /**
     * Starts to listen, in the network namespace of the caller.
     *
     * @param name of the thread
     * @param takenAway called on it, once for all that was heard at a time; what it throws is logged
     */
    public FirewallWatch(String name, Runnable takenAway) {
        var error = new NativeError();
        this.takenAway = takenAway;
        epoll = new Fd(error.check(library.berth_epoll_create(error.buffer())));
        stop = new Fd(error.check(library.berth_event_create(error.buffer())));
        watch = new Fd(error.check(library.berth_nftables_watch(error.buffer())));
        error.check(library.berth_epoll_add(epoll.number(), stop.number(), STOP, error.buffer()));
        // A wait blocks in the kernel: on a virtual thread it would take a carrier away for good.
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    private void run() {
        var error = new NativeError();
        long[] round = new long[2];
        try (epoll; stop; watch) {
            while (true) {
                error.check(library.berth_epoll_add(epoll.number(), watch.number(), HEARD, error.buffer()));
                int count = error.check(library.berth_epoll_wait(epoll.number(), round, round.length, -1, error.buffer()));
                for (int i = 0; i < count; i++) {
                    if (round[i] == STOP) {
                        return;
                    }
                }
                if (error.check(library.berth_nftables_heard(watch.number(), error.buffer())) == 1) {
                    tell();
                }
            }
        } catch (NativeException failure) {
            LOG.error("the firewall is not watched any more", failure);
        }
    }

    private void tell() {
        try {
            takenAway.run();
        } catch (RuntimeException failure) {
            LOG.error("look after the firewall", failure);
        }
    }

    @Override
    public void close() {
        var error = new NativeError();
        error.check(library.berth_event_signal(stop.number(), error.buffer()));
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
