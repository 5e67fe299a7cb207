/** Named data: local volumes. Uses the ground. */
@NullMarked
package io.berth.volume;

import org.jspecify.annotations.NullMarked;
