/**
 * Connectivity of containers: networks, addresses, sandboxes, published ports and the firewall that carries them.
 * Stands on the ground modules alone; all talk with the kernel goes through {@code io.berth.ffi}.
 */
@NullMarked
package io.berth.network;

import org.jspecify.annotations.NullMarked;
