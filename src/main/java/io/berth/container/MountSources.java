package io.berth.container;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Errno;
import io.berth.ffi.HostMounts;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.IdMap;
import io.berth.instance.Instance;
import io.berth.volume.Volume;
import io.berth.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What is mounted into a container that starts, as it is at that moment; what is wrong with it is said in Docker's words. */
@Component
class MountSources {

    private final Volumes volumes;
    private final ImageMounts images;
    private final SharedMemory memory;
    private final Instance instance;

    MountSources(Volumes volumes, ImageMounts images, SharedMemory memory, Instance instance) {
        this.volumes = volumes;
        this.images = images;
        this.memory = memory;
        this.instance = instance;
    }

    /** Has all sources in their place until {@link #release}. @param ids of the container's user namespace; null: the host's */
    void prepare(Container container, @Nullable IdMap ids) {
        for (var mount : container.mounts()) {
            if (mount.volume() != null) {
                volumes.use(mount.volume(), container.id().value());
                requireSubpath(mount);
            } else if (mount.type() == MountPoint.Type.IMAGE) {
                images.mount(container.id(), mount, ids);
                requireSubpath(mount);
            } else if (mount.type() == MountPoint.Type.BIND) {
                requireSource(container, mount, ids);
                requirePropagation(mount);
            }
        }
    }

    void release(ContainerId id) {
        volumes.release(id.value());
        images.release(id);
        memory.release(id);
    }

    /** What {@code work} gives while the volumes and images of a container that need not run are in their place; the caller holds its lock. */
    <T> T during(Container container, Supplier<T> work) {
        var user = "files of " + container.id() + " in thread " + Thread.currentThread().threadId();
        var mounted = new ArrayList<MountPoint>();
        try {
            container.mounts().stream().filter(mount -> mount.type() == MountPoint.Type.IMAGE && images.mount(container.id(), mount, null))
                    .forEach(mounted::add);
            container.mounts().stream().filter(mount -> mount.volume() != null).forEach(mount -> volumes.use(mount.volume(), user));
            return work.get();
        } finally {
            mounted.forEach(mount -> images.release(container.id(), mount));
            volumes.release(user);
        }
    }

    /** Those volumes of a container whose data come from elsewhere. */
    Set<String> borrowed(Container container) {
        return container.mounts().stream().map(MountPoint::volume)
                .filter(name -> name != null && !volumes.find(name).map(Volume::isOwn).orElse(true)).collect(Collectors.toSet());
    }

    /** The container was prepared by a service before this one. */
    void adopt(Container container) {
        container.mounts().stream().map(MountPoint::volume).forEach(name -> {
            if (name != null) {
                volumes.adoptUse(name, container.id().value());
            }
        });
    }

    /** Nothing of containers that do not run stays in its place. @param running full ids of those that do */
    void releaseUnused(Set<String> running) {
        memory.releaseAllBut(running);
        images.releaseAllBut(running);
        volumes.releaseUnused();
    }

    /** One of Binds is made anew when it is gone; one of Mounts has to be there. */
    private static void requireSource(Container container, MountPoint mount, @Nullable IdMap ids) {
        var source = Path.of(mount.source());
        if (Files.exists(source)) {
            return;
        }
        var asked = container.hostConfig().mounts();
        boolean strict = asked != null && asked.stream().anyMatch(one -> Path.of(one.target()).normalize().toString().equals(mount.destination())
                && (one.bindOptions() == null || !one.bindOptions().path("CreateMountpoint").asBoolean(false)));
        if (strict) {
            throw new InvalidArgumentException("invalid mount config for type \"bind\": bind source path does not exist: " + source);
        }
        HostFolders.make(source, mount.isMapped() ? null : ids);
    }

    /** What is mounted in a source that the host keeps private comes from nowhere and goes nowhere. */
    private void requirePropagation(MountPoint mount) {
        boolean shared = List.of("shared", "rshared").contains(mount.propagation());
        boolean slave = List.of("slave", "rslave").contains(mount.propagation());
        if (!shared && !slave || slave && Path.of(mount.source()).startsWith(instance.dataRoot())) {
            return;
        }
        try {
            var source = Path.of(mount.source()).toRealPath();
            var on = HostMounts.of(source).orElseThrow(() -> new InternalException("could not find source mount of " + source));
            if (!on.isShared() && (shared || !on.isSlave())) {
                throw new InvalidArgumentException("path " + mount.source() + " is mounted on " + on.point() + " but it is not a shared"
                        + (shared ? "" : " or slave") + " mount");
            }
        } catch (IOException failure) {
            throw new InternalException("find the mount of " + mount.source() + ": " + failure, failure);
        }
    }

    /** It has to be there. The shim resolves it once more when it mounts it, and sees whether it leads out. */
    private static void requireSubpath(MountPoint mount) {
        var subpath = mount.part().subpath();
        if (subpath.isEmpty()) {
            return;
        }
        try (var root = RootDir.open(Path.of(mount.source()))) {
            root.requireWithin(subpath);
        } catch (NativeException refused) {
            if (refused.errno() == Errno.EXDEV) {
                throw new InvalidArgumentException("path concatenation escapes the base directory, base: " + mount.source() + ", subpath: " + subpath, refused);
            }
            throw new InvalidArgumentException("cannot access path " + Path.of(mount.source(), subpath) + ": " + Errno.text(refused.errno()), refused);
        }
    }
}
