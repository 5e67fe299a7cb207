package io.berth.image;

/** Tells the journal of images what happened, in the transaction of the change. */
interface ImageEvents {

    /** {@code name} is the reference or id that the caller used. */
    void record(String action, StoredImage image, String name);
}
