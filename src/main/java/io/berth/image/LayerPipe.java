package io.berth.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Hands what one side writes to another that reads, both at once: a layer never stands anywhere between its files and the store. */
final class LayerPipe {

    private static final int BUFFER = 256 * 1024;

    /** Takes the bytes of a layer. */
    @FunctionalInterface
    interface Taker<T> {
        @Nullable T take(InputStream tar) throws IOException;
    }

    private LayerPipe() {}

    /** Gives what the taker makes of it. When the writer fails its failure is the one that is thrown. */
    static <T> @Nullable T carry(ImageCommit.Changes changes, Taker<T> taker) throws IOException {
        var in = new PipedInputStream(BUFFER);
        var out = new PipedOutputStream(in);
        var written = new CompletableFuture<@Nullable Void>();
        Thread.ofVirtual().name("layer-writer").start(() -> {
            try (out) {
                changes.writeTo(out);
                written.complete(null);
            } catch (IOException | RuntimeException | Error failure) {
                written.completeExceptionally(failure);
            }
        });
        T taken;
        try (in) {
            taken = taker.take(in);
        } catch (IOException | RuntimeException failure) {
            throw causeOf(written, failure);
        }
        await(written);
        return taken;
    }

    private static void await(CompletableFuture<@Nullable Void> written) throws IOException {
        try {
            written.join();
        } catch (CompletionException failure) {
            throw rethrown(failure.getCause());
        }
    }

    /** The reader has closed its side by now, so the writer ends too; what it met before that explains what the reader met. */
    private static IOException causeOf(CompletableFuture<@Nullable Void> written, Exception ofReader) throws IOException {
        Throwable ofWriter = written.handle((nothing, failure) -> failure).join();
        if (ofWriter != null && !isClosedPipe(ofWriter)) {
            ofWriter.addSuppressed(ofReader);
            throw rethrown(ofWriter);
        }
        throw rethrown(ofReader);
    }

    private static boolean isClosedPipe(Throwable failure) {
        return failure instanceof IOException && String.valueOf(failure.getMessage()).contains("Pipe closed");
    }

    private static IOException rethrown(Throwable failure) throws IOException {
        return switch (failure) {
            case IOException known -> throw known;
            case RuntimeException known -> throw known;
            case Error known -> throw known;
            default -> new IOException(failure);
        };
    }
}
