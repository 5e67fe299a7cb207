package io.berth.event;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Things that are done together: each waits a few milliseconds for others to come, unless somebody takes it before. Safe for use by many
 * threads.
 */
public final class Gathering<T> implements AutoCloseable {

    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Predicate<List<T>> together;
    private final long retryNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition came = lock.newCondition();
    private final Condition done = lock.newCondition();
    /** Guarded by the lock, as what follows. */
    private final List<T> waiting = new ArrayList<>();
    private List<T> underWay = List.of();
    private boolean failed;
    private boolean closed;
    private final Thread thread;

    /**
     * @param together does them, on a thread that has this name; it lets no exception out. False: they wait again, for some seconds. One call
     *     ends before the next begins.
     */
    public Gathering(String name, Predicate<List<T>> together) {
        this(name, together, RETRY_NANOS);
    }

    Gathering(String name, Predicate<List<T>> together, long retryNanos) {
        this.together = together;
        this.retryNanos = retryNanos;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::work);
    }

    public void add(T thing) {
        lock.lock();
        try {
            waiting.add(thing);
            came.signal();
        } finally {
            lock.unlock();
        }
    }

    /** All that wait: the caller does them. */
    public List<T> take() {
        lock.lock();
        try {
            var taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Those that wait: the caller does them. What is being done is done when this returns. */
    public List<T> claim(Predicate<T> which) {
        lock.lock();
        try {
            while (underWay.stream().anyMatch(which)) {
                done.awaitUninterruptibly();
            }
            var claimed = waiting.stream().filter(which).toList();
            waiting.removeIf(which);
            return claimed;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (awaitSome()) {
            boolean succeeded = false;
            try {
                succeeded = together.test(underWay);
            } finally {
                end(succeeded);
            }
        }
    }

    /** Waits for some and then for others; false when there are none and no more will be. */
    private boolean awaitSome() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                came.awaitUninterruptibly();
            }
            for (long left = failed ? retryNanos : WAIT_NANOS; left > 0 && !waiting.isEmpty() && !closed;) {
                left = came.awaitNanos(left);
            }
        } catch (InterruptedException asked) {
            closed = true;
        }
        try {
            underWay = List.copyOf(waiting);
            waiting.clear();
            return !underWay.isEmpty() || !closed;
        } finally {
            lock.unlock();
        }
    }

    private void end(boolean succeeded) {
        lock.lock();
        try {
            failed = !succeeded;
            // Once more would not help at the end.
            if (failed && !closed) {
                waiting.addAll(0, underWay);
            }
            underWay = List.of();
            done.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What waits is done, or was tried, when this returns. What comes later waits until somebody takes it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            came.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
