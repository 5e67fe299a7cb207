package io.berth.storage;

import io.berth.archive.TreeUsage;
import io.berth.ffi.DetachedMount;
import io.berth.ffi.NativeException;
import io.berth.ffi.Overlay;
import io.berth.ffi.RootDir;
import io.berth.ffi.UserNamespace;
import io.berth.instance.IdMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Snapshots as folders for overlay mounts. A change is on the disk before it is known in memory. */
final class OverlaySnapshotter implements Snapshotter, AutoCloseable {

    private final SnapshotFolders folders;
    private final RootDir snapshots;
    private final LayerQuotas quotas;
    private final Trash trash;
    private final CommittedLayers committed;
    private final WritableLayers writable;

    /**
     * Takes over the folders of {@code layout}; what was half made when the service ended is discarded. Refuses, by name, a data
     * root whose file system cannot carry the writable layers of overlay.
     *
     * @param ids of the user namespaces in which layers will be mounted; null: the host's
     */
    OverlaySnapshotter(StorageLayout layout, @Nullable IdMap ids) {
        try {
            folders = new SnapshotFolders(layout);
            snapshots = RootDir.open(layout.snapshots());
            quotas = new LayerQuotas(snapshots);
            trash = new Trash(snapshots, layout.trash().getFileName().toString(), quotas);
            new OverlayProbe(layout, snapshots, trash).requireOverlayIfThereIsSpace(ids);
            committed = new CommittedLayers(folders, snapshots, trash);
            writable = new WritableLayers(folders, snapshots, committed, trash, quotas);
        } catch (IOException | NativeException e) {
            throw DiskFailure.of("open the snapshots in " + layout.snapshots(), e);
        }
    }

    @Override
    public boolean has(ChainId chain) {
        return committed.has(chain);
    }

    @Override
    public LayerBatch newLayers() {
        return new StagedLayers(committed);
    }

    @Override
    public SnapshotUsage usage(ChainId chain) {
        return committed.require(chain).usage();
    }

    @Override
    public RootDir files(ChainId chain) {
        committed.require(chain);
        return committed.openFiles(chain);
    }

    @Override
    public List<Path> foldersTopFirst(ChainId top) {
        return committed.pathsTopFirst(top);
    }

    @Override
    public Set<ChainId> committed() {
        return committed.all();
    }

    @Override
    public Set<ChainId> inUse() {
        return committed.inUse();
    }

    @Override
    public List<ChainId> removeUnused(Set<ChainId> chains) {
        return committed.removeUnused(chains);
    }

    @Override
    public ActiveSnapshot prepare(String key, List<ChainId> baseFirst, long maxBytes) {
        return writable.prepare(key, baseFirst.isEmpty() ? null : baseFirst.getLast(), maxBytes);
    }

    @Override
    public boolean limitsSize() {
        return quotas.areEnforced();
    }

    @Override
    public Optional<ActiveSnapshot> active(String key) {
        return writable.find(key);
    }

    @Override
    public Set<String> activeKeys() {
        return writable.keys();
    }

    @Override
    public void allowAnotherMount(String key) {
        writable.allowAnotherMount(key);
    }

    @Override
    public void remove(String key) {
        writable.remove(key);
    }

    @Override
    public TreeUsage usage(String key) {
        return writable.usage(key);
    }

    @Override
    public DetachedMount view(List<ChainId> baseFirst) {
        var lower = new ArrayList<Path>();
        if (!baseFirst.isEmpty()) {
            lower.addAll(committed.pathsTopFirst(baseFirst.getLast()));
        }
        return view(lower, "layers");
    }

    private DetachedMount view(List<Path> topFirst, String what) {
        var lower = new ArrayList<>(topFirst);
        // A read-only overlay wants two layers at least, and no folder twice.
        if (!lower.contains(folders.emptyLayer())) {
            lower.add(folders.emptyLayer());
        }
        if (lower.size() < 2) {
            lower.add(folders.layout().secondEmpty());
        }
        try {
            return Overlay.mount(lower, null, null);
        } catch (NativeException e) {
            throw DiskFailure.of("mount a view of " + what, e);
        }
    }

    @Override
    public DetachedMount mounted(String key) {
        ActiveSnapshot snapshot = writable.require(key);
        try {
            return Overlay.mount(snapshot.lowerDirsTopFirst(), snapshot.upper(), snapshot.work());
        } catch (NativeException e) {
            throw DiskFailure.of("mount the files of " + key, e);
        }
    }

    @Override
    public DetachedMount mounted(String key, IdMap ids) {
        ActiveSnapshot snapshot = writable.require(key);
        try (var namespace = UserNamespace.of(ids)) {
            return Overlay.mountMapped(snapshot.lowerDirsTopFirst(), snapshot.upper(), snapshot.work(), namespace, ids, false);
        } catch (NativeException e) {
            throw DiskFailure.of("mount the files of " + key + " with mapped ids", e);
        }
    }

    @Override
    public DetachedMount seen(String key) {
        ActiveSnapshot snapshot = writable.require(key);
        var layers = new ArrayList<Path>(List.of(snapshot.upper()));
        layers.addAll(snapshot.lowerDirsTopFirst());
        return view(layers, key);
    }

    @Override
    public DetachedMount below(String key) {
        return view(writable.require(key).lowerDirsTopFirst(), "the layers of " + key);
    }

    @Override
    public void empty(String key, String path) {
        writable.empty(key, path);
    }

    @Override
    public RootDir written(String key) {
        return writable.open(key);
    }

    @Override
    public void close() {
        writable.close();
        committed.close();
        trash.close();
        snapshots.close();
    }
}
