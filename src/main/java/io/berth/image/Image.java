package io.berth.image;

import io.berth.error.NotFoundException;
import io.berth.oci.Digest;
import io.berth.oci.ImageConfig;
import io.berth.oci.ImageReference;
import io.berth.oci.Platform;
import io.berth.storage.ChainId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image of the store.
 *
 * @param id the digest of its config
 * @param tags its names with a tag, sorted; none for a dangling image
 * @param digests its names with a digest, sorted
 * @param config what its config says; the document's own bytes are {@link Images#configBytes}
 * @param chain the stacks of its layers, base first
 * @param sizeBytes the sum of its layers, unpacked
 * @param created when it was made, by its own account; the epoch when it says nothing
 * @param lastTagged when a name was last given to it here; null when never
 */
public record Image(
        Digest id,
        List<ImageReference> tags,
        List<ImageReference> digests,
        ImageConfig config,
        List<ChainId> chain,
        long sizeBytes,
        Instant created,
        @Nullable Instant lastTagged) {

    public Image {
        tags = tags.stream().sorted().toList();
        digests = digests.stream().sorted().toList();
        chain = List.copyOf(chain);
    }

    /**
     * This image.
     *
     * @param platform that it must be for; null for any
     * @param named as what it was asked for, for the failure
     * @throws NotFoundException it is for another platform
     */
    public Image requireFor(@Nullable Platform platform, String named) {
        String mismatch = mismatch(platform, named);
        if (mismatch != null) {
            throw new NotFoundException(mismatch);
        }
        return this;
    }

    /** Says that it is for another platform than was asked for; null when it is not. The parameters are those of {@link #requireFor}. */
    public @Nullable String mismatch(@Nullable Platform platform, String named) {
        return config.isFor(platform) ? null : "image with reference " + named + " was found but its platform (" + config.platform()
                + ") does not match the specified platform (" + platform + ")";
    }

    /** Whether no name leads to it. */
    public boolean isDangling() {
        return tags.isEmpty() && digests.isEmpty();
    }
}
