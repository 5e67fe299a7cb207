package io.berth.container;

import static io.berth.error.InvalidArgumentException.within;

import io.berth.container.ContainerLocks.Held;
import io.berth.container.MountRequests.MountRequest;
import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.image.Image;
import io.berth.image.Images;
import io.berth.instance.Failpoint;
import io.berth.instance.FileFailure;
import io.berth.instance.Instance;
import io.berth.network.Connection;
import io.berth.network.NetworkMode;
import io.berth.network.PortSpec;
import io.berth.runtime.Cgroups;
import io.berth.storage.ActiveSnapshot;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/** Makes containers: all of one, durable, or nothing. */
@Component
class ContainerCreation {

    private static final int TRIES = 6;

    private final Containers containers;
    private final ContainerLocks locks;
    private final ContainerMounts mounts;
    private final ContainerLinks links;
    private final NamespaceSharing sharing;
    private final Images images;
    private final ContainerNetworks networks;
    private final Cgroups cgroups;
    private final Snapshotter snapshotter;
    private final Instance instance;
    private final Clock clock;
    private final RandomGenerator random = RandomGenerator.getDefault();

    ContainerCreation(Containers containers, ContainerLocks locks, ContainerMounts mounts, ContainerLinks links, NamespaceSharing sharing,
            Images images, ContainerNetworks networks, Cgroups cgroups, Snapshotter snapshotter, Instance instance, Clock clock) {
        this.containers = containers;
        this.locks = locks;
        this.mounts = mounts;
        this.links = links;
        this.sharing = sharing;
        this.images = images;
        this.networks = networks;
        this.cgroups = cgroups;
        this.snapshotter = snapshotter;
        this.instance = instance;
        this.clock = clock;
    }

    CreatedContainer create(CreateRequest request) {
        return create(request, ContainerId.random(), Map.of());
    }

    /** @param kept anonymous volumes of another container that it is to have, by the places where it wants one */
    CreatedContainer create(CreateRequest request, ContainerId id, Map<String, String> kept) {
        var planned = plan(request, id, requireImage(request.config().image()));
        var host = planned.host();
        var from = VolumesFrom.parse(host.volumesFrom());
        var name = reserve(request.name(), id);
        Failpoint.CREATE_NAME_RESERVED.reached();
        try (var _ = held(from)) {
            var inherited = VolumesFrom.mounts(from, this::sibling);
            var mounting = new Mounting(ContainerMounts.named(MountRequests.of(planned.config(), host, inherited, request.readOnly()), kept), inherited);
            return new CreatedContainer(make(planned, name, mounting), planned.warnings());
        } catch (RuntimeException failed) {
            containers.giveUp(name, id);
            throw failed;
        }
    }

    /** What a container will be; nothing is made yet. @param warnings what will not be as asked */
    record Plan(ContainerId id, Image image, ContainerConfig config, HostConfig host, List<Connection> connections, List<String> warnings) {}

    /** @throws NotFoundException there is none */
    Image requireImage(String name) {
        return images.find(name).orElseThrow(() -> new NotFoundException("No such image: " + withTag(name)));
    }

    /** What a request leads to. @throws io.berth.error.EngineException it is refused */
    Plan plan(CreateRequest request, ContainerId id, Image image) {
        var asked = request.config();
        image.requireFor(request.platform(), asked.image());
        var mode = NetworkMode.parse(request.hostConfig().networkMode());
        NamespaceMode.check(asked, request.hostConfig());
        NetworkConflicts.check(asked, request.hostConfig());
        sharing.requireOthers(request.hostConfig());
        boolean named = mode instanceof NetworkMode.Host || NamespaceMode.uts(request.hostConfig()) instanceof NamespaceMode.Host;
        var config = ConfigMerge.merge(asked, image.config().config(), id, named, hostName());
        var resolved = resolved(request.hostConfig());
        var warnings = check(config, resolved);
        var connections = networks.connections(request.connections(), config, resolved);
        return new Plan(id, image, withMac(config, connections), linked(resolved, mode), connections, warnings);
    }

    /** Containers whose volumes are taken over: none of them, and so none of the volumes, goes meanwhile. */
    private Held held(List<VolumesFrom> asked) {
        var taken = new ArrayDeque<Held>();
        asked.stream().map(from -> sibling(from.container()).id()).distinct().sorted(Comparator.comparing(ContainerId::value))
                .forEach(other -> taken.push(locks.acquire(other)));
        return () -> taken.forEach(Held::close);
    }

    /** Not as what is missing: clients would take it for the image. */
    private Container sibling(String ref) {
        try {
            return containers.resolve(ref);
        } catch (NotFoundException missing) {
            throw new InvalidArgumentException(missing.getMessage(), missing);
        }
    }

    /** What is asked for, and what comes from other containers. */
    private record Mounting(List<MountRequest> asked, List<MountPoint> inherited) {}

    /** Clients of old look for the hardware address here. */
    private static ContainerConfig withMac(ContainerConfig config, List<Connection> connections) {
        return config.macAddress() != null || connections.isEmpty() || connections.getFirst().mac().isEmpty() ? config
                : config.withMacAddress(connections.getFirst().mac());
    }

