package io.berth.files;

import io.berth.archive.TreeCopy;
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
 * Single files below an open root. Folders on the way to a file may be links, resolved as a process would that had this root; the file
 * itself is never followed. Failures of the kernel are {@link NativeException}. Safe for use by many threads.
 */
public final class TreeFiles {

    /** Files in one listing, at most. */
    public static final int MOST = 10_000;
    /** Of an upload beside its place: names of another run of the service are what a crash has left. */
    private static final String BEGUN = ".berth-upload-";
    private static final String OURS = BEGUN + UUID.randomUUID() + "-";
    private static final int CHUNK = 256 * 1024;

    /** A folder that nobody else reaches, on the file system of the root; what is in it when it is closed is removed. */
    public interface Stage extends AutoCloseable {

        RootDir root();

        @Override
        void close();
    }

    private final RootDir root;
    private final @Nullable Supplier<? extends Stage> stages;

    /**
     * @param root stays the caller's
     * @param stages where uploads are made whole; null where there is none: they are made beside their place then
     */
    public TreeFiles(RootDir root, @Nullable Supplier<? extends Stage> stages) {
        this.root = root;
        this.stages = stages;
    }

    /**
     * @param after the name after which the list begins; empty for the first one
     * @param limit how many at most: from 1 to {@value #MOST}
     */
    public FileListing list(InnerPath path, String after, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidArgumentException("limit is to be from 1 to " + MOST);
        }
        try (var folder = root.openDirInRoot(path.relative())) {
            var names = folder.list(".").stream().map(DirEntry::name).filter(name -> name.compareTo(after) > 0).sorted().toList();
            var files = new ArrayList<FileEntry>();
            for (var name : names.subList(0, Math.min(limit, names.size()))) {
                var file = find(folder, name);
                if (file != null) {
                    files.add(file);
                }
            }
            return new FileListing("/" + FileEntry.shown(String.join("/", path.parts())), files, names.size() > limit);
        }
    }

    /** Null when it has vanished since its name was read. */
    private static @Nullable FileEntry find(RootDir folder, String name) {
        try {
            return FileEntry.of(folder, name, folder.stat(name));
        } catch (NativeException gone) {
            // A link that has become something else since it was looked at is EINVAL.
            if (gone.errno() == Errno.ENOENT || gone.errno() == Errno.EINVAL) {
                return null;
            }
            throw gone;
        }
    }

    /** The folder that a file is in, or would be; the root for itself. The caller closes it. */
    static RootDir folderOf(RootDir root, InnerPath path) {
        return root.openDirInRoot(path.parent());
    }

    /**
     * Writes a file in one step: who reads it meanwhile has the old one or the new one, whole, and so has the disk after a power cut. Owner,
     * permissions and attributes stay those of the file that it replaces, where nothing else is said.
     *
     * @param content is read to its end; stays open
     * @return the version that it has now
     * @throws InvalidArgumentException there is something that is no regular file, or {@code content} broke off
     * @throws ConflictException it is not what {@code how} expects
     */
    public String put(InnerPath path, InputStream content, Writing how) {
        if (path.isRoot()) {
            throw new InvalidArgumentException("path is missing: name the file");
        }
        try (var folder = folderOf(root, path)) {
            var found = found(folder, path, how);
            if (stages == null) {
                putBeside(folder, path, found, content, how);
            } else {
                try (var stage = stages.get()) {
                    make(stage.root(), path.name(), path, content);
                    finish(stage.root(), path.name(), folder, path, found, how);
                }
            }
            folder.sync();
            return FileEntry.version(folder.stat(path.name()));
        }
    }

    /** What it would replace; null for nothing. */
    private static @Nullable FileStat found(RootDir folder, InnerPath path, Writing how) {
        var found = folder.statIfPresent(path.name());
        if (found != null && !found.isRegularFile()) {
            throw new InvalidArgumentException(path + " is no regular file: it is not replaced");
        }
        if (how.fresh() && found != null) {
            throw new ConflictException(path + " is there already");
        }
        if (how.version() != null && (found == null || !FileEntry.version(found).equals(how.version()))) {
            throw new ConflictException(path + (found == null ? " is gone" : " has changed") + " since it was read");
        }
        return found;
    }

    private static void putBeside(RootDir folder, InnerPath path, @Nullable FileStat found, InputStream content, Writing how) {
        removeLeft(folder);
        var begun = OURS + UUID.randomUUID();
        boolean done = false;
        try {
            make(folder, begun, path, content);
            finish(folder, begun, folder, path, found, how);
            done = true;
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

    private static void make(RootDir folder, String name, InnerPath path, InputStream content) {
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

    /** Gives what was made all but its content, and puts it into its place. */
    private static void finish(RootDir made, String name, RootDir folder, InnerPath path, @Nullable FileStat found, Writing how) {
        // An upload takes its time: what it expects is looked at again at its end.
        var before = how.version() != null || how.fresh() ? found(folder, path, how) : found;
        own(made, name, before, how.owner());
        if (before != null) {
            TreeCopy.labels(folder, path.name(), made, name);
        }
        made.rename(name, folder, path.name(), how.fresh() ? RootDir.RENAME_NOREPLACE : 0);
    }

    private static void own(RootDir folder, String name, @Nullable FileStat before, Ownership asked) {
        long uid = asked.uid() != null ? asked.uid() : before != null ? before.uid() : 0;
        long gid = asked.gid() != null ? asked.gid() : before != null ? before.gid() : 0;
        int mode = asked.mode() != null ? asked.mode() : before != null ? before.permissions() : 0644;
        // A change of owner clears setuid, so it comes first.
        folder.chown(name, uid, gid);
        folder.chmod(name, mode);
    }

    /** Removes a file, or a folder with all below it. */
    public void delete(InnerPath path) {
        if (path.isRoot()) {
            throw new InvalidArgumentException("the root cannot be removed");
        }
        try (var folder = folderOf(root, path)) {
            folder.stat(path.name());
            TreeRemoval.remove(folder, path.name());
        }
    }

    /**
     * Gives a file or a folder another name, or another place on the same file system.
     *
     * @throws ConflictException there is something by that name
     */
    public void rename(InnerPath path, InnerPath to) {
        if (path.isRoot() || to.isRoot()) {
            throw new InvalidArgumentException("the root cannot be renamed");
        }
        try (var from = folderOf(root, path); var target = folderOf(root, to)) {
            from.stat(path.name());
            from.rename(path.name(), target, to.name(), RootDir.RENAME_NOREPLACE);
            target.sync();
            from.sync();
        } catch (NativeException refused) {
            if (refused.errno() == Errno.EEXIST) {
                throw new ConflictException(to + " is there already", refused);
            }
            if (refused.errno() == Errno.EXDEV) {
                throw new InvalidArgumentException(path + " cannot become " + to + ": they are on two file systems, so download it and upload it there", refused);
            }
            throw refused;
        }
    }

    /** @throws ConflictException there is something by this name */
    public void makeFolder(InnerPath path, Ownership asked) {
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

    /** The names in a root; none in an empty one. */
    public static List<String> names(RootDir root) {
        return root.list(".").stream().map(DirEntry::name).toList();
    }
}
