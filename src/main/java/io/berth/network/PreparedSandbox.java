package io.berth.network;

import io.berth.ffi.Fd;
import org.jspecify.annotations.Nullable;

/**
 * A network namespace with an interface on the default bridge, ready for a container. Closing it leaves its end to the kernel.
 *
 * @param netns the namespace
 * @param userns the user namespace to which it belongs; null for the host's
 * @param endpoint the interface
 */
record PreparedSandbox(Fd netns, @Nullable Fd userns, Endpoint endpoint) {

    /** Gives the namespaces up; the kernel takes what is in them. */
    void close() {
        netns.close();
        if (userns != null) {
            userns.close();
        }
    }
}
