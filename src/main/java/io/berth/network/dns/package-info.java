/**
 * The name server that containers of user-defined networks ask at 127.0.0.11. It knows nothing of networks: what a container may see it
 * is told by a {@link io.berth.network.dns.Directory}. Stands on {@code io.berth.ffi} and {@code io.berth.error} alone.
 */
@NullMarked
package io.berth.network.dns;

import org.jspecify.annotations.NullMarked;
