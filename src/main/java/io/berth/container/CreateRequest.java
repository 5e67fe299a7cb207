package io.berth.container;

import io.berth.network.Connection;
import io.berth.oci.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container that is asked for.
 *
 * @param name empty for one that Berth chooses
 * @param connections networks by the names that were asked for; none for that of the network mode
 * @param platform that the image must be for; null for any
 * @param readOnly how far mounts may only be read for which it is not said
 */
public record CreateRequest(String name, ContainerConfig config, HostConfig hostConfig, List<Connection> connections,
        @Nullable Platform platform, MountPoint.Depth readOnly) {

    public CreateRequest {
        connections = List.copyOf(connections);
    }

    CreateRequest named(String next) {
        return new CreateRequest(next, config, hostConfig, connections, platform, readOnly);
    }
}
