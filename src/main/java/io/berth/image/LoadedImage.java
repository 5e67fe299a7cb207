package io.berth.image;

import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.util.List;

/**
 * An image that an archive brought.
 *
 * @param references the names that it got; none when the archive had none
 */
public record LoadedImage(Digest id, List<ImageReference> references) {

    public LoadedImage {
        references = List.copyOf(references);
    }

    /** What Docker's clients are told, one line for each name: {@code Loaded image: busybox:latest}. No line ends. */
    public List<String> lines() {
        return references.isEmpty()
                ? List.of("Loaded image ID: " + id)
                : references.stream().map(reference -> "Loaded image: " + reference.familiar()).toList();
    }
}
