/** What containers use: samples of cgroup, network and host. Uses {@code container} and what is below. */
@NullMarked
package io.berth.stats;

import org.jspecify.annotations.NullMarked;
