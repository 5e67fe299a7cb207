package io.berth.container;

import io.berth.container.UserFiles.Identity;
import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.network.NetworkMode;
import io.berth.network.Networks;
import io.berth.network.PortSpec;
import io.berth.network.Sandbox;
import io.berth.network.Sandboxes;
import io.berth.network.SandboxRequest;
import io.berth.runtime.Cgroup;
import io.berth.runtime.Cgroups;
import io.berth.runtime.LaunchFailedException;
import io.berth.runtime.Runtime;
import io.berth.runtime.ShimClient;
import io.berth.storage.ActiveSnapshot;
import io.berth.storage.Snapshotter;
import io.berth.volume.Volumes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Starts containers: network, cgroup, plan, shim, program. What was done is undone in reverse when a step fails. */
@Component
class ContainerStart {

    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_STARTED = 128;

    private final Containers containers;
    private final LiveContainers live;
    private final PendingAttaches attaches;
    private final ContainerEnd end;
    private final ContainerRuns runs;
    private final Healths healths;
    private final Networks networks;
    private final Sandboxes sandboxes;
    private final Cgroups cgroups;
    private final Runtime runtime;
    private final Snapshotter snapshotter;
    private final ImageUsers users;
    private final Volumes volumes;
    private final MountSources sources;
    private final ContainerLinks links;
    private final NamespaceSharing sharing;
    private final Instance instance;

    ContainerStart(Containers containers, LiveContainers live, PendingAttaches attaches, ContainerEnd end, ContainerRuns runs,
            Healths healths, Networks networks, Sandboxes sandboxes, Cgroups cgroups, Runtime runtime, Snapshotter snapshotter,
            ImageUsers users, Volumes volumes, MountSources sources, ContainerLinks links, NamespaceSharing sharing, Instance instance) {
        this.containers = containers;
        this.live = live;
        this.attaches = attaches;
        this.end = end;
        this.runs = runs;
        this.healths = healths;
        this.networks = networks;
        this.sandboxes = sandboxes;
        this.cgroups = cgroups;
        this.runtime = runtime;
        this.snapshotter = snapshotter;
        this.users = users;
        this.volumes = volumes;
        this.sources = sources;
        this.links = links;
        this.sharing = sharing;
        this.instance = instance;
    }

    /** Starts a container that does not run; the caller holds its lock. */
    void start(Container asked) {
        var container = named(asked);
        var id = container.id();
        @Nullable FutureTask<Cgroup> making = null;
        @Nullable ShimClient shim = null;
        Failpoint.START_BEGUN.reached();
        try {
            var snapshot = snapshotter.active(id.value()).orElseThrow(() -> new InternalException(
                    "container " + id.shortId() + " has lost its writable layer"));
            if (container.hostConfig().autoRemove()) {
                snapshotter.allowAnotherMount(id.value());
            }
            var folder = ContainerFolder.of(instance, id);
            folder.create();
            containers.write(id);
            folder.forgetRuns();
            folder.forgetLook();
            Failpoint.START_RUNS_FORGOTTEN.reached();
            sharing.requireAllowed(container.hostConfig());
            sources.prepare(container, sharing.usualIds(container.hostConfig()));
            making = making(container);
            var identity = identity(container, snapshot);
            var mode = networkMode(container);
            try (var namespaces = sharing.of(container); var mapped = MappedBinds.of(container, identity, namespaces.user().ids());
                    var sandbox = sandboxes.attach(request(container, mode, namespaces))) {
                requireDrivers(container.hostConfig());
                Failpoint.START_NETWORK_ATTACHED.reached();
                var cgroup = made(making);
                Failpoint.START_CGROUP_MADE.reached();
                var etc = etcFolder(container, mode, sandbox, folder);
                links.moved(container, sandbox.endpoints());
                var plan = LaunchPlanner.plan(links.told(container),
                        new LaunchPlanner.Place(snapshot, namespaces, sandbox, cgroup, identity, folder, etc, runtime.initProgram(),
                                sources.borrowed(container), mapped));
                shim = runtime.spawn(id.value(), plan);
            }
            Failpoint.START_SHIM_SPAWNED.reached();
            attaches.open(id, shim);
            var started = shim.start();
            Failpoint.START_PROGRAM_RUNS.reached();
            run(container, shim, made(making), started.pid(), started.at());
        } catch (LaunchFailedException refused) {
            throw fail(container, shim, making, translate(container, refused), code(refused));
        } catch (EngineException refused) {
            throw fail(container, shim, making, refused, NOT_STARTED);
        } catch (IOException | RuntimeException broken) {
            throw fail(container, shim, making, new InternalException("failed to start container " + id.shortId() + ": " + broken.getMessage(),
                    broken), NOT_STARTED);
        }
    }

