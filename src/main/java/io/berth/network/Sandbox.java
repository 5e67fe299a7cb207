package io.berth.network;

import io.berth.ffi.Fd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's network, ready for its processes. The caller passes {@link #netns} (JOIN_NS) and {@link #held} (HOLD) to the shim and
 * then closes this object: closing gives up the descriptors only, the network itself ends by {@link Networks#detach}.
 *
 * @param netns the network namespace to join; null for the host's
 * @param userns the user namespace to join with it; null for the host's
 * @param endpoints places in networks; one for {@code host} and {@code none} too, none for {@code container:ID}
 * @param bindings published ports in the order asked for, IPv4 before IPv6
 * @param held bound sockets that reserve the published ports; the shim keeps them open as long as the container lives
 */
public record Sandbox(@Nullable Fd netns, @Nullable Fd userns, List<Endpoint> endpoints, List<PortBinding> bindings, List<Fd> held)
        implements AutoCloseable {

    public Sandbox {
        endpoints = List.copyOf(endpoints);
        bindings = List.copyOf(bindings);
        held = List.copyOf(held);
    }

    /** Closes the descriptors; may be repeated. */
    @Override
    public void close() {
        if (netns != null) {
            netns.close();
        }
        if (userns != null) {
            userns.close();
        }
        held.forEach(Fd::close);
    }
}
