package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Platform;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that belongs to an image of the store: its own, one for another platform in the index that it came with, or an attestation.
 *
 * @param available whether all that it names is here
 * @param platform what it is for; null for an attestation
 * @param contentBytes what is here of it as registries have it: the manifest itself, config and layers
 * @param unpackedBytes what its layers take as files; 0 where they are not here
 * @param about the digest of the manifest that it attests something of, as the index has it; null for an image
 */
public record ImageManifest(Descriptor descriptor, boolean available, @Nullable Platform platform, long contentBytes, long unpackedBytes,
        @Nullable String about) {

    /** Whether containers can be made of it. */
    public boolean isImage() {
        return about == null;
    }
}
