/** Facts about the machine. Uses the ground. */
@NullMarked
package io.berth.host;

import org.jspecify.annotations.NullMarked;
