package io.berth.image;

import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import io.berth.operation.LayerStep;
import io.berth.operation.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A pull as its client and its operation hear of it. A client that is gone cancels the pull; it is not told in the thread of a download,
 * which others may wait for, too. Safe for use by many threads.
 */
final class WatchedPull implements PullListener {

    private final Progress progress;
    private final PullListener client;
    private volatile @Nullable RuntimeException gone;

    WatchedPull(Progress progress, PullListener client) {
        this.progress = progress;
        this.client = client;
    }

    @Override
    public void begins(ImageReference reference) {
        tell(() -> client.begins(reference));
        progress.cancel().throwIfCancelled();
    }

    @Override
    public void layer(Digest blob, Step step, long currentBytes, long totalBytes) {
        progress.layer(blob.toString(), stepOf(step), currentBytes, totalBytes);
        tell(() -> client.layer(blob, step, currentBytes, totalBytes));
        if (step == Step.UNPACKS) {
            // Only the thread of this pull unpacks.
            progress.cancel().throwIfCancelled();
        }
    }

    @Override
    public void pulled(PulledImage image) {
        tell(() -> client.pulled(image));
    }

    private void tell(Runnable message) {
        if (gone != null) {
            return;
        }
        try {
            message.run();
        } catch (RuntimeException failure) {
            gone = failure;
            progress.cancel().cancel();
        }
    }

    private static LayerStep stepOf(PullListener.Step step) {
        return switch (step) {
            case WAITS -> LayerStep.WAITS;
            case ALREADY_THERE -> LayerStep.ALREADY_THERE;
            case DOWNLOADS -> LayerStep.DOWNLOADS;
            case DOWNLOADED -> LayerStep.TRAVELLED;
            case UNPACKS -> LayerStep.UNPACKS;
            case DONE -> LayerStep.DONE;
            case RETRIES -> LayerStep.RETRIES;
        };
    }

    /** What ended the pull, when it was the client that did. */
    RuntimeException explained(RuntimeException failure) {
        RuntimeException ofClient = gone;
        return ofClient == null ? failure : ofClient;
    }

    boolean isCancelled() {
        return progress.cancel().isCancelled();
    }

    void throwIfCancelled() {
        progress.cancel().throwIfCancelled();
    }

    /** Asks a registry in a thread of its own, which may be interrupted; the pull's own may not. */
    <T> T ask(Callable<T> question) throws IOException {
        var answer = new CompletableFuture<T>();
        Thread asking = Thread.ofVirtual().name("registry-question").start(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception failure) {
                answer.completeExceptionally(failure);
            }
        });
        try {
            return await(answer, "the registry cannot be asked");
        } finally {
            asking.interrupt();
        }
    }

    /** Waits for what another thread makes, or for the cancelling. @param fault what is said of an end that nobody foresaw */
    <T> T await(CompletableFuture<T> future, String fault) throws IOException {
        try {
            return progress.cancel().await(future);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException broken -> throw broken;
                case EngineException refused -> throw refused;
                case null, default -> throw new InternalException(fault + ": " + failed.getCause(), failed);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("pull was stopped");
        }
    }
}
