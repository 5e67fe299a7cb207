package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A layer as the store keeps it.
 *
 * @param diffId the digest of the plain tar
 * @param blob the bytes that the plain tar is made of again: as they came, or compressed here
 * @param tarBytes the size of the plain tar
 * @param sizeBytes the sizes of its files
 * @param packed what it was when it was last made for a registry, where {@code blob} is not what registries get; null when it never was.
 *     Its bytes are not kept
 */
record StoredLayer(Digest diffId, Descriptor blob, long tarBytes, long sizeBytes, @Nullable Descriptor packed) {

    StoredLayer(Digest diffId, Descriptor blob, long tarBytes, long sizeBytes) {
        this(diffId, blob, tarBytes, sizeBytes, null);
    }

    StoredLayer withPacked(Descriptor newPacked) {
        return new StoredLayer(diffId, blob, tarBytes, sizeBytes, newPacked);
    }
}