    private Container make(Plan plan, String name, Mounting mounting) {
        var id = plan.id();
        var image = plan.image();
        var host = plan.host();
        var folder = ContainerFolder.of(instance, id);
        var anonymous = ContainerMounts.anonymous(mounting.asked().stream().map(MountRequest::point));
        var made = new ArrayList<MountPoint>();
        try {
            folder.create();
            folder.markGoing(anonymous);
            Failpoint.CREATE_FOLDER_MADE.reached();
            made.addAll(mounts.make(mounting.asked(), mounting.inherited(), new ContainerMounts.User(id, image, sharing.usualIds(host))));
            Failpoint.CREATE_VOLUMES_MADE.reached();
            markAsContainer(snapshotter.prepare(id.value(), image.chain(), maxBytes(host)));
            Failpoint.CREATE_LAYER_PREPARED.reached();
            var argv = plan.config().argv();
            var container = new Container(id, name, clock.instant().truncatedTo(ChronoUnit.MICROS), image.id(), plan.config(), host,
                    List.copyOf(made), plan.connections(), argv.getFirst(), argv.subList(1, argv.size()), new ContainerState.Created(0, ""), 0,
                    Container.Supervision.NONE);
            containers.add(container);
            folder.forgetGoing();
            return container;
        } catch (RuntimeException failed) {
            undo(id, anonymous, made, failed);
            throw failed;
        }
    }

    /** By this file programs know that they are in a container. */
    private static void markAsContainer(ActiveSnapshot snapshot) {
        try {
            Files.createFile(snapshot.upper().resolve(".dockerenv"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException failure) {
            throw FileFailure.of("mark the root of container " + snapshot.key().substring(0, 12), failure);
        }
    }

    private void undo(ContainerId id, List<String> anonymous, List<MountPoint> made, RuntimeException cause) {
        for (Runnable step : List.<Runnable>of(() -> mounts.removeAnonymous(anonymous), () -> mounts.removeImages(id, made),
                () -> snapshotter.remove(id.value()), () -> ContainerFolder.of(instance, id).delete())) {
            try {
                step.run();
            } catch (RuntimeException another) {
                cause.addSuppressed(another);
            }
        }
    }

    private List<String> check(ContainerConfig config, HostConfig host) {
        var warnings = ContainerRules.check(config, host, cgroups.features());
        within("HostConfig.StorageOpt", () -> maxBytes(host));
        sharing.requireAllowed(host);
        Privileges.ops(host, new UserFiles.Identity(0, 0, List.of(0), "/"), false);
        host.portBindings().forEach((port, bindings) -> {
            for (var binding : bindings == null ? List.<HostConfig.PortAsked>of() : bindings) {
                within("HostConfig.PortBindings", () -> PortSpec.parse(port, binding.hostIp(), binding.hostPort()));
            }
        });
        return warnings;
    }

    private long maxBytes(HostConfig host) {
        return StorageOptions.maxBytes(host, snapshotter.limitsSize());
    }

    /** Where the host decides what was left open; swap is as much as memory, as Docker has it. */
    private HostConfig resolved(HostConfig host) {
        var values = new HashMap<String, Object>();
        if (host.cgroupnsMode().isEmpty()) {
            values.put("cgroupnsMode", cgroups.version() == 2 ? "private" : "host");
        }
        boolean confined = !SecurityOptions.of(host).systemPathsUnconfined();
        if (!host.privileged() && host.maskedPaths() == null) {
            values.put("maskedPaths", confined ? DefaultProfile.MASKED : List.of());
        }
        if (!host.privileged() && host.readonlyPaths() == null) {
            values.put("readonlyPaths", confined ? DefaultProfile.READ_ONLY : List.of());
        }
        if (host.memory() > 0 && host.memorySwap() == 0) {
            values.put("memorySwap", host.memory() * 2);
        }
        if (host.memorySwappiness() != null && host.memorySwappiness() == -1) {
            values.put("memorySwappiness", null);
        }
        return host.with(values);
    }

    /** In networks of users links are names that its connection has. */
    private HostConfig linked(HostConfig host, NetworkMode mode) {
        return host.links() == null || host.links().isEmpty() || !ContainerLinks.areOf(mode) ? host : host.with(Map.of("links", links.settled(host.links())));
    }

    private String reserve(String asked, ContainerId id) {
        if (!asked.isEmpty()) {
            var name = asked.startsWith("/") ? asked.substring(1) : asked;
            containers.reserve(name, id);
            return name;
        }
        for (int i = 0; ; i++) {
            var name = i < TRIES ? ContainerName.random(random) : ContainerName.numbered(random);
            try {
                containers.reserve(name, id);
                return name;
            } catch (ConflictException taken) {
                if (i > 2 * TRIES) {
                    throw taken;
                }
            }
        }
    }

    static String withTag(String reference) {
        return reference.lastIndexOf(':') > reference.lastIndexOf('/') || reference.contains("@") ? reference : reference + ":latest";
    }

    static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException("read the host's name", failure);
        }
    }
}
