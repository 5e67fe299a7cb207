package io.berth.network;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes that are made before somebody asks: the kernel takes a millisecond for each. A bounded number, refilled by one thread. When
 * this process is killed, the kernel takes them away with its last descriptors. Safe for use by many threads.
 */
final class SandboxPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxPool.class);
    /** How long a short life takes, with room. */
    private static final long QUIET_MILLIS = 50;

    private final Supplier<PreparedSandbox> make;
    private final Consumer<PreparedSandbox> discard;
    private final ConcurrentLinkedQueue<PreparedSandbox> ready = new ConcurrentLinkedQueue<>();
    private final Semaphore wanted;
    private final Thread refiller;
    private final int size;
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * Starts to fill it.
     *
     * @param size how many are kept; 0 for none
     * @param make makes one; called by the refilling thread and by those who find the pool empty
     * @param discard takes one away that nobody wanted
     */
    SandboxPool(String name, int size, Supplier<PreparedSandbox> make, Consumer<PreparedSandbox> discard) {
        this.size = size;
        this.make = make;
        this.discard = discard;
        this.wanted = new Semaphore(size);
        // Making one blocks in the kernel: on a virtual thread it would take a carrier away.
        this.refiller = Thread.ofPlatform().name(name).daemon().start(this::refill);
    }

    /** A ready one, or one made now. */
    PreparedSandbox take() {
        PreparedSandbox sandbox = ready.poll();
        if (sandbox == null) {
            return make.get();
        }
        wanted.release();
        return sandbox;
    }

    /** Discards what is ready, for it is of no use any more; new ones are made. */
    void discardAll() {
        for (PreparedSandbox next = ready.poll(); next != null; next = ready.poll()) {
            discard.accept(next);
            wanted.release();
        }
    }

    /** Ends the thread and discards what is ready. */
    @Override
    public void close() {
        ended.countDown();
        refiller.interrupt();
        try {
            refiller.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        discardAll();
    }

    private void refill() {
        while (ended.getCount() > 0) {
            try {
                wanted.acquire();
                if (ready.size() * 2 >= size) {
                    // Whoever took one needs the processors, and the kernel's one lock for networks, more than the next one does.
                    ended.await(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                }
                ready.add(make.get());
            } catch (InterruptedException asked) {
                return;
            } catch (RuntimeException failed) {
                // Not tried again by itself: who finds the pool empty makes his own and sees the reason.
                LOG.warn("prepare a sandbox: {}", failed.getMessage());
            }
        }
    }
}
