package io.berth.container;

import io.berth.ffi.DetachedMount;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.files.FileEntry;
import io.berth.storage.Snapshotter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of the files in one folder where they live: found in the container's mounts, its writable layer and what is below that. For telling
 * only: the container may change all of it at any time. For one thread; closed after use.
 */
final class FileOrigins implements AutoCloseable {

    private static final Set<List<String>> ENGINE = Set.of(List.of("proc"), List.of("sys"), List.of("dev"), List.of(".dockerenv"), List.of("etc", "hosts"),
            List.of("etc", "hostname"), List.of("etc", "resolv.conf"), List.of("etc", "mtab"));

    private final List<String> folder;
    private final Map<List<String>, MountPoint> mounts;
    private final FileOrigin origin;
    private final @Nullable RootDir upper;
    private final @Nullable DetachedMount below;

    private FileOrigins(List<String> folder, Map<List<String>, MountPoint> mounts, FileOrigin origin, @Nullable RootDir upper, @Nullable DetachedMount below) {
        this.folder = folder;
        this.mounts = mounts;
        this.origin = origin;
        this.upper = upper;
        this.below = below;
    }

    /** @param path parts of the folder's path, which may lead through links; the tree stays the caller's */
    static FileOrigins open(ContainerTree tree, Snapshotter snapshotter, List<String> path) {
        var folder = PathInside.follow(tree.root(), path);
        var mounts = new HashMap<List<String>, MountPoint>();
        tree.container().mounts().forEach(mount -> mounts.put(PathInside.follow(tree.root(), PathInside.of(mount.destination()).parts()), mount));
        for (int length = folder.size(); length > 0; length--) {
            var mount = mounts.get(folder.subList(0, length));
            if (mount != null) {
                return new FileOrigins(folder, mounts, FileOrigin.of(mount), null, null);
            }
            if (ENGINE.contains(folder.subList(0, length))) {
                return new FileOrigins(folder, mounts, FileOrigin.OF_ENGINE, null, null);
            }
        }
        var key = tree.container().id().value();
        var upper = snapshotter.written(key);
        boolean done = false;
        try {
            var origins = new FileOrigins(folder, mounts, FileOrigin.OF_IMAGE, upper, snapshotter.below(key));
            done = true;
            return origins;
        } finally {
            if (!done) {
                upper.close();
            }
        }
    }

    FileOrigin ofFolder() {
        return origin;
    }

    FileOrigin of(FileEntry file) {
        var path = new ArrayList<>(folder);
        path.add(file.name());
        var mount = mounts.get(path);
        if (mount != null) {
            return FileOrigin.of(mount);
        }
        if (upper == null || below == null) {
            return origin;
        }
        if (ENGINE.contains(path)) {
            return FileOrigin.OF_ENGINE;
        }
        var text = String.join("/", path);
        var written = find(upper, text);
        if (written == null) {
            return FileOrigin.OF_IMAGE;
        }
        var image = written.isDirectory() ? find(below.root(), text) : null;
        return image != null && image.isDirectory() ? FileOrigin.MIXED : FileOrigin.OF_LAYER;
    }

    /** Null where nothing is, or something else on the way. */
    private static @Nullable FileStat find(RootDir root, String path) {
        try {
            return root.statIfPresent(path);
        } catch (NativeException refused) {
            if (PathInside.isElsewhere(refused)) {
                return null;
            }
            throw refused;
        }
    }

    @Override
    public void close() {
        try (upper; below) {
            return;
        }
    }
}
