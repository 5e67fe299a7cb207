/** Who takes which byte of the disk, and how it is given back. Uses {@code container} and what is below. */
@NullMarked
package io.berth.disk;

import org.jspecify.annotations.NullMarked;
