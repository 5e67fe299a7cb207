package io.berth.image;

import io.berth.oci.Digest;

/** One line of what a removal did, in its order. */
public sealed interface Removal {

    /** A name was taken away: {@code busybox:latest}. */
    record Untagged(String reference) implements Removal {}

    /** An image or the stack of a layer is gone. */
    record Deleted(Digest id) implements Removal {}
}
