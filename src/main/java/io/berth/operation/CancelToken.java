package io.berth.operation;

import io.berth.error.ConflictException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells work that it is to end. The work looks or waits here; its thread is never interrupted, since an interrupt in a write would
 * close the database's file. Safe for use by many threads.
 */
public final class CancelToken {

    private final String what;
    private final CompletableFuture<@Nullable Void> cancelled = new CompletableFuture<>();

    CancelToken(String what) {
        this.what = what;
    }

    /** Asks the work to end; false when it was asked before. */
    public boolean cancel() {
        return cancelled.complete(null);
    }

    public boolean isCancelled() {
        return cancelled.isDone();
    }

    /** @throws ConflictException the work was cancelled */
    public void throwIfCancelled() {
        if (isCancelled()) {
            throw new ConflictException(what + " was cancelled");
        }
    }

    /**
     * Waits for what another thread makes, or for the cancelling. The other thread is not stopped by it.
     *
     * @throws ConflictException the work was cancelled first
     * @throws ExecutionException what the other thread threw
     */
    public <T> T await(CompletableFuture<T> future) throws ExecutionException, InterruptedException {
        try {
            CompletableFuture.anyOf(future, cancelled).get();
        } catch (ExecutionException failed) {
            // It is thrown below, without what anyOf wraps around it.
            if (!future.isDone()) {
                throw failed;
            }
        }
        if (!future.isDone()) {
            throwIfCancelled();
        }
        return future.get();
    }
}
