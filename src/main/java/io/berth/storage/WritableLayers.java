package io.berth.storage;

import io.berth.archive.TreeRemoval;
import io.berth.archive.TreeUsage;
import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writable layers of containers, each over a stack of committed ones that it keeps from being removed. */
final class WritableLayers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WritableLayers.class);
    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

    /** What a writable layer stands on; {@code ready} is false while it is being made or removed. */
    private record Base(@Nullable ChainId top, boolean ready) {}

    private final SnapshotFolders folders;
    private final CommittedLayers layers;
    private final Trash trash;
    private final LayerQuotas quotas;
    private final RootDir stages;
    private final RootDir activeDir;
    private final Map<String, Base> active = new HashMap<>();

    WritableLayers(SnapshotFolders folders, RootDir snapshots, CommittedLayers layers, Trash trash, LayerQuotas quotas) throws IOException {
        this.folders = folders;
        this.layers = layers;
        this.trash = trash;
        this.quotas = quotas;
        this.stages = snapshots.openDir(folders.layout().stage().getFileName().toString());
        this.activeDir = snapshots.openDir(folders.layout().active().getFileName().toString());
        folders.readActive().forEach((key, top) -> {
            // A container whose layers are lost stays listed; it cannot be started, and it can be removed.
            boolean hasLayers = top != null && layers.has(top);
            if (hasLayers) {
                layers.acquire(top);
            } else if (top != null) {
                LOG.error("the layers of snapshot {} are missing: {}", key, top);
            }
            active.put(key, new Base(top, true));
        });
    }

    ActiveSnapshot prepare(String key, @Nullable ChainId top, long maxBytes) {
        if (!KEY.matcher(key).matches()) {
            throw new InvalidArgumentException("invalid name of a snapshot: " + key);
        }
        synchronized (active) {
            if (active.putIfAbsent(key, new Base(top, false)) != null) {
                throw new ConflictException("snapshot " + key + " is there already");
            }
        }
        boolean done = false;
        try {
            make(key, top, maxBytes);
            done = true;
            return snapshot(key, top);
        } catch (IOException | NativeException e) {
            throw DiskFailure.of("prepare the writable layer of " + key, e);
        } finally {
            synchronized (active) {
                if (done) {
                    active.put(key, new Base(top, true));
                } else {
                    active.remove(key);
                }
            }
        }
    }

    private void make(String key, @Nullable ChainId top, long maxBytes) throws IOException {
        if (top != null) {
            layers.acquire(top);
        }
        String name = UUID.randomUUID().toString();
        boolean done = false;
        try {
            stages.mkdir(name, 0700);
            try (RootDir folder = stages.openDir(name)) {
                if (maxBytes > 0) {
                    quotas.assign(folder);
                }
                SnapshotFolders.makeTreeRoot(folder, SnapshotFolders.UPPER, rootOf(top));
                folder.mkdir(SnapshotFolders.WORK, 0700);
                folders.describeActive(folders.layout().stage().resolve(name), top);
                if (maxBytes > 0) {
                    quotas.limit(folder, maxBytes);
                }
            }
            stages.rename(name, activeDir, key, RootDir.RENAME_NOREPLACE);
            activeDir.sync();
            done = true;
        } finally {
            if (!done) {
                undo(name, top);
            }
        }
    }

    private void undo(String stage, @Nullable ChainId top) {
        if (top != null) {
            layers.release(top);
        }
        if (stages.statIfPresent(stage) != null) {
            trash.take(folders.layout().stage().getFileName() + "/" + stage);
        }
    }

    /** The merged root is seen with the owner and permissions of the topmost one, so the writable root copies them. */
    private @Nullable FileStat rootOf(@Nullable ChainId top) {
        if (top == null) {
            return null;
        }
        try (RootDir files = layers.openFiles(top)) {
            return files.stat(".");
        }
    }

    Optional<ActiveSnapshot> find(String key) {
        Base base;
        synchronized (active) {
            base = active.get(key);
        }
        return base == null || !base.ready() ? Optional.empty() : Optional.of(snapshot(key, base.top()));
    }

    ActiveSnapshot require(String key) {
        return find(key).orElseThrow(() -> new NotFoundException("No such snapshot: " + key));
    }

    Set<String> keys() {
        synchronized (active) {
            return Set.copyOf(active.keySet());
        }
    }

    void allowAnotherMount(String key) {
        var mark = folders.layout().active().getFileName() + "/" + key + "/" + SnapshotFolders.WORK + "/" + SnapshotFolders.VOLATILE;
        if (activeDir.statIfPresent(key + "/" + SnapshotFolders.WORK + "/" + SnapshotFolders.VOLATILE) != null) {
            trash.take(mark);
        }
    }

    void remove(String key) {
        Base base;
        synchronized (active) {
            base = active.get(key);
            if (base == null || !base.ready()) {
                return;
            }
            active.put(key, new Base(base.top(), false));
        }
        boolean done = false;
        try {
            trash.take(folders.layout().active().getFileName() + "/" + key);
            done = true;
        } catch (NativeException e) {
            done = e.errno() == Errno.ENOENT;
            if (!done) {
                throw DiskFailure.of("remove the writable layer of " + key, e);
            }
        } finally {
            synchronized (active) {
                if (done) {
                    active.remove(key);
                } else {
                    active.put(key, base);
                }
            }
        }
        if (base.top() != null && layers.has(base.top())) {
            layers.release(base.top());
        }
    }

    TreeUsage usage(String key) {
        try (RootDir upper = open(key)) {
            return TreeUsage.of(upper);
        } catch (NativeException e) {
            throw DiskFailure.of("measure the writable layer of " + key, e);
        }
    }

    void empty(String key, String path) {
        try (RootDir upper = open(key)) {
            if (upper.statIfPresent(path) == null) {
                return;
            }
            try (RootDir folder = upper.openDir(path)) {
                folder.list(".").forEach(entry -> TreeRemoval.remove(folder, entry.name()));
                folder.sync();
            }
        } catch (NativeException e) {
            throw DiskFailure.of("remove /" + path + " from the writable layer of " + key, e);
        }
    }

    RootDir open(String key) {
        require(key);
        try {
            return activeDir.openDir(key + "/" + SnapshotFolders.UPPER);
        } catch (NativeException e) {
            throw DiskFailure.of("open the writable layer of " + key, e);
        }
    }

    private ActiveSnapshot snapshot(String key, @Nullable ChainId top) {
        Path folder = folders.active(key);
        List<Path> lower = top == null ? List.of(folders.emptyLayer()) : layers.pathsTopFirst(top);
        return new ActiveSnapshot(key, lower, folder.resolve(SnapshotFolders.UPPER), folder.resolve(SnapshotFolders.WORK));
    }

    @Override
    public void close() {
        stages.close();
        activeDir.close();
    }
}