    /** Its cgroup, made by another thread: the network, which needs none, is most of the time. */
    private FutureTask<Cgroup> making(Container container) {
        var task = new FutureTask<>(() -> cgroups.create(container.id().value(), Limits.parent(container.hostConfig()),
                Limits.of(container.hostConfig(), cgroups.features())));
        Thread.startVirtualThread(task);
        return task;
    }

    private static Cgroup made(FutureTask<Cgroup> making) {
        try {
            return making.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : new InternalException("make a cgroup: " + failed.getCause(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InternalException("interrupted while a cgroup was made", interrupted);
        }
    }

    /** What has to be undone: nothing where it could not be made. */
    private static @Nullable Cgroup whatWasMade(@Nullable FutureTask<Cgroup> making) {
        try {
            return making == null ? null : made(making);
        } catch (RuntimeException notMade) {
            return null; // it is the cause, or comes after it
        }
    }

    /** There are no device drivers: who asks for one must not get a container without. */
    private static void requireDrivers(HostConfig host) {
        if (host.deviceRequests() != null && !host.deviceRequests().isEmpty()) {
            var first = host.deviceRequests().getFirst();
            var sets = first.capabilities() == null ? List.<List<String>>of() : first.capabilities();
            var text = sets.stream().map(set -> "[" + String.join(" ", set) + "]").collect(Collectors.joining(" ", "[", "]"));
            throw new InvalidArgumentException("could not select device driver \"" + first.driver() + "\" with capabilities: " + text);
        }
    }

    private void run(Container container, ShimClient shim, Cgroup cgroup, int pid, Instant since) {
        var running = new LiveContainer(shim, cgroup, new CompletableFuture<>());
        live.put(container.id(), running);
        healths.begin(container);
        containers.follow(container.id(), before -> before.in(new ContainerState.Running(pid, since, false)).restarted(0)
                .supervised(new Container.Supervision(before.supervision().lastRecord() + 1, false)),
                List.of(new Happening(since, "start", Map.of())));
        Failpoint.START_WRITTEN.reached();
        recordVolumes(container);
        runs.follow(container.id(), running);
    }

    private void recordVolumes(Container container) {
        for (var mount : container.mounts()) {
            if (mount.volume() != null) {
                volumes.find(mount.volume()).ifPresent(volume ->
                        volumes.recordUse("mount", volume, container.id().value(), mount.destination(), mount.writable()));
            }
        }
    }

    /** Undoes what was done and writes down why; gives the error to throw. */
    private EngineException fail(Container container, @Nullable ShimClient shim, @Nullable FutureTask<Cgroup> making, EngineException cause, int code) {
        var id = container.id();
        var cgroup = whatWasMade(making);
        if (shim != null) {
            end(shim, cgroup, cause);
        }
        attaches.close(id);
        live.remove(id);
        end.giveBack(id, cgroup);
        try {
            containers.change(id, before -> before.in(failed(before.state(), cause.getMessage(), code)));
        } catch (RuntimeException another) {
            cause.addSuppressed(another);
        }
        return cause;
    }

    /** Whatever has begun to run is killed, and is not started again. */
    private static void end(ShimClient shim, @Nullable Cgroup cgroup, EngineException cause) {
        try (shim) {
            shim.stayEnded();
            if (cgroup != null) {
                cgroup.kill();
            }
            shim.reap();
        } catch (IOException gone) {
            cause.addSuppressed(gone);
            if (cgroup != null) {
                cgroup.kill();
            }
        }
    }

    private static ContainerState failed(ContainerState before, String error, int code) {
        return before instanceof ContainerState.Exited exited
                ? new ContainerState.Exited(code, false, error, exited.startedAt(), exited.finishedAt()) : new ContainerState.Created(code, error);
    }

    static int code(LaunchFailedException refused) {
        return refused.isProgramMissing() ? NOT_FOUND : refused.isProgramNotExecutable() ? NOT_EXECUTABLE : NOT_STARTED;
    }

    static EngineException translate(Container container, LaunchFailedException refused) {
        String what = "failed to create task for container: ";
        if (refused.isProgramMissing() || refused.isProgramNotExecutable()) {
            return new InvalidArgumentException(what + LaunchErrors.program(refused, container.path()), refused);
        }
        if (refused.isOtherKind()) {
            return new InvalidArgumentException(what + LaunchErrors.plain(refused) + LaunchErrors.OTHER_KIND, refused);
        }
        if (refused.isUnmappable()) {
            return new InvalidArgumentException("invalid mode: idmap: the owners of files cannot be mapped where they are: " + LaunchErrors.plain(refused), refused);
        }
        if (refused.isOutsideOfSource()) {
            return new InvalidArgumentException("path concatenation escapes the base directory: " + refused.getMessage(), refused);
        }
        if (refused.isBlockedFolder()) {
            return new InvalidArgumentException("Cannot mkdir: " + container.config().workingDir() + " is not a directory", refused);
        }
        if (refused.isWorkingDirectory()) {
            return new InvalidArgumentException(what + LaunchErrors.plain(refused), refused);
        }
        return new InternalException(what + LaunchErrors.plain(refused), refused);
    }

    /** Who its process is, by the files that it has now. */
    private Identity identity(Container container, ActiveSnapshot snapshot) {
        var user = container.config().user();
        var groups = container.hostConfig().groupAdd();
        return users.of(container, snapshot).resolve(user == null ? "" : user, groups == null ? List.of() : groups);
    }

    private NetworkMode networkMode(Container container) {
        if (container.config().networkDisabled()) {
            return new NetworkMode.None();
        }
        var mode = NetworkMode.parse(container.hostConfig().networkMode());
        if (mode instanceof NetworkMode.Container(var ref)) {
            var other = containers.resolve(ref);
            if (!other.isRunning() || other.isRestarting()) {
                throw new ConflictException("cannot join network of a non running container: " + other.id());
            }
            return new NetworkMode.Container(other.id().value());
        }
        return mode instanceof NetworkMode.None ? new NetworkMode.Connected("none") : mode;
    }

    /** A container in the network of another one has that one's host name. */
    private Container named(Container container) {
        if (!(NetworkMode.parse(container.hostConfig().networkMode()) instanceof NetworkMode.Container(var ref))) {
            return container;
        }
        try {
            var other = containers.resolve(ref).config();
            boolean same = Objects.equals(other.hostname(), container.config().hostname())
                    && Objects.equals(other.domainname(), container.config().domainname());
            return same ? container : containers.change(container.id(),
                    before -> before.with(before.config().withHostname(other.hostname(), other.domainname())));
        } catch (NotFoundException missing) {
            return container; // what then begins fails, and says so
        }
    }

    private ContainerFolder etcFolder(Container container, NetworkMode mode, Sandbox sandbox, ContainerFolder own) {
        if (mode instanceof NetworkMode.Container(var other)) {
            return ContainerFolder.of(instance, new ContainerId(other));
        }
        EtcFiles.write(own, container, mode, sandbox.endpoints(),
                networks::hostGateway, links.hosts(container));
        return own;
    }

    private static SandboxRequest request(Container container, NetworkMode mode, Namespaces namespaces) {
        var config = container.config();
        var dns = container.hostConfig().dns();
        return new SandboxRequest(container.id().value(), container.name(), config.hostname() == null ? "" : config.hostname(), mode,
                container.connections(), mode instanceof NetworkMode.Connected ? ports(container) : List.of(), dns == null ? List.of() : dns,
                namespaces.user().owner());
    }

    private static List<PortSpec> ports(Container container) {
        var ports = new ArrayList<PortSpec>();
        var host = container.hostConfig();
        host.portBindings().forEach((port, bindings) -> {
            if (bindings == null || bindings.isEmpty()) {
                ports.add(PortSpec.parse(port, "", ""));
            } else {
                bindings.forEach(binding -> ports.add(PortSpec.parse(port, binding.hostIp(), binding.hostPort())));
            }
        });
        if (host.publishAllPorts() && container.config().exposedPorts() != null) {
            container.config().exposedPorts().keySet().stream().filter(port -> !host.portBindings().containsKey(port))
                    .forEach(port -> ports.add(PortSpec.parse(port, "", "")));
        }
        return ports;
    }
}
