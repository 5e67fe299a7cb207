package io.berth.container;

import static io.berth.ffi.ProcessNamespace.IPC;
import static io.berth.ffi.ProcessNamespace.PID;
import static io.berth.ffi.ProcessNamespace.USER;

import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import io.berth.ffi.ProcessNamespace;
import io.berth.ffi.RootDir;
import io.berth.instance.IdMap;
import io.berth.network.NetworkMode;
import io.berth.runtime.Cgroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the namespaces that a container shares, at its start. What cannot be joined is refused in Docker's words. */
@Component
class NamespaceSharing {

    private static final Path SHARED_MEMORY_OF_HOST = Path.of("/dev/shm");
    /** Of containers that join the IPC of each other. */
    private static final int LONGEST_CHAIN = 32;

    private final Containers containers;
    private final LiveContainers live;
    private final SharedMemory memory;
    private final UserNamespaces users;

    NamespaceSharing(Containers containers, LiveContainers live, SharedMemory memory, UserNamespaces users) {
        this.containers = containers;
        this.live = live;
        this.memory = memory;
        this.users = users;
    }

    /** The containers that are named have to be there. @throws InvalidArgumentException one is not: clients take "not found" for the image */
    void requireOthers(HostConfig host) {
        for (var mode : new NamespaceMode[] {NamespaceMode.pid(host), NamespaceMode.ipc(host)}) {
            if (mode instanceof NamespaceMode.Container(var ref)) {
                try {
                    containers.resolve(ref);
                } catch (NotFoundException missing) {
                    throw new InvalidArgumentException(missing.getMessage(), missing);
                }
            }
        }
    }

    /** Refuses what does not go together with the user namespace that a container will have. */
    void requireAllowed(HostConfig host) {
        users.check(host);
    }

    /** The ids of a container that joins no other; null: the host's. */
    @Nullable IdMap usualIds(HostConfig host) {
        return users.idsFor(host);
    }

    /** The namespaces of a start; the caller closes them. */
    Namespaces of(Container container) {
        var user = user(container);
        try {
            return with(user, container);
        } catch (RuntimeException failed) {
            user.close();
            throw failed;
        }
    }

    private Namespaces with(Namespaces.User user, Container container) {
        var host = container.hostConfig();
        long made = Namespaces.NEWNS | (NamespaceMode.uts(host) instanceof NamespaceMode.Own ? Namespaces.NEWUTS : 0);
        Fd pid = null;
        switch (NamespaceMode.pid(host)) {
            case NamespaceMode.Own _ -> made |= PID.cloneFlag();
            case NamespaceMode.Host _ -> { }
            case NamespaceMode.Container(var ref) -> pid = open(PID, running(ref, "cannot join PID of a non running container: "));
        }
        try {
            return withIpc(container, made, user, pid);
        } catch (RuntimeException failed) {
            if (pid != null) {
                pid.close();
            }
            throw failed;
        }
    }

    private Namespaces withIpc(Container container, long made, Namespaces.User user, @Nullable Fd pid) {
        var host = container.hostConfig();
        return switch (NamespaceMode.ipc(host)) {
            case NamespaceMode.Own _ -> new Namespaces(made | IPC.cloneFlag(), user, pid, null,
                    SharedMemory.isOffered(container) ? memory.make(container, user.ids()) : null);
            case NamespaceMode.Host _ -> new Namespaces(made, user, pid, null, hosts());
            case NamespaceMode.Container(var ref) -> {
                var other = running(ref, "can't join IPC of container ");
                var shared = sharedMemory(other, LONGEST_CHAIN);
                yield new Namespaces(made, user, pid, open(IPC, other), shared);
            }
        };
    }

    /** Who shares a namespace with a container shares its user namespace, to which it belongs. */
    private Namespaces.User user(Container container) {
        var usual = users.idsFor(container.hostConfig());
        var others = usual == null ? List.<Container>of() : others(container);
        if (others.isEmpty()) {
            return new Namespaces.User(usual, null);
        }
        var first = others.getFirst();
        for (var other : others) {
            if (!look("user", other, UserNamespaces::nameOf).equals(look("user", first, UserNamespaces::nameOf))) {
                throw new ConflictException("cannot join namespaces of container " + first.id() + " and of container " + other.id()
                        + ": they are in different user namespaces");
            }
        }
        var ids = look("user", first, users::of);
        if (ids == null) {
            throw new ConflictException("cannot join a namespace of container " + first.id()
                    + ": it is in the user namespace of the host, run this one with --userns=host, too");
        }
        return new Namespaces.User(ids, open(USER, first));
    }

