package io.berth.container;

import io.berth.oci.Platform;
import org.jspecify.annotations.Nullable;

/**
 * A container that is asked for.
 *
 * @param name empty for one that Berth chooses
 * @param platform that the image must be for; null for any
 * @param readOnly how far mounts may only be read for which it is not said
 */
public record CreateRequest(String name, ContainerConfig config, HostConfig hostConfig, @Nullable Platform platform,
        MountPoint.Depth readOnly) {}
