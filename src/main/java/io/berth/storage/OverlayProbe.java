package io.berth.storage;

import io.berth.error.InternalException;
import io.berth.error.UnavailableException;
import io.berth.ffi.DetachedMount;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import io.berth.ffi.Overlay;
import io.berth.ffi.RootDir;
import io.berth.instance.IdMap;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries at the start of the service what every container needs of the data root's file system, and refuses by name what it lacks. */
final class OverlayProbe {

    private static final Logger LOG = LoggerFactory.getLogger(OverlayProbe.class);
    private static final String LOWER = "lower";
    private static final String ACTIVE = "active";
    private static final String UPPER = ACTIVE + "/" + SnapshotFolders.UPPER;
    private static final String WORK = ACTIVE + "/" + SnapshotFolders.WORK;
    /** For tests: what kernels before 5.19 say. */
    private static final boolean NO_MAPPED_LAYERS = Boolean.getBoolean("berth.test.no-mapped-layers");

    private final StorageLayout layout;
    private final RootDir snapshots;
    private final Trash trash;

    OverlayProbe(StorageLayout layout, RootDir snapshots, Trash trash) {
        this.layout = layout;
        this.snapshots = snapshots;
        this.trash = trash;
    }

    /**
     * On a full disk the containers that are there must be manageable all the more: then nothing is tried.
     *
     * @param ids of the user namespaces that containers will have; null: the host's
     * @throws InternalException the data root cannot carry writable layers
     * @throws UnavailableException it can, and not with mapped ids
     */
    void requireOverlayIfThereIsSpace(@Nullable IdMap ids) {
        try {
            requireOverlay();
        } catch (NativeException e) {
            if (!DiskFailure.isFull(e)) {
                throw new InternalException(refusal() + ": " + e.getMessage(), e);
            }
            LOG.warn("the disk of {} is full: not checked whether it can carry overlay mounts", layout.dataRoot());
            return;
        }
        if (ids != null) {
            requireMapped(ids);
        }
    }

    /** A mount with a writable layer, and a whiteout made in it. */
    private void requireOverlay() {
        String name = UUID.randomUUID().toString();
        try (RootDir probe = make(name)) {
            Path path = layout.stage().resolve(name);
            try (DetachedMount mount = Overlay.mount(List.of(path.resolve(LOWER)), path.resolve(UPPER), path.resolve(WORK))) {
                mount.root().rmdir("gone");
            }
            FileStat whiteout = probe.statIfPresent(UPPER + "/gone");
            if (whiteout == null || whiteout.type() != FileStat.S_IFCHR) {
                throw new InternalException(refusal() + ": whiteouts are not kept");
            }
            probe.setXattr(UPPER, "trusted.overlay.opaque", new byte[] {'y'});
        } finally {
            discard(name);
        }
    }

    /** The same within a user namespace: files are made there and keep their owners on disk. */
    private void requireMapped(IdMap ids) {
        String name = UUID.randomUUID().toString();
        try (RootDir probe = make(name); Links.Namespace namespace = Links.createNamespace(ids)) {
            if (NO_MAPPED_LAYERS) {
                throw new NativeException(Errno.EINVAL, "map the ids of `" + layout.stage() + "`");
            }
            Path path = layout.stage().resolve(name);
            try (DetachedMount mount = Overlay.mountMapped(List.of(path.resolve(LOWER)), path.resolve(UPPER), path.resolve(WORK), Objects.requireNonNull(namespace.userns()), ids, false)) {
                mount.root().seenBy(ids).mkdir("made", 0700);
            }
            if (probe.stat(UPPER + "/made").uid() != 0) {
                throw new UnavailableException(refusalOfMaps() + ": owners are not kept");
            }
        } catch (NativeException refused) {
            throw new UnavailableException(refusalOfMaps() + ": " + refused.getMessage() + ": " + Errno.text(refused.errno()), refused);
        } finally {
            discard(name);
        }
    }

    private RootDir make(String name) {
        snapshots.mkdir(stage(name), 0700);
        RootDir probe = snapshots.openDir(stage(name));
        try {
            for (String part : List.of(LOWER, LOWER + "/gone", ACTIVE, UPPER, WORK)) {
                probe.mkdir(part, 0700);
            }
            return probe;
        } catch (NativeException failed) {
            probe.close();
            throw failed;
        }
    }

    private void discard(String name) {
        // A full disk may not even have had room for it.
        if (snapshots.statIfPresent(stage(name)) != null) {
            trash.take(stage(name));
        }
    }

    private String stage(String name) {
        return layout.stage().getFileName() + "/" + name;
    }

    private String refusal() {
        return "the file system of data root " + layout.dataRoot()
                + " cannot carry overlay mounts (another overlay, or a network file system?); choose berth.data-root on ext4, xfs or btrfs";
    }

    private String refusalOfMaps() {
        return "berth.userns-remap needs user namespaces and layers with mapped ids (Linux 5.19, data root " + layout.dataRoot()
                + " on ext4, xfs or btrfs), which this host does not offer";
    }
}
