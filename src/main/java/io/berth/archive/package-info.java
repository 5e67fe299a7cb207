/** The one walk over tar archives, below a root directory and within limits, with the decompression in front of it. */
@NullMarked
package io.berth.archive;

import org.jspecify.annotations.NullMarked;
