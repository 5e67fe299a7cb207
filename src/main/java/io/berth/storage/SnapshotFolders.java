package io.berth.storage;

import io.berth.ffi.FileStat;
import io.berth.ffi.FolderPlacement;
import io.berth.ffi.RootDir;
import io.berth.oci.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The folders of snapshots as they are on disk: names, links and records; what they mean is the snapshotter's. */
final class SnapshotFolders {

    static final String FILES = "fs";
    static final String UPPER = "upper";
    static final String WORK = "work";
    /** By this overlay knows that the layer was mounted without syncs. Source: kernel, overlayfs.rst, "Volatile mount". */
    static final String VOLATILE = "work/incompat";

    private static final String PARENT = "parent";
    private static final String BASE = "base";
    private static final String SHORT = "short";
    private static final String USAGE = "usage";
    private static final String EMPTY_SHORT = "0";
    /** Names in base 36 of this many digits at most: enough for more layers than there can be. */
    private static final long MAX_SHORT = 36L * 36 * 36 * 36 * 36;

    private final StorageLayout layout;
    private long nextShort = 1;

    /** Makes the folders that are not there yet. */
    SnapshotFolders(StorageLayout layout) throws IOException {
        this.layout = layout;
        for (Path folder : List.of(layout.snapshots(), layout.layers(), layout.shortNames(), layout.empty(), layout.secondEmpty(),
                layout.active(), layout.stage(), layout.retired(), layout.trash())) {
            DiskFailure.makeFolder(folder);
        }
        FolderPlacement.apart(layout.stage());
        Path empty = layout.shortNames().resolve(EMPTY_SHORT);
        if (!Files.isSymbolicLink(empty)) {
            Files.createSymbolicLink(empty, Path.of("..", "empty"));
        }
    }

    StorageLayout layout() {
        return layout;
    }

    Path layer(ChainId chain) {
        return layout.layers().resolve(chain.digest().hex());
    }

    Path active(String key) {
        return layout.active().resolve(key);
    }

    Path shortName(String name) {
        return layout.shortNames().resolve(name);
    }

    /** The layer of those that have none. */
    Path emptyLayer() {
        return shortName(EMPTY_SHORT);
    }

    /** All committed layers; short names that lead to none are removed. */
    Map<ChainId, LayerRecord> readLayers() throws IOException {
        var layers = new TreeMap<ChainId, LayerRecord>();
        for (Path folder : children(layout.layers())) {
            @Nullable String parent = readLink(folder.resolve(PARENT));
            @Nullable String shortName = readLink(folder.resolve(SHORT));
            @Nullable String usage = readLink(folder.resolve(USAGE));
            if (shortName != null && usage != null) {
                layers.put(chainOf(folder.getFileName().toString()),
                        new LayerRecord(parent == null ? null : chainOf(parent), shortName, usageOf(usage)));
            }
        }
        var used = layers.values().stream().map(LayerRecord::shortName).toList();
        for (Path link : children(layout.shortNames())) {
            String name = link.getFileName().toString();
            if (!name.equals(EMPTY_SHORT) && !used.contains(name)) {
                Files.delete(link);
            }
        }
        return layers;
    }

    /** The keys of all writable layers, each with the stack that it stands on; null for none. */
    Map<String, @Nullable ChainId> readActive() throws IOException {
        var active = new TreeMap<String, @Nullable ChainId>();
        for (Path folder : children(layout.active())) {
            @Nullable String base = readLink(folder.resolve(BASE));
            active.put(folder.getFileName().toString(), base == null ? null : chainOf(base));
        }
        return active;
    }

    /** Writes beside the files of a layer what must be known of it, and gives it a short name. */
    synchronized LayerRecord describe(Path stage, ChainId chain, @Nullable ChainId parent, SnapshotUsage usage)
            throws IOException {
        String name = takeShortName(chain);
        if (parent != null) {
            Files.createSymbolicLink(stage.resolve(PARENT), Path.of(parent.digest().hex()));
        }
        // Links and not files: their content is on the disk as soon as their names are.
        Files.createSymbolicLink(stage.resolve(SHORT), Path.of(name));
        Files.createSymbolicLink(stage.resolve(USAGE), Path.of(usage.bytes() + "-" + usage.inodes()));
        return new LayerRecord(parent, name, usage);
    }

    /** Writes beside a writable layer what it stands on. */
    void describeActive(Path stage, @Nullable ChainId base) throws IOException {
        if (base != null) {
            Files.createSymbolicLink(stage.resolve(BASE), Path.of(base.digest().hex()));
        }
    }

    private String takeShortName(ChainId chain) throws IOException {
        Path target = Path.of("..", layout.layers().getFileName().toString(), chain.digest().hex(), FILES);
        while (nextShort < MAX_SHORT) {
            String name = Long.toString(nextShort++, Character.MAX_RADIX);
            try {
                Files.createSymbolicLink(shortName(name), target);
                return name;
            } catch (FileAlreadyExistsException e) {
                // Taken by a layer of an earlier run: the next one.
            }
        }
        throw new IOException("no short name is left for a layer");
    }

    void releaseShortName(String name) throws IOException {
        Files.deleteIfExists(shortName(name));
    }

    /** Makes {@code name} in {@code folder} with owner and permissions of {@code like}, or of a common root. */
    static void makeTreeRoot(RootDir folder, String name, @Nullable FileStat like) {
        folder.mkdir(name, 0755);
        if (like != null) {
            folder.chown(name, like.uid(), like.gid());
            folder.chmod(name, like.permissions());
            folder.setTimes(name, like.modified(), like.modified());
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        }
        return found;
    }

    private static @Nullable String readLink(Path link) throws IOException {
        return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : null;
    }

    private static ChainId chainOf(String hex) {
        return new ChainId(Digest.sha256(hex));
    }

    private static SnapshotUsage usageOf(String text) {
        int dash = text.indexOf('-');
        return new SnapshotUsage(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    /** What is known of a committed layer. */
    record LayerRecord(@Nullable ChainId parent, String shortName, SnapshotUsage usage) {}
}
