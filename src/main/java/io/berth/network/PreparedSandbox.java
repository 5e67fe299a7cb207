package io.berth.network;

import io.berth.ffi.Fd;
import java.net.Inet4Address;

/**
 * A network namespace with an interface on a bridge, ready for a container. Closing it leaves its end to the kernel.
 *
 * @param netns the namespace
 * @param endpointId 64 hex digits
 * @param address the interface's address
 * @param mac its hardware address
 */
record PreparedSandbox(Fd netns, String endpointId, Inet4Address address, MacAddress mac) {}
