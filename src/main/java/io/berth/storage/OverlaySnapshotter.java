package io.berth.storage;

import io.berth.archive.TreeUsage;
import io.berth.error.InternalException;
import io.berth.ffi.DetachedMount;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.Overlay;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots as folders for overlay mounts. A change is on the disk before it is known in memory. */
final class OverlaySnapshotter implements Snapshotter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OverlaySnapshotter.class);

    private final SnapshotFolders folders;
    private final RootDir snapshots;
    private final LayerQuotas quotas;
    private final Trash trash;
    private final CommittedLayers committed;
    private final WritableLayers writable;

    /**
     * Takes over the folders of {@code layout}; what was half made when the service ended is discarded. Refuses, by name, a data
     * root whose file system cannot carry the writable layers of overlay.
     */
    OverlaySnapshotter(StorageLayout layout) {
        try {
            folders = new SnapshotFolders(layout);
            snapshots = RootDir.open(layout.snapshots());
            quotas = new LayerQuotas(snapshots);
            trash = new Trash(snapshots, layout.trash().getFileName().toString(), quotas);
            requireOverlayIfThereIsSpace(layout);
            committed = new CommittedLayers(folders, snapshots, trash);
            writable = new WritableLayers(folders, snapshots, committed, trash, quotas);
        } catch (IOException | NativeException e) {
            throw DiskFailure.of("open the snapshots in " + layout.snapshots(), e);
        }
    }

    /** On a full disk the containers that are there must be manageable all the more. */
    private void requireOverlayIfThereIsSpace(StorageLayout layout) {
        try {
            requireOverlay(layout);
        } catch (NativeException e) {
            if (!DiskFailure.isFull(e)) {
                throw new InternalException(refusal(layout) + ": " + e.getMessage(), e);
            }
            LOG.warn("the disk of {} is full: not checked whether it can carry overlay mounts", layout.dataRoot());
        }
    }

    /** Tries what every container needs: a mount with a writable layer, and a whiteout made in it. */
    private void requireOverlay(StorageLayout layout) {
        String name = UUID.randomUUID().toString();
        String folder = layout.stage().getFileName() + "/" + name;
        snapshots.mkdir(folder, 0700);
        try (RootDir probe = snapshots.openDir(folder)) {
            for (String part : List.of("lower", "lower/gone", SnapshotFolders.UPPER, SnapshotFolders.WORK)) {
                probe.mkdir(part, 0700);
            }
            Path path = layout.stage().resolve(name);
            try (DetachedMount mount = Overlay.mount(List.of(path.resolve("lower")), path.resolve(SnapshotFolders.UPPER),
                    path.resolve(SnapshotFolders.WORK))) {
                mount.root().rmdir("gone");
            }
            FileStat whiteout = probe.statIfPresent(SnapshotFolders.UPPER + "/gone");
            if (whiteout == null || whiteout.type() != FileStat.S_IFCHR) {
                throw new InternalException(refusal(layout) + ": whiteouts are not kept");
            }
            probe.setXattr(SnapshotFolders.UPPER, "trusted.overlay.opaque", new byte[] {'y'});
        } finally {
            trash.take(folder);
        }
    }

    private static String refusal(StorageLayout layout) {
        return "the file system of data root " + layout.dataRoot()
                + " cannot carry overlay mounts (another overlay, or a network file system?); choose berth.data-root on ext4, xfs or btrfs";
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
