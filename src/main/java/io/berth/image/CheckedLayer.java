package io.berth.image;

import io.berth.oci.Digest;
import io.berth.storage.ChainId;
import org.jspecify.annotations.Nullable;

/**
 * What a check has found of a layer.
 *
 * @param diffId the digest of its plain tar
 * @param chain the stack that it tops
 * @param difference what of its files was not as it should be, with the first path; null when all was
 */
public record CheckedLayer(Digest diffId, ChainId chain, State state, @Nullable String difference) {

    /** How a layer is after the check. */
    public enum State {
        /** Bytes and files are what they were. */
        WHOLE,
        /** Files were damaged and were made again from the bytes. */
        MENDED,
        /** The bytes are damaged or gone, and were given up: a pull or load of the image brings them again, and no other layer. */
        LOST
    }
}
