package io.berth.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container needs before it starts.
 *
 * @param containerId its full id
 * @param containerName its name without slash; for messages and events
 * @param mode its network; for {@link NetworkMode.Container} the full id of the other container
 * @param ports what to publish; must be empty unless the mode is {@link NetworkMode.Connected}
 * @param mac the hardware address asked for; null to derive it from the IP address
 * @param owner to whom a network namespace of its own belongs; for {@link NetworkMode.Container} never one that is made
 */
public record SandboxRequest(String containerId, String containerName, NetworkMode mode, List<PortSpec> ports,
        @Nullable MacAddress mac, NamespaceOwner owner) {

    public SandboxRequest {
        ports = List.copyOf(ports);
    }
}
