package io.berth.image;

import io.berth.oci.Digest;
import io.berth.oci.ImageReference;

/**
 * The end of a pull.
 *
 * @param digest of the manifest or index that the registry has under that name
 * @param isNew whether the name pointed to another image before, or to none
 */
public record PulledImage(Image image, ImageReference reference, Digest digest, boolean isNew) {}
