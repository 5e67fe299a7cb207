/** Bytes and file systems of images and containers: content-addressed blobs and overlay snapshots below the data root; uses the ground only. */
@NullMarked
package io.berth.storage;

import org.jspecify.annotations.NullMarked;
