/** Containers: their truth, their lifecycle, and how each becomes a launch plan. Uses the resources and the ground. */
@NullMarked
package io.berth.container;

import org.jspecify.annotations.NullMarked;
