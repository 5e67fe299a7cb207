package io.berth.ffi;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A platform thread that goes into network namespaces and comes back. A socket belongs for good to the namespace of the thread that made
 * it, whatever thread uses it later: so channels that are opened in a visit are of the namespace visited. Visits are made one at a time, in
 * the order asked for. Safe for use by many threads.
 */
public final class NamespaceVisitor implements AutoCloseable {

    private final LibBerth library = Native.library();
    private final Fd home;
    private final ThreadPoolExecutor thread;
    /** Set when the way back failed: who then goes on would act in a container's namespace as if it were the host's. */
    private boolean lost;

    /** Starts the thread; home is the network namespace of the caller. */
    public NamespaceVisitor(String name) {
        var error = new NativeError();
        home = new Fd(error.check(library.berth_netns_current(error.buffer())));
        thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name).daemon().factory());
        thread.prestartAllCoreThreads(); // a thread is born in the namespace of the one that starts it
    }

    /**
     * Runs a short piece of work inside a namespace.
     *
     * @param netns stays the caller's, who keeps it open until the result is there
     * @param work what it throws is the result
     * @throws RejectedExecutionException this is closed
     */
    public <T> CompletableFuture<T> visit(Fd netns, Callable<T> work) {
        var result = new CompletableFuture<T>();
        thread.execute(() -> {
            try {
                result.complete(inside(netns, work));
            } catch (Exception | LinkageError failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /**
     * Closes a namespace's descriptor after the visits that were asked for: closed beside them, its number could be that of another
     * namespace by then.
     *
     * @throws RejectedExecutionException this is closed
     */
    public void closeAfterVisits(Fd netns) {
        thread.execute(netns::close);
    }

    private <T> T inside(Fd netns, Callable<T> work) throws Exception {
        if (lost) {
            throw new IllegalStateException("the way back from a network namespace was not found");
        }
        enter(netns);
        try {
            return work.call();
        } finally {
            lost = true;
            enter(home);
            lost = false;
        }
    }

    private void enter(Fd netns) {
        var error = new NativeError();
        error.check(library.berth_netns_enter(netns.number(), error.buffer()));
    }

    /** Ends the thread after the visits that were asked for. */
    @Override
    public void close() {
        thread.close();
        home.close();
    }
}
