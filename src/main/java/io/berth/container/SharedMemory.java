package io.berth.container;

import io.berth.error.InternalException;
import io.berth.ffi.HostMounts;
import io.berth.ffi.NativeException;
import io.berth.instance.FileFailure;
import io.berth.instance.IdMap;
import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The shared memory of containers whose IPC others may join: a file system of the engine's own, from a start of the container to the end of
 * its last run, which it and those that join it bind at {@code /dev/shm}. Each start has a folder of its own: who joined an earlier one must
 * not come upon a later one, when its shim starts it again.
 */
@Component
class SharedMemory {

    private static final String PREFIX = "shm-";
    /** {@code MS_NOSUID | MS_NODEV | MS_NOEXEC} of mount(2). */
    private static final long FLAGS = 2 | 4 | 8;

    private final Instance instance;

    SharedMemory(Instance instance) {
        this.instance = instance;
    }

    /** Whether others may join the IPC of this container; where a user has mounted something else, there is nothing to offer. */
    static boolean isOffered(Container container) {
        return container.hostConfig().ipcMode().equals("shareable")
                && container.mounts().stream().noneMatch(mount -> mount.destination().equals("/dev/shm"));
    }

    /** Makes that of a start. @param ids of its user namespace; null: the host's */
    Path make(Container container, @Nullable IdMap ids) {
        release(container.id());
        var place = folder(container.id()).resolve(PREFIX + UUID.randomUUID());
        try {
            Files.createDirectory(place);
            HostMounts.mount("shm", place, "tmpfs", FLAGS, "mode=1777,size=" + container.hostConfig().shmSize()
                    + (ids == null ? "" : ",uid=" + ids.hostUser(0) + ",gid=" + ids.hostGroup(0)));
            return place;
        } catch (IOException failure) {
            throw FileFailure.of("create " + place, failure);
        } catch (NativeException failure) {
            throw new InternalException("mount the shared memory of container " + container.id().shortId() + ": " + failure.getMessage(), failure);
        }
    }

    /** That of a container that runs; empty when it offers none. */
    Optional<Path> of(Container container) {
        return isOffered(container) ? places(folder(container.id())).stream().filter(HostMounts::isMounted).findFirst() : Optional.empty();
    }

    /** Takes away what a container had. Who has joined it keeps what it sees until its own end. */
    void release(ContainerId id) {
        release(folder(id));
    }

    /** Takes away what is left of containers that do not run. @param running full ids of those that do */
    void releaseAllBut(Set<String> running) {
        try {
            ContainerFolder.names(instance).stream().filter(name -> !running.contains(name))
                    .forEach(name -> release(ContainerFolder.all(instance).resolve(name)));
        } catch (IOException failure) {
            throw FileFailure.of("list the folders of containers", failure);
        }
    }

    private static void release(Path folder) {
        places(folder).forEach(HostFolders::clear);
    }

    private static List<Path> places(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var entries = Files.list(folder)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX)).toList();
        } catch (IOException failure) {
            throw FileFailure.of("list " + folder, failure);
        }
    }

    private Path folder(ContainerId id) {
        return ContainerFolder.of(instance, id).path();
    }
}
