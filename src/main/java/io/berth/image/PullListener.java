package io.berth.image;

import io.berth.oci.Digest;
import io.berth.oci.ImageReference;

/** Hears how a pull gets on, from several threads. What it throws ends the pull; what was fetched until then is gone on with later. */
public interface PullListener {

    /** The manifest is there; from here on there is something to tell. */
    default void begins(ImageReference reference) {}

    /** @param blob the digest of the layer as it travels */
    default void layer(Digest blob, Step step, long currentBytes, long totalBytes) {}

    /** One image is there; of a repository others may follow. */
    default void pulled(PulledImage image) {}

    /** What happens to a layer. */
    enum Step {
        WAITS, ALREADY_THERE, DOWNLOADS, DOWNLOADED, UNPACKS, DONE, RETRIES
    }
}
