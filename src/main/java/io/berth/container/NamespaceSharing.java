package io.berth.container;

import static io.berth.ffi.ProcessNamespace.IPC;
import static io.berth.ffi.ProcessNamespace.PID;

import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Fd;
import io.berth.ffi.NativeException;
import io.berth.ffi.ProcessNamespace;
import io.berth.ffi.RootDir;
import io.berth.runtime.Cgroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
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

    NamespaceSharing(Containers containers, LiveContainers live, SharedMemory memory) {
        this.containers = containers;
        this.live = live;
        this.memory = memory;
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

    /** The namespaces of a start; the caller closes them. */
    Namespaces of(Container container) {
        var host = container.hostConfig();
        long made = Namespaces.NEWNS | (NamespaceMode.uts(host) instanceof NamespaceMode.Own ? Namespaces.NEWUTS : 0);
        Fd pid = null;
        switch (NamespaceMode.pid(host)) {
            case NamespaceMode.Own _ -> made |= PID.cloneFlag();
            case NamespaceMode.Host _ -> { }
            case NamespaceMode.Container(var ref) -> pid = open(PID, running(ref, "cannot join PID of a non running container: "));
        }
        try {
            return withIpc(container, made, pid);
        } catch (RuntimeException failed) {
            if (pid != null) {
                pid.close();
            }
            throw failed;
        }
    }

    private Namespaces withIpc(Container container, long made, @Nullable Fd pid) {
        var host = container.hostConfig();
        return switch (NamespaceMode.ipc(host)) {
            case NamespaceMode.Own _ -> new Namespaces(made | IPC.cloneFlag(), pid, null,
                    SharedMemory.isOffered(container) ? memory.make(container) : null);
            case NamespaceMode.Host _ -> new Namespaces(made, pid, null, hosts());
            case NamespaceMode.Container(var ref) -> {
                var other = running(ref, "can't join IPC of container ");
                var shared = sharedMemory(other, LONGEST_CHAIN);
                yield new Namespaces(made, pid, open(IPC, other), shared);
            }
        };
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
        var ended = new ConflictException("cannot join the " + kind + " namespace of container " + other.id() + ": container " + other.id()
                + " is not running");
        if (!(other.state() instanceof ContainerState.Running running)) {
            throw ended;
        }
        try (var process = RootDir.open(Path.of("/proc", Integer.toString(running.pid())))) {
            if (!live.require(other).cgroup().pids().contains(running.pid())) {
                throw ended;
            }
            return kind.of(process);
        } catch (NativeException gone) {
            ended.initCause(gone);
            throw ended;
        }
    }
}
