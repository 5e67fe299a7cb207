package io.berth.storage;

import io.berth.error.NotFoundException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.RunMark;
import io.berth.storage.SnapshotFolders.LayerRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shared layers: what is there, who stands on it, and how it comes and goes. Known from memory; the lock guards only that,
 * and no disk is waited for under it.
 */
final class CommittedLayers implements AutoCloseable {

    private final SnapshotFolders folders;
    private final Trash trash;
    private final RootDir stages;
    private final RootDir layersDir;
    private final RootDir retired;
    private final Object lock = new Object();
    private final Map<ChainId, LayerRecord> layers;
    private final Map<ChainId, Integer> users = new HashMap<>();

    CommittedLayers(SnapshotFolders folders, RootDir snapshots, Trash trash) throws IOException {
        this.folders = folders;
        this.trash = trash;
        this.layers = new HashMap<>(folders.readLayers());
        this.stages = snapshots.openDir(folders.layout().stage().getFileName().toString());
        this.layersDir = snapshots.openDir(folders.layout().layers().getFileName().toString());
        this.retired = snapshots.openDir(folders.layout().retired().getFileName().toString());
        for (DirEntry leftover : stages.list(".")) {
            discard(leftover.name());
        }
        // Containers outlive the service, but not the machine's going down.
        String boot = RunMark.bootId();
        for (DirEntry leftover : retired.list(".")) {
            if (!leftover.name().startsWith(boot)) {
                trash.take(folders.layout().retired().getFileName() + "/" + leftover.name());
            }
        }
    }

    boolean has(ChainId chain) {
        synchronized (lock) {
            return layers.containsKey(chain);
        }
    }

    LayerRecord require(ChainId chain) {
        synchronized (lock) {
            return requireLocked(chain);
        }
    }

    private LayerRecord requireLocked(ChainId chain) {
        LayerRecord layer = layers.get(chain);
        if (layer == null) {
            throw new NotFoundException("No such layer: " + chain);
        }
        return layer;
    }

    Set<ChainId> all() {
        synchronized (lock) {
            return Set.copyOf(layers.keySet());
        }
    }

    Set<ChainId> inUse() {
        synchronized (lock) {
            return Set.copyOf(users.keySet());
        }
    }

    /** The stack that {@code top} names, as paths to mount, top first. */
    List<Path> pathsTopFirst(ChainId top) {
        synchronized (lock) {
            return stack(top).stream().map(chain -> folders.shortName(requireLocked(chain).shortName())).toList();
        }
    }

    /** Keeps the stack that {@code top} names from being removed, until {@link #release}. */
    void acquire(ChainId top) {
        synchronized (lock) {
            stack(top).forEach(chain -> users.merge(chain, 1, Integer::sum));
        }
    }

    void release(ChainId top) {
        synchronized (lock) {
            stack(top).forEach(chain -> users.computeIfPresent(chain, (key, count) -> count == 1 ? null : count - 1));
        }
    }

    /** All layers of a stack, top first. */
    private List<ChainId> stack(ChainId top) {
        var stack = new ArrayList<ChainId>();
        for (ChainId chain = top; chain != null; chain = requireLocked(chain).parent()) {
            stack.add(chain);
        }
        return stack;
    }

    /** The files of a committed layer. The caller closes it. */
    RootDir openFiles(ChainId chain) {
        return layersDir.openDir(chain.digest().hex() + "/" + SnapshotFolders.FILES);
    }

    /** Gives a staged folder its name; false when the layer is there already, and then the folder stays where it is. */
    boolean place(String stage, ChainId chain, LayerRecord record) throws IOException {
        try {
            stages.rename(stage, layersDir, chain.digest().hex(), RootDir.RENAME_NOREPLACE);
        } catch (NativeException e) {
            // Two loads of one layer meet here: the first one's stays.
            if (e.errno() == Errno.EEXIST && has(chain)) {
                return false;
            }
            throw e;
        }
        synchronized (lock) {
            layers.put(chain, record);
        }
        return true;
    }

    /**
     * Puts a staged folder in the place of a layer. What was there is deleted, unless containers may be running on it. Its short name stays
     * until the next start: mounts that are just being made go by it.
     */
    void exchange(String stage, ChainId chain, LayerRecord record) throws IOException {
        stages.rename(stage, layersDir, chain.digest().hex(), RootDir.RENAME_EXCHANGE);
        boolean isUsed;
        synchronized (lock) {
            layers.put(chain, record);
            isUsed = users.containsKey(chain);
        }
        if (isUsed) {
            stages.rename(stage, retired, RunMark.bootId() + "-" + stage, RootDir.RENAME_NOREPLACE);
        } else {
            discard(stage);
        }
    }

    RootDir stages() {
        return stages;
    }

    SnapshotFolders folders() {
        return folders;
    }

    /** Makes the content of all stages durable. */
    void syncContent() {
        layersDir.syncFileSystem();
    }

    /** Makes the names of all layers durable. */
    void syncNames() {
        layersDir.sync();
    }

    /** Removes the layers that nothing stands on, upper ones first, so that what is left always stands on something. */
    List<ChainId> removeUnused(Set<ChainId> chains) {
        var removed = new ArrayList<ChainId>();
        var candidates = new ArrayList<ChainId>();
        synchronized (lock) {
            chains.stream().filter(layers::containsKey).forEach(candidates::add);
            candidates.sort(Comparator.comparing((ChainId chain) -> stack(chain).size()).reversed());
        }
        for (ChainId chain : candidates) {
            LayerRecord layer = forget(chain);
            if (layer != null) {
                delete(chain, layer);
                removed.add(chain);
            }
        }
        return removed;
    }

    private @Nullable LayerRecord forget(ChainId chain) {
        synchronized (lock) {
            boolean carries = users.containsKey(chain)
                    || layers.values().stream().anyMatch(other -> chain.equals(other.parent()));
            return carries ? null : layers.remove(chain);
        }
    }

    private void delete(ChainId chain, LayerRecord layer) {
        try {
            trash.take(folders.layout().layers().getFileName() + "/" + chain.digest().hex());
            folders.releaseShortName(layer.shortName());
        } catch (IOException | NativeException e) {
            throw DiskFailure.of("remove layer " + chain, e);
        }
    }

    /** Deletes a staged folder. */
    void discard(String stage) {
        trash.take(folders.layout().stage().getFileName() + "/" + stage);
    }

    @Override
    public void close() {
        stages.close();
        layersDir.close();
        retired.close();
    }
}
