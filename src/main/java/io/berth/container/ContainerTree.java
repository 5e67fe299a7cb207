package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.ffi.HostMounts;
import io.berth.ffi.RootDir;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The files of a container as it sees them, open for one piece of work. For one thread. */
final class ContainerTree implements AutoCloseable {

    /** What every start mounts. */
    private static final List<String> ENGINE = List.of("/proc", "/sys", "/dev", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf");

    private final Container container;
    private final RootDir root;
    private final BooleanSupplier isWhole;
    private final AutoCloseable owner;

    /**
     * @param isWhole whether {@code root} is still what the container sees
     * @param owner closed with the tree; has closed the root then
     */
    ContainerTree(Container container, RootDir root, BooleanSupplier isWhole, AutoCloseable owner) {
        this.container = container;
        this.root = root;
        this.isWhole = isWhole;
        this.owner = owner;
    }

    Container container() {
        return container;
    }

    /** Never leave it: the container may change everything below at any time. */
    RootDir root() {
        return root;
    }

    /**
     * Sees that the container may write at a path: in what is mounted there, or in its own layer.
     *
     * @param path its parts, before any link is followed
     * @throws ForbiddenException it may not
     */
    void requireWritable(List<String> path) {
        var real = PathInside.follow(root, path);
        Optional<MountPoint> over = container.mounts().stream().filter(mount -> isBelow(real, mount))
                .reduce((outer, inner) -> inner.destination().length() >= outer.destination().length() ? inner : outer);
        if (over.isPresent() && !over.get().writable()) {
            throw new ForbiddenException("mounted volume is marked read-only");
        }
        if (over.isEmpty() && container.hostConfig().readonlyRootfs()) {
            throw new ForbiddenException("container rootfs is marked read-only");
        }
    }

    /**
     * Sees that nothing is mounted at a path or below it: the kernel would take a mount away that is one only for the container, and a removal
     * would go on in what is mounted.
     *
     * @param path its parts; the last one is the thing itself
     * @throws ConflictException something is
     */
    void requireUnmounted(List<String> path) {
        if (path.isEmpty()) {
            return;
        }
        var real = new ArrayList<>(PathInside.follow(root, path.subList(0, path.size() - 1)));
        real.add(path.getLast());
        mounts().filter(point -> PathInside.isWithin(point, real)).findFirst().ifPresent(point -> {
            throw new ConflictException("/" + String.join("/", real) + " stays as it is: something is mounted at /" + String.join("/", point));
        });
    }

    /** What the container itself has mounted is known of one that runs alone. */
    private Stream<List<String>> mounts() {
        var asked = container.mounts().stream().map(MountPoint::destination);
        try {
            var seen = container.state() instanceof ContainerState.Running run ? HostMounts.pointsOf(run.pid()).stream() : Stream.<String>empty();
            return Stream.of(asked, ENGINE.stream(), seen).flatMap(points -> points).map(point -> PathInside.follow(root, PathInside.of(point).parts()));
        } catch (UncheckedIOException ended) {
            throw new ConflictException("container " + container.id() + " has ended or was removed while files were copied", ended);
        }
    }

    private boolean isBelow(List<String> path, MountPoint mount) {
        var destination = PathInside.follow(root, PathInside.of(mount.destination()).parts());
        return PathInside.isWithin(path, destination);
    }

    /** To be called when the work is done: what was read or written counts only then. */
    void requireWhole() {
        if (!isWhole.getAsBoolean()) {
            throw new ConflictException("container " + container.id() + " has ended or was removed while files were copied");
        }
    }

    @Override
    public void close() {
        try {
            owner.close();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException("closing a tree throws nothing that is checked", impossible);
        }
    }
}
