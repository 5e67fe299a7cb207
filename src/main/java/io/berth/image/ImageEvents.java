package io.berth.image;

import io.berth.oci.ImageReference;

/** Tells the journal of images what happened, in the transaction of the change. */
interface ImageEvents {

    /** {@code name} is the reference or id that the caller used. */
    void record(String action, StoredImage image, String name);

    /** An image went to a registry under a name: what Docker tells has the name for its id and the repository for its name. */
    void transferred(String action, StoredImage image, ImageReference name);
}
