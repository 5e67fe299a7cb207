package io.berth.network;

import io.berth.ffi.Fd;
import java.net.Inet4Address;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace with an interface on a bridge, ready for a container. Closing it leaves its end to the kernel.
 *
 * @param netns the namespace
 * @param userns the user namespace to which it belongs; null for the host's
 * @param endpointId 64 hex digits
 * @param address the interface's address
 * @param mac its hardware address
 */
record PreparedSandbox(Fd netns, @Nullable Fd userns, String endpointId, Inet4Address address, MacAddress mac) {

    /** Gives the namespaces up; the kernel takes what is in them. */
    void close() {
        netns.close();
        if (userns != null) {
            userns.close();
        }
    }
}
