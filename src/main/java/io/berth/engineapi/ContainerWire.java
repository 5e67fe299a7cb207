package io.berth.engineapi;

import io.berth.container.Container;
import io.berth.container.ContainerChanges;
import io.berth.container.ContainerLinks;
import io.berth.container.ContainerState;
import io.berth.container.Execs;
import io.berth.container.Health;
import io.berth.container.Healths;
import io.berth.container.MountPoint;
import io.berth.container.StatusText;
import io.berth.error.NotFoundException;
import io.berth.http.ApiVersion;
import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.instance.Instance;
import io.berth.network.Connection;
import io.berth.network.Endpoint;
import io.berth.network.IpText;
import io.berth.network.Sandbox;
import io.berth.network.Sandboxes;
import io.berth.storage.Snapshotter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Containers as {@code ContainerInspect} and {@code ContainerList} show them. */
@Component
class ContainerWire {

    private static final Set<String> BUILT_IN = Set.of("bridge", "host", "none");

    private final ContainerLinks links;
    private final Sandboxes sandboxes;
    private final Images images;
    private final Execs execs;
    private final ContainerChanges changes;
    private final Snapshotter snapshotter;
    private final Healths healths;
    private final Instance instance;
    private final Clock clock;

    ContainerWire(ContainerLinks links, Sandboxes sandboxes, Images images, Execs execs, ContainerChanges changes, Snapshotter snapshotter,
            Healths healths, Instance instance, Clock clock) {
        this.links = links;
        this.sandboxes = sandboxes;
        this.images = images;
        this.execs = execs;
        this.changes = changes;
        this.snapshotter = snapshotter;
        this.healths = healths;
        this.instance = instance;
        this.clock = clock;
    }

    /** What a container's size is: not told, its files as {@code docker ps} tells them, or what it takes on the disk. */
    enum Size {
        NONE, FILES, DISK
    }

    Wire summary(Container container, ApiVersion version, Size size) {
        var sandbox = sandbox(container);
        var wire = Wire.of("Id", container.id().value()).with("Names", links.names(container)).with("Image", shownImage(container))
                .with("ImageID", container.imageId().toString()).with("Command", command(container)).with("Created", container.created().getEpochSecond())
                .with("Ports", ContainerPorts.flat(container, sandbox)).with("Labels", container.config().labels())
                .with("State", container.state().word()).with("Status", StatusText.of(container, healths.find(container).map(Health::word).orElse(""), clock.instant()))
                .with("HostConfig", Wire.of("NetworkMode", container.hostConfig().networkMode()))
                .with("NetworkSettings", Wire.of("Networks", endpoints(container, sandbox, version)))
                .with("Mounts", container.listedMounts().stream().map(ContainerWire::mount).toList());
        if (size != Size.NONE) {
            putSizes(wire, container, size);
        }
        return wire;
    }

    private void putSizes(Wire wire, Container container, Size size) {
        long written;
        try {
            var usage = changes.usage(container.id());
            written = size == Size.DISK ? usage.bytes() : usage.contentBytes();
        } catch (NotFoundException removed) {
            // While it was being measured, or its layer is lost: then it takes nothing.
            written = 0;
        }
        wire.with("SizeRw", written).with("SizeRootFs", written + images.find(container.imageId()).map(Image::sizeBytes).orElse(0L));
    }

    /** The name it was made with, unless that name has moved on to another image. */
    private String shownImage(Container container) {
        var asked = container.config().image();
        boolean still = images.find(asked).map(image -> image.id().equals(container.imageId())).orElse(false);
        return still ? asked : container.imageId().toString();
    }

    private static String command(Container container) {
        var line = new StringBuilder(container.path());
        container.args().forEach(arg -> line.append(' ').append(arg.contains(" ") ? "'" + arg + "'" : arg));
        return line.toString();
    }

