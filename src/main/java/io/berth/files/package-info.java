/** Single files below an open root, as people look at them: listed, read, written, moved and removed; of volumes and containers alike. */
@NullMarked
package io.berth.files;

import org.jspecify.annotations.NullMarked;
