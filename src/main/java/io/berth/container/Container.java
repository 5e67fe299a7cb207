package io.berth.container;

import io.berth.network.Connection;
import io.berth.oci.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A container as it was at one instant. Immutable.
 *
 * @param name without slash
 * @param imageId of the image it was made of, which may be gone
 * @param config merged with the image's
 * @param mounts in the order in which they are mounted
 * @param connections networks that it is, or will be, connected to, in the order of its interfaces; none when it has another's network
 * @param path the program, as asked
 * @param restartCount how often its shim has started it again since it was started
 */
public record Container(ContainerId id, String name, Instant created, Digest imageId, ContainerConfig config, HostConfig hostConfig,
        List<MountPoint> mounts, List<Connection> connections, String path, List<String> args, ContainerState state, int restartCount,
        Supervision supervision) {

    public Container {
        mounts = List.copyOf(mounts);
        // Documents of old do not have them: then a container had one network at most.
        connections = connections == null ? ContainerNetworks.usual(hostConfig) : List.copyOf(connections);
        args = List.copyOf(args);
        supervision = supervision == null ? Supervision.NONE : supervision;
    }

    /**
     * What the engine remembers of who starts it again.
     *
     * @param lastRecord number of the last record of its shims that is part of this
     * @param stoppedByHand since its last start
     */
    public record Supervision(long lastRecord, boolean stoppedByHand) {

        static final Supervision NONE = new Supervision(0, false);
    }

    /** Its mounts as clients see them: a tmpfs of {@code HostConfig.Tmpfs} is shown there only. */
    public List<MountPoint> listedMounts() {
        var tmpfs = hostConfig.tmpfs();
        return tmpfs == null ? mounts : mounts.stream().filter(mount -> mount.type() != MountPoint.Type.TMPFS
                || tmpfs.keySet().stream().noneMatch(path -> Path.of(path).normalize().toString().equals(mount.destination()))).toList();
    }

    /** The profile of AppArmor that was asked for, whether this kernel has AppArmor or not; empty when none was. */
    public String appArmorProfile() {
        return SecurityOptions.appArmorProfile(hostConfig);
    }

    /** As the Docker Engine API has it: one that waits to be started again is running, too. */
    public boolean isRunning() {
        return state instanceof ContainerState.Running || isRestarting();
    }

    /** It has ended and will be started again. */
    public boolean isRestarting() {
        return state instanceof ContainerState.Restarting;
    }

    public boolean isDead() {
        return state instanceof ContainerState.Dead;
    }

    public boolean isPaused() {
        return state instanceof ContainerState.Running running && running.paused();
    }

    Container in(ContainerState next) {
        return new Container(id, name, created, imageId, config, hostConfig, mounts, connections, path, args, next, restartCount, supervision);
    }

    /** As {@code next} by what the record of this number says. */
    Container in(ContainerState next, long record) {
        return in(next).supervised(new Supervision(record, supervision.stoppedByHand()));
    }

    Container named(String next) {
        return new Container(id, next, created, imageId, config, hostConfig, mounts, connections, path, args, state, restartCount, supervision);
    }

    Container with(HostConfig next) {
        return new Container(id, name, created, imageId, config, next, mounts, connections, path, args, state, restartCount, supervision);
    }

    Container with(ContainerConfig next) {
        return new Container(id, name, created, imageId, next, hostConfig, mounts, connections, path, args, state, restartCount, supervision);
    }

    /** With other mounts, and a configuration that tells of them. */
    Container mounted(List<MountPoint> next, HostConfig host) {
        return new Container(id, name, created, imageId, config, host, next, connections, path, args, state, restartCount, supervision);
    }

    Container connected(List<Connection> next) {
        return new Container(id, name, created, imageId, config, hostConfig, mounts, next, path, args, state, restartCount, supervision);
    }

    Container restarted(int count) {
        return new Container(id, name, created, imageId, config, hostConfig, mounts, connections, path, args, state, count, supervision);
    }

    Container supervised(Supervision next) {
        return new Container(id, name, created, imageId, config, hostConfig, mounts, connections, path, args, state, restartCount, next);
    }
}