    Wire inspect(Container container, ApiVersion version, boolean size) {
        var sandbox = sandbox(container);
        var folder = instance.dataRoot().resolve("containers").resolve(container.id().value());
        var running = execs.runningIn(container.id());
        var wire = Wire.of("Id", container.id().value()).with("Created", Wire.time(container.created())).with("Path", container.path())
                .with("Args", container.args()).with("State", state(container)).with("Image", container.imageId().toString())
                .with("ResolvConfPath", folder.resolve("resolv.conf").toString()).with("HostnamePath", folder.resolve("hostname").toString())
                .with("HostsPath", folder.resolve("hosts").toString())
                .with("LogPath", container.hostConfig().logConfig().type().equals("none") ? ""
                        : folder.resolve(container.id().value() + "-json.log").toString())
                .with("Name", "/" + container.name()).with("RestartCount", container.restartCount()).with("Driver", "overlay2")
                .with("Platform", "linux").with("MountLabel", "").with("ProcessLabel", "").with("AppArmorProfile", container.appArmorProfile())
                .with("ExecIDs", running.isEmpty() ? null : running).with("HostConfig", links.shown(container))
                .with("GraphDriver", Wire.of("Name", "overlay2").with("Data", layers(container)));
        if (size) {
            putSizes(wire, container, Size.FILES);
        }
        return wire.with("Mounts", container.listedMounts().stream().map(ContainerWire::mount).toList()).with("Config", container.config())
                .with("NetworkSettings", networkSettings(container, sandbox, version));
    }

    private Wire state(Container container) {
        var wire = lifecycle(container);
        healths.find(container).ifPresent(health -> wire.with("Health", Wire.of("Status", health.word()).with("FailingStreak", health.streak())
                .with("Log", health.log().stream().map(result -> Wire.of("Start", Wire.time(result.start())).with("End", Wire.time(result.end()))
                        .with("ExitCode", result.code()).with("Output", result.output())).toList())));
        return wire;
    }

    private static Wire lifecycle(Container container) {
        var state = container.state();
        var wire = Wire.of("Status", state.word()).with("Running", container.isRunning()).with("Paused", container.isPaused())
                .with("Restarting", container.isRestarting()).with("Dead", container.isDead());
        return switch (state) {
            case ContainerState.Created created -> rest(wire, false, 0, created.exitCode(), created.error(), Wire.NEVER, Wire.NEVER);
            case ContainerState.Running running -> rest(wire, false, running.pid(), 0, "", Wire.time(running.since()), Wire.NEVER);
            case ContainerState.Restarting(var code, var oom, var started, var finished) -> rest(wire, oom, 0, code, "", Wire.time(started),
                    Wire.time(finished));
            case ContainerState.Dead dead -> rest(wire, false, 0, 0, dead.error(), Wire.NEVER, Wire.NEVER);
            case ContainerState.Exited exited -> rest(wire, exited.oomKilled(), 0, exited.code(), exited.error(), Wire.time(exited.startedAt()),
                    Wire.time(exited.finishedAt()));
        };
    }

    private static Wire rest(Wire wire, boolean oom, int pid, int code, String error, String started, String finished) {
        return wire.with("OOMKilled", oom).with("Pid", pid).with("ExitCode", code).with("Error", error)
                .with("StartedAt", started).with("FinishedAt", finished);
    }

    private @Nullable Wire layers(Container container) {
        return snapshotter.active(container.id().value()).map(snapshot -> Wire
                .of("LowerDir", snapshot.lowerDirsTopFirst().stream().map(Path::toString).collect(Collectors.joining(":")))
                .with("MergedDir", snapshot.upper().resolveSibling("merged").toString()).with("UpperDir", snapshot.upper().toString())
                .with("WorkDir", snapshot.work().toString())).orElse(null);
    }

    private static Wire mount(MountPoint mount) {
        var wire = Wire.of("Type", mount.type().word());
        if (mount.name() != null) {
            wire.with("Name", mount.name());
        }
        wire.with("Source", mount.source()).with("Destination", mount.destination());
        if (mount.volume() != null) {
            wire.with("Driver", "local");
        }
        return wire.with("Mode", mount.mode()).with("RW", mount.writable()).with("Propagation", mount.propagation());
    }

    private @Nullable Sandbox sandbox(Container container) {
        return container.isRunning() ? sandboxes.find(container.id().value()).orElse(null) : null;
    }

