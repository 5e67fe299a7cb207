package io.berth.network.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of the name server: it waits for channels, timers and tasks. All but {@link #execute} is for that thread. */
final class Loop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    /** Who is told that a channel is ready. */
    interface Ready {
        void ready(SelectionKey key) throws IOException;

        /** {@link #ready} threw this; whoever fails for good closes its channel, or it is told again at once. */
        void failed(SelectionKey key, Exception why);
    }

    /** A task that is due at a time. */
    static final class Timer {
        private final long due;
        private final long number;
        private final Runnable task;

        private Timer(long due, long number, Runnable task) {
            this.due = due;
            this.number = number;
            this.task = task;
        }
    }

    private final Selector selector;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final long origin = System.nanoTime();
    /** Their times are compared as differences: the clock may pass over the end of a long. */
    private final TreeSet<Timer> timers = new TreeSet<>(
            Comparator.<Timer>comparingLong(timer -> timer.due - origin).thenComparingLong(timer -> timer.number));
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65536);
    private long timersMade;
    private volatile boolean closed;

    Loop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException failed) {
            throw new UncheckedIOException("open a selector", failed);
        }
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** Starts the thread in the network namespace of the caller. */
    void start() {
        thread.start();
    }

    /** Has a task run soon; from any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, ready);
    }

    Timer after(Duration delay, Runnable task) {
        var timer = new Timer(System.nanoTime() + delay.toNanos(), timersMade++, task);
        timers.add(timer);
        return timer;
    }

    void cancel(Timer timer) {
        timers.remove(timer);
    }

    /** Room for a message, cleared; of use until the caller returns. */
    ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Gives the descriptors of closed channels back at once and not at the next turn. */
    void releaseClosed() {
        try {
            selector.selectNow(); // what is ready stays selected
        } catch (IOException failed) {
            throw new UncheckedIOException("select", failed);
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(millisToWait());
                for (SelectionKey key : selector.selectedKeys()) {
                    ready(key);
                }
                selector.selectedKeys().clear();
                runTimers();
                runTasks();
            }
            runTasks(); // somebody may wait for them
        } catch (IOException failed) {
            LOG.error("the name server ends: {}", failed.toString());
        }
    }

    /** 0: for ever. */
    private long millisToWait() {
        if (timers.isEmpty()) {
            return 0;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(timers.first().due - System.nanoTime() + 999_999));
    }

    private void runTimers() {
        long now = System.nanoTime();
        while (!timers.isEmpty() && timers.first().due - now <= 0) {
            guarded(timers.removeFirst().task);
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
    }

    private static void ready(SelectionKey key) {
        var ready = (Ready) key.attachment();
        try {
            ready.ready(key);
        } catch (CancelledKeyException gone) {
            LOG.trace("a channel was closed before its turn");
        } catch (IOException | RuntimeException failure) {
            guarded(() -> ready.failed(key, failure));
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failure) {
            LOG.error("a task of the name server failed", failure); // one client's trouble is not that of all
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
