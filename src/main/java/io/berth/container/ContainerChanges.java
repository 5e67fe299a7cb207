package io.berth.container;

import io.berth.archive.TarWriter;
import io.berth.archive.TreeDifference;
import io.berth.archive.TreeUsage;
import io.berth.error.NotFoundException;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a container has changed of its image's files, read from its writable layer. Safe for use by many threads. */
@Component
public class ContainerChanges {

    private static final String MTAB = "etc/mtab";

    /** The places that every start makes for its own mounts, which no one has changed. */
    private static final Set<String> OF_ENGINE = Set.of("dev", "dev/pts", "dev/shm", "dev/mqueue", "proc", "sys", "etc", "etc/hosts",
            "etc/hostname", "etc/resolv.conf", MTAB + " -> " + EtcFiles.MTAB, "sbin", "sbin/docker-init", ".dockerenv");

    /** Hears of a change; {@code path} is absolute. */
    @FunctionalInterface
    public interface Listener {
        void changed(TreeDifference.Kind kind, String path) throws IOException;
    }

    /** Hears of a change; {@code path} is absolute, {@code now} what is there: null when it was deleted. */
    @FunctionalInterface
    public interface Weigher {
        void changed(TreeDifference.Kind kind, String path, @Nullable FileStat now);
    }

    private final Containers containers;
    private final Snapshotter snapshotter;

    ContainerChanges(Containers containers, Snapshotter snapshotter) {
        this.containers = containers;
        this.snapshotter = snapshotter;
    }

    /** Tells all changes, parents before what is in them. */
    public void list(ContainerId id, Listener listener) throws IOException {
        walk(id, (kind, path, dir, name) -> listener.changed(kind, "/" + path));
    }

    /** As {@link #list}, with what is there now. */
    public void weigh(ContainerId id, Weigher weigher) throws IOException {
        walk(id, (kind, path, dir, name) -> {
            var now = kind == TreeDifference.Kind.DELETED ? null : dir.statIfPresent(name);
            if (now != null || kind == TreeDifference.Kind.DELETED) {
                weigher.changed(kind, "/" + path, now);
            }
        });
    }

    /** What its writable layer takes and holds, without what a start makes. @throws NotFoundException it has none */
    public TreeUsage usage(ContainerId id) {
        var usage = snapshotter.usage(id.value());
        try (var upper = snapshotter.written(id.value())) {
            var link = upper.statIfPresent(MTAB);
            boolean ofEngine = link != null && link.isSymlink() && upper.readlink(MTAB).equals(EtcFiles.MTAB);
            return ofEngine ? new TreeUsage(usage.bytes(), usage.inodes(), usage.contentBytes() - link.size()) : usage;
        } catch (NativeException replaced) {
            // What is on the way there is no folder any more: then the link is no longer there.
            return usage;
        }
    }

    /** What its writable layer holds, looked at in a bounded time. @param most files that are looked at @throws NotFoundException it has none */
    public TreeUsage.Part glimpse(ContainerId id, long most) {
        try (var upper = snapshotter.written(id.value())) {
            return TreeUsage.of(upper, most);
        }
    }

    /**
     * Writes what was added and modified as a tar, with full paths; what was deleted is left out. {@code out} stays open.
     *
     * @param path of the folder or file in which it is wanted, as {@link #list} names it
     */
    public void archive(ContainerId id, String path, OutputStream out) throws IOException {
        var below = String.join("/", PathInside.of(path).parts());
        var tar = new TarWriter(out);
        walk(id, TreeDifference.archive(tar, below));
        tar.close();
    }

    /** Writes the changes as the tar of a layer. */
    void writeLayer(ContainerId id, OutputStream out) throws IOException {
        try (var tar = new TarWriter(out)) {
            walk(id, TreeDifference.layer(tar));
        }
    }

    private void walk(ContainerId id, TreeDifference.Listener listener) throws IOException {
        containers.require(id);
        try (var upper = snapshotter.written(id.value()); var below = snapshotter.below(id.value())) {
            TreeDifference.walk(upper, below.root(), OF_ENGINE, listener);
        } catch (NativeException failure) {
            throw new IOException("read the changes of container " + id.shortId() + ": " + failure.getMessage(), failure);
        }
        // A container that is being removed loses its files one by one: what was seen of them says nothing.
        if (containers.find(id).isEmpty()) {
            throw new NotFoundException("No such container: " + id);
        }
    }
}