    private Wire networkSettings(Container container, @Nullable Sandbox sandbox, ApiVersion version) {
        var wire = Wire.of("Bridge", "").with("SandboxID", sandbox == null ? "" : container.id().value())
                .with("SandboxKey", container.state() instanceof ContainerState.Running running ? "/proc/" + running.pid() + "/ns/net" : "")
                .with("Ports", ContainerPorts.map(container, sandbox)).with("HairpinMode", false).with("LinkLocalIPv6Address", "")
                .with("LinkLocalIPv6PrefixLen", 0).with("SecondaryIPAddresses", null).with("SecondaryIPv6Addresses", null);
        var first = sandbox == null ? Optional.<Endpoint>empty() : sandbox.endpoints().stream().filter(endpoint -> !endpoint.addresses().isEmpty()).findFirst();
        // Scripts without number read these at the top.
        if (!version.atLeast(52)) {
            wire.with("EndpointID", first.map(Endpoint::endpointId).orElse("")).with("Gateway", gateway(first.orElse(null)))
                    .with("GlobalIPv6Address", address6(first.orElse(null))).with("GlobalIPv6PrefixLen", prefixLength6(first.orElse(null)))
                    .with("IPAddress", address(first.orElse(null)))
                    .with("IPPrefixLen", first.map(Endpoint::prefixLength).orElse(0)).with("IPv6Gateway", gateway6(first.orElse(null)))
                    .with("MacAddress", mac(container.connections().isEmpty() ? null : container.connections().getFirst(), first.orElse(null)));
        }
        return wire.with("Networks", endpoints(container, sandbox, version));
    }

    private static Wire endpoints(Container container, @Nullable Sandbox sandbox, ApiVersion version) {
        var wire = Wire.object();
        var live = sandbox == null ? List.<Endpoint>of() : sandbox.endpoints();
        for (var connection : container.connections()) {
            var endpoint = live.stream().filter(one -> one.networkName().equals(connection.network())).findFirst().orElse(null);
            wire.with(connection.network(), endpoint(container, connection, endpoint, version));
        }
        return wire;
    }

    private static Wire endpoint(Container container, Connection asked, @Nullable Endpoint endpoint, ApiVersion version) {
        return Wire.of("IPAMConfig", wanted(asked))
                .with("Links", orNull(asked.links())).with("Aliases", orNull(aliases(container, asked, version)))
                .with("MacAddress", mac(asked, endpoint)).with("DriverOpts", asked.options().isEmpty() ? null : asked.options())
                .with("GwPriority", asked.gatewayPriority()).with("NetworkID", endpoint == null ? asked.networkId() : endpoint.networkId().value())
                .with("EndpointID", endpoint == null ? "" : endpoint.endpointId())
                .with("Gateway", gateway(endpoint)).with("IPAddress", address(endpoint))
                .with("IPPrefixLen", endpoint == null ? 0 : endpoint.prefixLength()).with("IPv6Gateway", gateway6(endpoint))
                .with("GlobalIPv6Address", address6(endpoint)).with("GlobalIPv6PrefixLen", prefixLength6(endpoint))
                .with("DNSNames", endpoint == null ? null : orNull(endpoint.names()));
    }

    /** Before 1.45 the short id was one of them. */
    private static List<String> aliases(Container container, Connection asked, ApiVersion version) {
        if (version.atLeast(45) || BUILT_IN.contains(asked.network())) {
            return asked.aliases();
        }
        return Stream.concat(asked.aliases().stream(), Stream.of(container.id().shortId())).distinct().toList();
    }

    private static @Nullable List<String> orNull(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }

    private static String address(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.ip() == null ? "" : endpoint.ip().getHostAddress();
    }

    private static @Nullable Wire wanted(Connection asked) {
        if (asked.address().isEmpty() && asked.address6().isEmpty() && asked.linkLocal().isEmpty()) {
            return null;
        }
        var wire = Wire.object();
        if (!asked.address().isEmpty()) {
            wire.with("IPv4Address", asked.address());
        }
        if (!asked.address6().isEmpty()) {
            wire.with("IPv6Address", asked.address6());
        }
        return asked.linkLocal().isEmpty() ? wire : wire.with("LinkLocalIPs", asked.linkLocal());
    }

    private static String address6(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.ipv6() == null ? "" : IpText.of(endpoint.ipv6().ip());
    }

    private static int prefixLength6(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.ipv6() == null ? 0 : endpoint.ipv6().prefixLength();
    }

    private static String gateway6(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.gateway6() == null ? "" : IpText.of(endpoint.gateway6());
    }

    private static String gateway(@Nullable Endpoint endpoint) {
        return endpoint == null || endpoint.gateway() == null ? "" : endpoint.gateway().getHostAddress();
    }

    /** The one that it has, or will have because it was asked for. */
    private static String mac(@Nullable Connection asked, @Nullable Endpoint endpoint) {
        if (endpoint != null) {
            return endpoint.mac() == null ? "" : endpoint.mac().value();
        }
        return asked == null ? "" : asked.mac();
    }
}
