package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;

/** Hears how a push gets on, from several threads. What it throws ends the push. */
public interface PushListener {

    /** The images are there; from here on there is something to tell. @param repository the name that they have, or had with a tag */
    default void begins(ImageReference repository) {}

    /** @param diffId the digest of the layer, plain */
    default void layer(Digest diffId, Step step, long currentBytes, long totalBytes) {}

    /** The registry had the layer in another repository. @param from that repository, as people write it */
    default void mounted(Digest diffId, String from) {}

    /** The registry lacks images that the index is for, too: what was pushed is the one that is here. */
    default void pushedInsteadOfIndex(Descriptor index, Descriptor manifest) {}

    /** One tag is done. */
    default void pushed(PushedImage image) {}

    /** Nothing was told for a second; who cannot be told anything any more may throw. */
    default void waits() {}

    /** What happens to a layer. */
    enum Step {
        PREPARES, PACKS, WAITS, ALREADY_THERE, PUSHES, DONE, RETRIES
    }
}
