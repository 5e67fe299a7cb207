package io.berth.volume;

import io.berth.archive.TreeRemoval;
import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Single files of a volume below its open root. Folders on the way to a file may be links, resolved as a container would that had the volume
 * as its root; the file itself is never followed. Failures of the kernel are {@link NativeException}. Safe for use by many threads.
 */
final class DataFiles {

    /** Of an upload beside its place: names of another run of the service are what a crash has left. */
    private static final String BEGUN = ".berth-upload-";
    private static final String OURS = BEGUN + UUID.randomUUID() + "-";
    private static final int CHUNK = 256 * 1024;

    private final RootDir root;
    private final @Nullable Supplier<DataStage> stages;

    /**
     * @param root stays the caller's
     * @param stages places on the file system of the root, where uploads are made whole; null where there is none: they are made beside
     *     their place then
     */
    DataFiles(RootDir root, @Nullable Supplier<DataStage> stages) {
        this.root = root;
        this.stages = stages;
    }

    /**
     * @param after the name after which the list begins; empty for the first one
     * @param limit how many at most
     */
    VolumeListing list(VolumePath path, String after, int limit) {
        try (var folder = root.openDirInRoot(path.relative())) {
            var names = folder.list(".").stream().map(DirEntry::name).filter(name -> name.compareTo(after) > 0).sorted().toList();
            var files = new ArrayList<VolumeFile>();
            for (var name : names.subList(0, Math.min(limit, names.size()))) {
                var file = find(folder, name);
                if (file != null) {
                    files.add(file);
                }
            }
            return new VolumeListing("/" + VolumeFile.shown(String.join("/", path.parts())), files, names.size() > limit);
        }
    }

    /** Null when it has vanished since its name was read. */
    private static @Nullable VolumeFile find(RootDir folder, String name) {
        try {
            return VolumeFile.of(folder, name, folder.stat(name));
        } catch (NativeException gone) {
            // A link that has become something else since it was looked at is EINVAL.
            if (gone.errno() == Errno.ENOENT || gone.errno() == Errno.EINVAL) {
                return null;
            }
            throw gone;
        }
    }

    /** The folder that a file is in, or would be; the root for itself. The caller closes it. */
    static RootDir folderOf(RootDir root, VolumePath path) {
        return root.openDirInRoot(path.parent());
    }

    /**
     * Writes a file in one step: who reads it meanwhile has the old one or the new one, whole, and so has the disk after a power cut.
     *
     * @param content is read to its end; stays open
     * @throws InvalidArgumentException there is something that is no regular file, or {@code content} broke off
     */
    void put(VolumePath path, InputStream content, VolumeFiles.Ownership asked) {
        if (path.isRoot()) {
            throw new InvalidArgumentException("path is missing: name the file");
        }
        try (var folder = folderOf(root, path)) {
            var found = folder.statIfPresent(path.name());
            if (found != null && !found.isRegularFile()) {
                throw new InvalidArgumentException(path + " is no regular file: it is not replaced");
            }
            if (stages == null) {
                putBeside(folder, path, found, content, asked);
                return;
            }
            try (var stage = stages.get()) {
                write(stage.root(), path.name(), content, path);
                own(stage.root(), path.name(), found, asked);
                stage.root().rename(path.name(), folder, path.name(), 0);
            }
            folder.sync();
        }
    }

    private static void putBeside(RootDir folder, VolumePath path, @Nullable FileStat found, InputStream content, VolumeFiles.Ownership asked) {
        removeLeft(folder);
        var begun = OURS + UUID.randomUUID();
        boolean done = false;
        try {
            write(folder, begun, content, path);
            own(folder, begun, found, asked);
            folder.rename(begun, folder, path.name(), 0);
            done = true;
            folder.sync();
        } finally {
            if (!done && folder.statIfPresent(begun) != null) {
                folder.unlink(begun);
            }
        }
    }

    /** What other runs of the service have begun here and did not live to end. */
    private static void removeLeft(RootDir folder) {
        folder.list(".").stream().map(DirEntry::name).filter(name -> name.startsWith(BEGUN) && !name.startsWith(OURS))
                .filter(name -> isRegular(folder.statIfPresent(name))).forEach(folder::unlink);
    }

    private static boolean isRegular(@Nullable FileStat file) {
        return file != null && file.isRegularFile();
    }

    private static void write(RootDir folder, String name, InputStream content, VolumePath path) {
        var buffer = new byte[CHUNK];
        try (NativeFile file = folder.open(name, RootDir.O_WRONLY | RootDir.O_CREAT | RootDir.O_EXCL, 0600)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                file.write(buffer, 0, read);
            }
            file.sync();
        } catch (IOException broken) {
            throw new InvalidArgumentException("the upload of " + path + " broke off: " + broken.getMessage(), broken);
        }
    }

    private static void own(RootDir folder, String name, @Nullable FileStat before, VolumeFiles.Ownership asked) {
        long uid = asked.uid() != null ? asked.uid() : before != null ? before.uid() : 0;
        long gid = asked.gid() != null ? asked.gid() : before != null ? before.gid() : 0;
        int mode = asked.mode() != null ? asked.mode() : before != null ? before.permissions() : 0644;
        // A change of owner clears setuid, so it comes first.
        folder.chown(name, uid, gid);
        folder.chmod(name, mode);
    }

    /** Removes a file, or a folder with all below it. */
    void delete(VolumePath path) {
        if (path.isRoot()) {
            throw new InvalidArgumentException("the root of a volume cannot be removed: remove the volume");
        }
        try (var folder = folderOf(root, path)) {
            folder.stat(path.name());
            TreeRemoval.remove(folder, path.name());
        }
    }

    /** @throws ConflictException there is something by this name */
    void makeFolder(VolumePath path, VolumeFiles.Ownership asked) {
        if (path.isRoot()) {
            throw new ConflictException("/ is there already");
        }
        try (var folder = folderOf(root, path)) {
            folder.mkdir(path.name(), 0700);
            boolean done = false;
            try {
                folder.chown(path.name(), asked.uid() == null ? 0 : asked.uid(), asked.gid() == null ? 0 : asked.gid());
                folder.chmod(path.name(), asked.mode() == null ? 0755 : asked.mode());
                done = true;
            } finally {
                if (!done) {
                    folder.rmdir(path.name());
                }
            }
        }
    }

    /** The names in the root of a volume; none in an empty one. */
    static List<String> names(RootDir root) {
        return root.list(".").stream().map(DirEntry::name).toList();
    }
}
