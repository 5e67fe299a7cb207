package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.Digest;

/**
 * A layer as the store keeps it.
 *
 * @param diffId the digest of the plain tar
 * @param blob the bytes that the plain tar is made of again: as they came, or compressed here
 * @param tarBytes the size of the plain tar
 * @param sizeBytes the sizes of its files
 */
record StoredLayer(Digest diffId, Descriptor blob, long tarBytes, long sizeBytes) {}
