package io.berth.container;

import io.berth.oci.Digest;
import java.time.Instant;
import java.util.List;

/**
 * A container as it was at one instant. Immutable.
 *
 * @param name without slash
 * @param imageId of the image it was made of, which may be gone
 * @param config merged with the image's
 * @param mounts in the order in which they are mounted
 * @param path the program, as asked
 */
public record Container(ContainerId id, String name, Instant created, Digest imageId, ContainerConfig config, HostConfig hostConfig,
        List<MountPoint> mounts, String path, List<String> args, ContainerState state, int restartCount) {

    public Container {
        mounts = List.copyOf(mounts);
        args = List.copyOf(args);
    }

    public boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    public boolean isPaused() {
        return state instanceof ContainerState.Running running && running.paused();
    }

    Container in(ContainerState next) {
        return new Container(id, name, created, imageId, config, hostConfig, mounts, path, args, next, restartCount);
    }

    Container named(String next) {
        return new Container(id, next, created, imageId, config, hostConfig, mounts, path, args, state, restartCount);
    }
}
