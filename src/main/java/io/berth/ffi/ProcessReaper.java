package io.berth.ffi;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits for the end of all processes that this one has started, on one thread: a wait blocks in the kernel, and a virtual thread that
 * did it would take a carrier away. Safe for use by many threads.
 */
public final class ProcessReaper implements AutoCloseable {

    private static final int TOKENS_A_ROUND = 64;
    private static final long STOP = 0;

    private final LibBerth library = Native.library();
    private final Fd epoll;
    private final Fd stop;
    private final AtomicLong tokens = new AtomicLong(STOP);
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private final Thread thread;

    private record Waiting(ShimProcess process, CompletableFuture<Integer> status) {}

    /** Starts the thread. */
    public ProcessReaper() {
        var error = new NativeError();
        epoll = new Fd(error.check(library.berth_epoll_create(error.buffer())));
        stop = new Fd(error.check(library.berth_event_create(error.buffer())));
        error.check(library.berth_epoll_add(epoll.number(), stop.number(), STOP, error.buffer()));
        thread = Thread.ofPlatform().name("process-reaper").daemon().start(this::run);
    }

    /** Completes with the exit status (128 + n for signals) when the process has ended and is collected; its pidfd is closed then. */
    public CompletableFuture<Integer> ended(ShimProcess process) {
        long token = tokens.incrementAndGet();
        var status = new CompletableFuture<Integer>();
        waiting.put(token, new Waiting(process, status));
        var error = new NativeError();
        error.check(library.berth_epoll_add(epoll.number(), process.pidfd().number(), token, error.buffer()));
        return status;
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

    private void run() {
        var error = new NativeError();
        long[] round = new long[TOKENS_A_ROUND];
        try (epoll; stop) {
            while (true) {
                int count = error.check(library.berth_epoll_wait(epoll.number(), round, round.length, -1, error.buffer()));
                for (int i = 0; i < count; i++) {
                    if (round[i] == STOP) {
                        return;
                    }
                    collect(waiting.remove(round[i]));
                }
            }
        }
    }

    private void collect(Waiting ended) {
        var error = new NativeError();
        try (var pidfd = ended.process().pidfd()) {
            int status = error.check(library.berth_reap(pidfd.number(), error.buffer()));
            // Whoever waits must not run on this thread.
            ended.status().completeAsync(() -> status, task -> Thread.ofVirtual().name("reaped-" + ended.process().pid()).start(task));
        } catch (NativeException failure) {
            ended.status().completeExceptionally(failure);
        }
    }
}
