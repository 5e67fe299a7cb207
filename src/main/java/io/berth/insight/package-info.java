/** What a container is: its namespaces, its cgroup, its files and its processes, as the kernel has them. Uses {@code container} and what is below. */
@NullMarked
package io.berth.insight;

import org.jspecify.annotations.NullMarked;
