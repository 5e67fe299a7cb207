package io.berth.storage;

import io.berth.error.NotFoundException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.storage.SnapshotFolders.LayerRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared layers: what is there, who stands on it, and how it comes and goes. Known from memory; the lock guards only that,
 * and no disk is waited for under it.
 */
final class CommittedLayers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommittedLayers.class);

    private final SnapshotFolders folders;
    private final Trash trash;
    private final RootDir stages;
    private final RootDir layersDir;
    private final Object lock = new Object();
    private final Map<ChainId, LayerRecord> layers;
    private final Map<ChainId, Integer> users = new HashMap<>();

    CommittedLayers(SnapshotFolders folders, RootDir snapshots, Trash trash) throws IOException {
        this.folders = folders;
        this.trash = trash;
        this.layers = new HashMap<>(folders.readLayers());
        this.stages = snapshots.openDir(folders.layout().stage().getFileName().toString());
        this.layersDir = snapshots.openDir(folders.layout().layers().getFileName().toString());
        for (DirEntry leftover : stages.list(".")) {
            discard(leftover.name());
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

    StageFolder stage(ChainId chain, List<ChainId> parentsBaseFirst) {
        String name = UUID.randomUUID().toString();
        var parents = new ArrayList<RootDir>();
        boolean done = false;
        try {
            for (ChainId parent : parentsBaseFirst.reversed()) {
                require(parent);
                parents.add(openFiles(parent));
            }
            stages.mkdir(name, 0700);
            try (RootDir folder = stages.openDir(name)) {
                SnapshotFolders.makeTreeRoot(folder, SnapshotFolders.FILES, parents.isEmpty() ? null : parents.getFirst().stat("."));
                var stage = new StageFolder(chain, parentsBaseFirst.isEmpty() ? null : parentsBaseFirst.getLast(), name,
                        folder.openDir(SnapshotFolders.FILES), parents, this::discard);
                done = true;
                return stage;
            }
        } catch (NativeException e) {
            throw DiskFailure.of("make a folder for layer " + chain, e);
        } finally {
            if (!done) {
                parents.forEach(RootDir::close);
            }
        }
    }

    /** The files of a committed layer. The caller closes it. */
    RootDir openFiles(ChainId chain) {
        return layersDir.openDir(chain.digest().hex() + "/" + SnapshotFolders.FILES);
    }

    void commit(List<StageFolder> made) {
        var records = new HashMap<StageFolder, LayerRecord>();
        boolean done = false;
        try {
            for (StageFolder stage : made) {
                Path folder = folders.layout().stage().resolve(stage.name());
                records.put(stage, folders.describe(folder, stage.chain(), stage.parent(), TreeUsage.of(stage.root())));
            }
            layersDir.syncFileSystem();
            for (StageFolder stage : made) {
                place(stage, records.get(stage));
            }
            layersDir.sync();
            done = true;
        } catch (IOException | NativeException e) {
            throw DiskFailure.of("store layers", e);
        } finally {
            if (!done) {
                records.forEach(this::undescribe);
            }
        }
    }

    private void place(StageFolder stage, LayerRecord record) throws IOException {
        try {
            stages.rename(stage.name(), layersDir, stage.chain().digest().hex(), RootDir.RENAME_NOREPLACE);
            stage.committed();
            synchronized (lock) {
                layers.put(stage.chain(), record);
            }
        } catch (NativeException e) {
            // Two loads of one layer meet here: the first one's stays.
            if (e.errno() != Errno.EEXIST || !has(stage.chain())) {
                throw e;
            }
            folders.releaseShortName(record.shortName());
        }
    }

    private void undescribe(StageFolder stage, LayerRecord record) {
        boolean isPlaced = has(stage.chain()) && require(stage.chain()).equals(record);
        if (!isPlaced) {
            try {
                folders.releaseShortName(record.shortName());
            } catch (IOException e) {
                LOG.debug("short name {} is removed at the next start", record.shortName(), e);
            }
        }
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

    private void discard(String stage) {
        trash.take(folders.layout().stage().getFileName() + "/" + stage);
    }

    @Override
    public void close() {
        stages.close();
        layersDir.close();
    }
}
