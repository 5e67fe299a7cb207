package io.berth.network;

import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the interfaces of ended containers really go before their addresses are used again. The kernel deletes most of them by
 * itself as the last process of a network namespace ends; but a socket with unsent data keeps the namespace, and with it interface and
 * address, for minutes after its process was killed. What is still there after a grace is deleted here, away from any request. Safe for
 * use by many threads.
 */
final class InterfaceReaper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InterfaceReaper.class);

    /** Deleting what the kernel is about to delete anyway costs 20 ms for nothing. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Links host;
    private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor timer;

    /**
     * An interface whose container has ended.
     *
     * @param veth name of its end on the host
     * @param free told when it is gone
     * @param due from when on it is deleted, by {@link System#nanoTime}
     */
    private record Ended(String veth, Runnable free, long due) {}

    /** Starts it. @param threadName of the thread that waits */
    InterfaceReaper(String threadName) {
        this.host = Links.ofHost();
        this.timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(threadName).daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Sees an interface off whose container has ended. @param free told when it is gone; waits for nothing */
    void seeOff(String veth, Runnable free) {
        ended.add(new Ended(veth, free, System.nanoTime() + GRACE.toNanos()));
        timer.schedule(() -> reap(false), GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Deletes what is still there of all that was seen off, without grace, and frees the addresses. */
    void reapNow() {
        reap(true);
    }

    /** Ends the thread; what is still there stays. */
    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            host.close();
        }
    }

    private synchronized void reap(boolean all) {
        var due = new ArrayList<Ended>();
        long now = System.nanoTime();
        for (Ended next = ended.peek(); next != null && (all || next.due() - now <= 0); next = ended.peek()) {
            due.add(ended.remove());
        }
        if (due.isEmpty() || timer.isShutdown()) {
            return;
        }
        try {
            delete(due);
            due.forEach(gone -> gone.free().run());
        } catch (NativeException refused) {
            LOG.warn("delete the interfaces of ended containers, tried again later: {}", refused.getMessage());
            due.forEach(left -> seeOff(left.veth(), left.free()));
        }
    }

    private void delete(List<Ended> due) {
        Map<String, Integer> there = new HashMap<>();
        host.list().forEach(link -> there.put(link.name(), link.index()));
        for (Ended gone : due) {
            Integer index = there.get(gone.veth());
            if (index != null && host.delete(index)) {
                LOG.debug("interface {} outlived its container, deleted", gone.veth());
            }
        }
    }
}