    private List<Container> others(Container container) {
        var host = container.hostConfig();
        var others = new ArrayList<Container>();
        if (NamespaceMode.pid(host) instanceof NamespaceMode.Container(var ref)) {
            others.add(running(ref, "cannot join PID of a non running container: "));
        }
        if (NamespaceMode.ipc(host) instanceof NamespaceMode.Container(var ref)) {
            others.add(running(ref, "can't join IPC of container "));
        }
        if (!container.config().networkDisabled() && NetworkMode.parse(host.networkMode()) instanceof NetworkMode.Container(var ref)) {
            others.add(running(ref, "cannot join network of a non running container: "));
        }
        return others;
    }

    private static Path hosts() {
        if (!Files.isDirectory(SHARED_MEMORY_OF_HOST)) {
            throw new InvalidArgumentException("/dev/shm is not mounted, but must be for --ipc=host");
        }
        return SHARED_MEMORY_OF_HOST;
    }

    /** What a container that others may join has as its shared memory; it may have that of another one itself. */
    private Path sharedMemory(Container container, int chain) {
        return switch (NamespaceMode.ipc(container.hostConfig())) {
            case NamespaceMode.Own _ -> memory.of(container).orElseThrow(() -> nonShareable(container));
            case NamespaceMode.Host _ -> hosts();
            case NamespaceMode.Container(var ref) when chain > 0 ->
                sharedMemory(running(ref, "can't join IPC of container "), chain - 1);
            case NamespaceMode.Container _ -> throw nonShareable(container);
        };
    }

    private static InvalidArgumentException nonShareable(Container container) {
        return new InvalidArgumentException("failed to join IPC namespace: container " + container.id()
                + ": non-shareable IPC (hint: use IpcMode:shareable for the donor container)");
    }

    private Container running(String ref, String refusal) {
        Container other;
        try {
            other = containers.resolve(ref);
        } catch (NotFoundException missing) {
            throw new InvalidArgumentException(refusal + ref + ": " + missing.getMessage(), missing);
        }
        if (!(other.state() instanceof ContainerState.Running)) {
            throw new ConflictException(refusal + other.id() + ": container " + other.id()
                    + (other.isRestarting() ? " is restarting, wait until the container is running" : " is not running"));
        }
        return other;
    }

    /** Waits for the end of a container whose first process was killed. */
    void awaitEnd(ContainerId killed, LiveContainer running) {
        thawWithin(killed);
        running.settled().join();
    }

    /**
     * Lets go on who is frozen in the pid namespace of a container that was killed: the kernel kills all of it, then waits for their end, and
     * the freezer of v1 holds even who was killed.
     */
    private void thawWithin(ContainerId killed) {
        var waiting = new ArrayDeque<>(Set.of(killed));
        var seen = new HashSet<ContainerId>();
        while (!waiting.isEmpty()) {
            var owner = waiting.pop();
            if (seen.add(owner)) {
                containers.unordered().stream().filter(other -> other.isRunning() && joinsPid(other, owner)).map(Container::id).forEach(waiting::add);
            }
        }
        seen.remove(killed);
        seen.forEach(id -> live.find(id).map(LiveContainer::cgroup).filter(Cgroup::isFrozen).ifPresent(Cgroup::thaw));
    }

    private boolean joinsPid(Container container, ContainerId owner) {
        try {
            return NamespaceMode.pid(container.hostConfig()) instanceof NamespaceMode.Container(var ref) && containers.resolve(ref).id().equals(owner);
        } catch (NotFoundException gone) {
            return false;
        }
    }

    /** The namespace of the first process of a container that runs, and of no other that has its number meanwhile. */
    private Fd open(ProcessNamespace kind, Container other) {
        return look(kind.toString(), other, kind::of);
    }

    /** What is seen in the folder in {@code /proc} of the first process of a container that runs. */
    private <T extends @Nullable Object> T look(String kind, Container other, Function<RootDir, T> look) {
        var ended = new ConflictException("cannot join the " + kind + " namespace of container " + other.id() + ": container " + other.id()
                + " is not running");
        if (!(other.state() instanceof ContainerState.Running running)) {
            throw ended;
        }
        try (var process = RootDir.open(Path.of("/proc", Integer.toString(running.pid())))) {
            if (!live.require(other).cgroup().pids().contains(running.pid())) {
                throw ended;
            }
            return look.apply(process);
        } catch (NativeException gone) {
            ended.initCause(gone);
            throw ended;
        }
    }
}
