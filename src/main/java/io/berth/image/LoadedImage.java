package io.berth.image;

import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image that an archive brought.
 *
 * @param references the names that it got; none when the archive had none
 * @param losers the images that had some of these names before
 */
public record LoadedImage(Digest id, List<ImageReference> references, Map<ImageReference, Digest> losers) {

    public LoadedImage {
        references = List.copyOf(references);
        losers = Map.copyOf(losers);
    }

    /** What Docker's clients are told, one line for each name: {@code Loaded image: busybox:latest}. No line ends. */
    public List<String> lines() {
        if (references.isEmpty()) {
            return List.of("Loaded image ID: " + id);
        }
        var lines = new ArrayList<String>();
        for (ImageReference reference : references) {
            @Nullable Digest loser = losers.get(reference);
            if (loser != null) {
                lines.add("The image " + reference.familiar() + " already exists, renaming the old one with ID " + loser + " to empty string");
            }
            lines.add("Loaded image: " + reference.familiar());
        }
        return List.copyOf(lines);
    }
}
