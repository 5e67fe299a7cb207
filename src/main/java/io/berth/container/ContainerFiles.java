package io.berth.container;

import io.berth.archive.ArchiveLimits;
import io.berth.archive.Compression;
import io.berth.archive.Destination;
import io.berth.archive.Destination.Owner;
import io.berth.archive.TarReader;
import io.berth.archive.TreeUnpacker;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.storage.Snapshotter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Copies files into containers and out of them, running, stopped or never started, with their volumes. Safe for use by many threads.
 *
 * <p>Source: Docker Engine API 1.51, ContainerArchiveInfo, ContainerArchive, PutContainerArchive, ContainerExport.
 */
@Component
public class ContainerFiles {

    /** How an archive is put into a container. @param asUser all of it belongs to the container's user, if it has one */
    public record Putting(boolean keepsKinds, boolean asUser) {}

    private final Containers containers;
    private final ContainerTrees trees;
    private final ContainerLocks locks;
    private final Snapshotter snapshotter;

    ContainerFiles(Containers containers, ContainerTrees trees, ContainerLocks locks, Snapshotter snapshotter) {
        this.containers = containers;
        this.trees = trees;
        this.locks = locks;
        this.snapshotter = snapshotter;
    }

    /**
     * What is at a path.
     *
     * @param ref how the client named the container, for messages
     */
    public PathStat stat(ContainerId id, String ref, String path) {
        var inside = PathInside.of(path);
        try (var tree = trees.read(id)) {
            return stat(tree.root(), inside);
        } catch (NativeException failure) {
            throw translate(failure, path, ref);
        }
    }

    /** The files at a path, to be written as an archive. The caller closes it. */
    public FileArchive get(ContainerId id, String ref, String path) {
        var inside = PathInside.of(path);
        var tree = trees.read(id);
        try {
            var stat = stat(tree.root(), inside);
            boolean isDirectory = inside.meansDirectory() || directory(tree.root(), inside);
            var folder = tree.root().openDirInRoot(isDirectory ? inside.text() : inside.parent());
            containers.record(tree.container(), "archive-path", Map.of());
            return new FileArchive(tree, folder, isDirectory ? "." : inside.base(), inside.base(), stat);
        } catch (NativeException failure) {
            tree.close();
            throw translate(failure, path, ref);
        } catch (RuntimeException failure) {
            tree.close();
            throw failure;
        }
    }

    /** The whole root of a container without what is mounted in it. The caller closes it. */
    public FileArchive export(ContainerId id) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            var mount = snapshotter.seen(id.value());
            containers.record(container, "export", Map.of());
            return FileArchive.ofContents(new ContainerTree(container, mount.root(), () -> containers.find(id).isPresent(), mount));
        }
    }

    /**
     * Unpacks an archive, plain or compressed, into a directory of a container.
     *
     * @throws InvalidArgumentException the archive is damaged: what came before stays, and the message says how much
     * @throws ForbiddenException the container may not write there
     */
    public void put(ContainerId id, String ref, String path, InputStream archive, Putting how) {
        var inside = PathInside.of(path);
        try (var tree = trees.write(id)) {
            requireDirectory(tree.root(), inside);
            tree.requireWritable(inside.parts());
            unpack(tree, inside, archive, how);
            tree.requireWhole();
            containers.record(tree.container(), "extract-to-dir", Map.of());
        } catch (NativeException failure) {
            throw translate(failure, path, ref);
        }
    }

    private static void unpack(ContainerTree tree, PathInside path, InputStream archive, Putting how) {
        var destination = new Destination(tree.root(), path.text(), how.keepsKinds(), how.asUser() ? owner(tree) : null);
        try (var plain = Compression.decompress(archive, ArchiveLimits.DEFAULT)) {
            TreeUnpacker.unpackInto(destination, new TarReader(plain, ArchiveLimits.DEFAULT));
            plain.drain();
        } catch (IOException broken) {
            throw new InvalidArgumentException("the archive broke off: " + broken.getMessage() + "; what came before stays", broken);
        }
    }

    private static @Nullable Owner owner(ContainerTree tree) {
        var config = tree.container().config();
        if (config.user() == null || config.user().isEmpty()) {
            return null;
        }
        var identity = UserFiles.read(tree.root()).resolve(config.user(), List.of());
        return new Owner(identity.uid(), identity.gid());
    }

    private static PathStat stat(RootDir root, PathInside path) {
        if (path.meansDirectory()) {
            try (var dir = root.openDirInRoot(path.text())) {
                return PathStat.of(path.base(), dir.stat("."), "");
            }
        }
        try (var parent = root.openDirInRoot(path.parent())) {
            FileStat stat = parent.stat(path.base());
            String target = stat.isSymlink() ? "/" + String.join("/", PathInside.follow(root, path.parts())) : "";
            return PathStat.of(path.base(), stat, target);
        }
    }

    private static boolean directory(RootDir root, PathInside path) {
        try (var parent = root.openDirInRoot(path.parent())) {
            return parent.stat(path.base()).isDirectory();
        }
    }

    private static void requireDirectory(RootDir root, PathInside path) {
        try (var dir = root.openDirInRoot(path.text())) {
            dir.stat(".");
        } catch (NativeException failure) {
            if (failure.errno() == Errno.ENOTDIR) {
                throw new InvalidArgumentException("extraction point is not a directory", failure);
            }
            throw failure;
        }
    }

    private static RuntimeException translate(NativeException failure, String path, String ref) {
        return switch (failure.errno()) {
            case Errno.ENOENT -> new NotFoundException("Could not find the file " + path + " in container " + ref, failure);
            case Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.EINVAL, Errno.EXDEV ->
                new InvalidArgumentException("path " + shown(path) + " in container " + ref + ": " + Errno.text(failure.errno()), failure);
            case Errno.EROFS -> new ForbiddenException("path " + path + " in container " + ref + ": " + Errno.text(failure.errno()), failure);
            default -> new InternalException("path " + path + " in container " + ref + ": " + failure.getMessage(), failure);
        };
    }

    private static String shown(String path) {
        return path.length() > 200 ? path.substring(0, 200) + "..." : path;
    }
}
