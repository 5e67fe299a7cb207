package io.berth.container;

import io.berth.runtime.Cgroup;
import io.berth.runtime.ShimClient;
import java.util.concurrent.CompletableFuture;

/**
 * What there is of a container while it runs.
 *
 * @param settled completes when its end is written down and everything of the run is given back
 */
record LiveContainer(ShimClient shim, Cgroup cgroup, CompletableFuture<Void> settled) {}
