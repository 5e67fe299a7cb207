package io.berth.image;

import io.berth.oci.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of an image's history as it is shown, newest first.
 *
 * @param imageId the image that the step made; null when it is not of this store
 */
public record HistoryLine(@Nullable Digest imageId, @Nullable Instant created, String createdBy, List<String> tags,
        long sizeBytes, String comment) {

    public HistoryLine {
        tags = List.copyOf(tags);
    }
}
