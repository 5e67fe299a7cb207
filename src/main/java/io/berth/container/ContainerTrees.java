package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.ffi.DetachedMount;
import io.berth.ffi.Errno;
import io.berth.ffi.MountedTree;
import io.berth.ffi.MountedTree.Bind;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.Instance;
import io.berth.storage.Snapshotter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Opens the files of containers with what is mounted in them: of a running one by its first process's root, whose own mounts are seen,
 * tmpfs among them; of another one by mounts of the engine's own, which nobody else sees. The container's lock is held while a tree is
 * opened, and as long as the files of a container that does not run are written: two writable mounts of one layer must not be.
 */
@Component
class ContainerTrees {

    private static final long PATIENCE_SECONDS = 10;

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final Snapshotter snapshotter;
    private final MountSources sources;
    private final UserNamespaces users;
    private final Instance instance;

    ContainerTrees(Containers containers, ContainerLocks locks, LiveContainers live, Snapshotter snapshotter,
            MountSources sources, UserNamespaces users, Instance instance) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.snapshotter = snapshotter;
        this.sources = sources;
        this.users = users;
        this.instance = instance;
    }

    /** For reading; the caller closes it. */
    ContainerTree read(ContainerId id) {
        return open(id, false);
    }

    /** For writing; the caller, the same thread, closes it soon: nobody can start the container meanwhile. */
    ContainerTree write(ContainerId id) {
        return open(id, true);
    }

    private ContainerTree open(ContainerId id, boolean writing) {
        while (true) {
            var held = locks.acquire(id);
            boolean keepsLock = false;
            LiveContainer ending;
            try {
                var container = containers.require(id);
                if (!(container.state() instanceof ContainerState.Running run)) {
                    if (writing && container.isRunning()) {
                        throw new ConflictException("Container " + id + " is restarting, wait until the container is running");
                    }
                    var mount = sources.during(container, () -> stopped(container, writing));
                    keepsLock = writing;
                    return new ContainerTree(container, mount.root(), () -> containers.find(id).isPresent(),
                            writing ? () -> closeBoth(mount, held) : mount);
                }
                var root = running(container, run);
                if (root != null) {
                    return new ContainerTree(container, root, () -> isSameRun(container), root);
                }
                ending = live.require(container);
            } finally {
                if (!keepsLock) {
                    held.close();
                }
            }
            awaitEnd(id, ending);
        }
    }

    /** Its process is gone and its end is about to be written down; a process that has left its cgroup only seems to be gone. */
    private static void awaitEnd(ContainerId id, LiveContainer ending) {
        try {
            ending.settled().copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException stays) {
            throw new ConflictException("the first process of container " + id + " is not in its cgroup: its files cannot be copied", stays);
        }
    }

    private boolean isSameRun(Container before) {
        return before.state() instanceof ContainerState.Running then && containers.find(before.id()).map(Container::state)
                .filter(state -> state instanceof ContainerState.Running now && now.pid() == then.pid() && now.since().equals(then.since()))
                .isPresent();
    }

    private static void closeBoth(DetachedMount mount, ContainerLocks.Held held) {
        try (held; mount) {
            return;
        }
    }

    /** The root of its first process; null when that has ended. */
    private @Nullable RootDir running(Container container, ContainerState.Running state) {
        try {
            var root = RootDir.open(Path.of("/proc", Integer.toString(state.pid()), "root"));
            // Another process may have the number by now; it is not in the container's cgroup.
            if (live.require(container).cgroup().pids().contains(state.pid())) {
                return asSeenInside(root, state.pid());
            }
            root.close();
            return null;
        } catch (NativeException gone) {
            if (gone.errno() == Errno.ENOENT || gone.errno() == Errno.ESRCH) {
                return null;
            }
            throw new InternalException("open the files of container " + container.id().shortId() + ": " + gone.getMessage(), gone);
        }
    }

    /** Layers and volumes have the ids that they have inside, and of the host's only what is mounted for the container's processes. */
    private RootDir asSeenInside(RootDir root, int pid) {
        boolean done = false;
        try {
            var ids = users.of(pid);
            done = true;
            return ids == null ? root : root.seenBy(ids);
        } finally {
            if (!done) {
                root.close();
            }
        }
    }

    private DetachedMount stopped(Container container, boolean writing) {
        var binds = binds(container);
        try {
            if (!writing) {
                try {
                    return MountedTree.of(snapshotter.seen(container.id().value()), instance.dataRoot(), binds, false);
                } catch (NativeException missing) {
                    if (missing.errno() != Errno.ENOENT) {
                        throw missing;
                    }
                    // It never ran: the places for its mounts are made as its start would make them.
                    assemble(container, binds).close();
                    return MountedTree.of(snapshotter.seen(container.id().value()), instance.dataRoot(), binds, false);
                }
            }
            return assemble(container, binds);
        } catch (NativeException failure) {
            throw new InternalException("mount the files of container " + container.id().shortId() + ": " + failure.getMessage(), failure);
        }
    }

    private DetachedMount assemble(Container container, List<Bind> binds) {
        return MountedTree.of(snapshotter.mounted(container.id().value()), instance.dataRoot(), binds, true);
    }

    /** What a start would bind. A tmpfs has nothing in it yet. */
    private List<Bind> binds(Container container) {
        var binds = new ArrayList<Bind>();
        var folder = ContainerFolder.of(instance, container.id());
        addFile(binds, container, folder.resolvConf(), "/etc/resolv.conf");
        addFile(binds, container, folder.hostname(), "/etc/hostname");
        addFile(binds, container, folder.hosts(), "/etc/hosts");
        container.mounts().stream().filter(mount -> mount.type() != MountPoint.Type.TMPFS)
                .forEach(mount -> binds.add(new Bind(Path.of(mount.source()), mount.part().subpath(), mount.destination(), !mount.writable(),
                        mount.part().mounted() == MountPoint.Depth.TOP)));
        return binds;
    }

    private static void addFile(List<Bind> binds, Container container, Path file, String target) {
        if (Files.exists(file) && container.mounts().stream().noneMatch(mount -> mount.destination().equals(target))) {
            binds.add(new Bind(file, "", target, false, false));
        }
    }
}
