package io.berth.operation;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of long work as it was at one moment; on the wire as it stands here.
 *
 * @param subject what it is about, such as the reference of an image
 * @param begunBy the account that began it; null when a client of the engine's socket did
 * @param error why it failed or was cancelled, as its client is told; null otherwise
 * @param ended null while it runs
 * @param layers in the order in which they were first heard of
 * @param bytesDone that have travelled, those included that an earlier operation had left
 * @param bytesTotal that travel in all; null while that is not known
 * @param bytesPerSecond of the last seconds; null when it does not run or nothing travels
 */
public record Operation(String id, OperationKind kind, String subject, @Nullable String begunBy, OperationState state,
        @Nullable String error, Instant begun, @Nullable Instant ended, List<LayerProgress> layers, long bytesDone,
        @Nullable Long bytesTotal, @Nullable Long bytesPerSecond) {

    public Operation {
        layers = List.copyOf(layers);
    }
}
