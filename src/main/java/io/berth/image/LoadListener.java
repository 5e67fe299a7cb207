package io.berth.image;

import io.berth.oci.Digest;

/** Hears how a load gets on. Called by the loading thread; what it throws ends the load and undoes it. */
public interface LoadListener {

    /** Hears nothing. */
    LoadListener SILENT = new LoadListener() {};

    /** {@code read} of {@code total} bytes of a layer are unpacked. */
    default void layer(Digest diffId, long readBytes, long totalBytes) {}

    /** An image is complete and in the store. */
    default void loaded(LoadedImage image) {}
}
