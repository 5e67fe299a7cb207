package io.berth.image;

import io.berth.oci.Descriptor;
import io.berth.oci.ImageReference;

/**
 * The end of a push.
 *
 * @param reference with its tag
 * @param descriptor of the manifest or index that the registry has under that name
 */
public record PushedImage(Image image, ImageReference reference, Descriptor descriptor) {}
