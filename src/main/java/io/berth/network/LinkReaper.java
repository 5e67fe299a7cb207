package io.berth.network;

import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes interfaces of ended containers that have no end on the host. Left alone they stay as long as their namespace does, which a socket
 * with unsent data keeps for minutes, and nobody could tell when their addresses are free. Away from any request: each takes 20 ms. Safe for
 * use by many threads.
 */
final class LinkReaper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkReaper.class);

    private final ThreadPoolExecutor thread;

    /** @param threadName of the thread that deletes */
    LinkReaper(String threadName) {
        this.thread = new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(threadName).daemon().factory());
    }

    /**
     * Sees an interface off.
     *
     * @param netns where it is; stays the caller's
     * @param free told when it is gone
     */
    void seeOff(Fd netns, String name, Runnable free) {
        Fd own = netns.duplicate();
        thread.execute(() -> {
            try (own; Links inside = Links.of(own)) {
                inside.find(name).ifPresent(inside::delete);
            } catch (NativeException refused) {
                LOG.warn("delete the interface {} of an ended container: {}", name, refused.getMessage());
            } finally {
                free.run();
            }
        });
    }

    /** Waits until what was seen off is gone. */
    void reapNow() {
        Callable<Boolean> last = () -> true;
        try {
            thread.submit(last).get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("nothing was to be done", impossible);
        }
    }

    /** Ends the thread after what was seen off. */
    @Override
    public void close() {
        thread.close();
    }
}
