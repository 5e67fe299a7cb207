package io.berth.archive;

import io.berth.error.DiskFullException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a tar archive below a directory that nobody else can reach. Nothing outside it is touched, whatever the
 * archive says: no link is followed, paths with {@code ..} are refused, and a hard link leads to what the archive itself
 * brought or to a copy of a file of the layers below. Ownership, permissions, times, devices, holes and the attributes
 * {@code security.capability}, {@code user.*} and {@code system.posix_acl_*} are kept; overlay's own attributes are refused.
 *
 * <p>A hostile or broken archive is an {@link InvalidArgumentException}; a full disk is a {@link DiskFullException} that says
 * so. What was made until then stays, for the owner of the directory to remove. For one thread, one archive.
 *
 * <p>Source: OCI image-spec 1.1, layer.md, "Applying Changesets".
 */
public final class TreeUnpacker {

    /** What the names of AUFS's whiteouts mean. */
    public enum Whiteouts {
        /** They are made into whiteouts and opaque directories of overlay. */
        OVERLAY,
        /** They are names as others. */
        NONE
    }

    static final String WHITEOUT = ".wh.";
    private static final String WHITEOUT_META = ".wh..wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    /** So many links of an archive are remembered as its own; after that no link is followed any more, whoever made it. */
    private static final int MAX_LINKS = 100_000;

    private final RootDir root;
    private final Whiteouts whiteouts;
    private final LowerTrees lower;
    private final @Nullable Destination shared;
    private final Set<Inode> links = new HashSet<>();
    private final EntryAttributes attributes = new EntryAttributes();
    private final byte[] buffer = new byte[256 * 1024];
    private long complete;
    private long bytes;

    /**
     * @param root where the files go; stays the caller's
     * @param lowerTopFirst the layers below, asked for only when the archive leaves something unsaid; never written
     */
    public TreeUnpacker(RootDir root, Whiteouts whiteouts, Supplier<List<RootDir>> lowerTopFirst) {
        this.root = root;
        this.whiteouts = whiteouts;
        this.lower = new LowerTrees(lowerTopFirst);
        this.shared = null;
    }

    private TreeUnpacker(RootDir root, Destination shared) {
        this.root = root;
        this.whiteouts = Whiteouts.NONE;
        this.lower = new LowerTrees(List::of);
        this.shared = shared;
    }

    /**
     * Unpacks into a tree that others use at the same time. A link that is there already is followed inside that tree; one that the
     * archive brought is not. What was complete before an invalid argument stays, and its message says how much that is; of a file whose
     * content breaks off nothing stays.
     */
    public static UnpackedTree unpackInto(Destination destination, TarReader tar) throws IOException {
        try (RootDir folder = destination.open()) {
            return new TreeUnpacker(folder, destination).unpackShared(tar);
        }
    }

    private UnpackedTree unpackShared(TarReader tar) throws IOException {
        try {
            return unpack(tar);
        } catch (InvalidArgumentException e) {
            throw new InvalidArgumentException(e.getMessage() + "; entries unpacked before that, which stay: " + complete, e);
        }
    }

    /** Unpacks all entries and reads the archive to its end. */
    public UnpackedTree unpack(TarReader tar) throws IOException {
        try (var cursor = new DirectoryCursor(root, new Passage())) {
            TarEntry entry;
            while ((entry = tar.next()) != null) {
                unpackOne(cursor, owned(entry), tar.content());
                complete++;
            }
            if (shared == null) {
                cursor.finish();
            } else {
                cursor.leaveAll();
            }
            return new UnpackedTree(complete, bytes);
        }
    }

    private TarEntry owned(TarEntry entry) {
        return shared == null || shared.owner() == null ? entry : entry.ownedBy(shared.owner().uid(), shared.owner().gid());
    }

    private void unpackOne(DirectoryCursor cursor, TarEntry entry, InputStream content) throws IOException {
        List<String> path = TarPath.split(entry.name());
        try {
            if (path.isEmpty()) {
                applyToRoot(cursor, entry);
            } else if (whiteouts == Whiteouts.OVERLAY && path.getLast().startsWith(WHITEOUT)) {
                applyWhiteout(cursor, path);
            } else {
                make(cursor, path, entry, content);
            }
        } catch (NativeException e) {
            throw failure(entry, e);
        }
    }

    private void applyToRoot(DirectoryCursor cursor, TarEntry entry) {
        if (!entry.isDirectory()) {
            throw new InvalidArgumentException("archive has a root that is no directory");
        }
        if (shared != null) {
            return;
        }
        attributes.apply(cursor.enter(List.of()), ".", entry);
        cursor.setModified(entry.modified());
    }

    private void make(DirectoryCursor cursor, List<String> path, TarEntry entry, InputStream content) throws IOException {
        RootDir dir = cursor.enter(path.subList(0, path.size() - 1));
        String name = path.getLast();
        requireKind(dir, name, entry);
        if (entry.isDirectory()) {
            makeDirectory(dir, name);
            attributes.apply(dir, name, entry);
            cursor.enter(path);
            cursor.setModified(entry.modified());
            return;
        }
        if (entry.type() == TarEntry.Type.HARD_LINK) {
            link(cursor, path, entry);
            return;
        }
        clear(dir, name);
        switch (entry.type()) {
            case FILE -> writeFile(dir, name, entry, content);
            case SYMLINK -> makeSymlink(dir, path, entry);
            case CHARACTER_DEVICE -> dir.mknod(name, FileStat.S_IFCHR | 0600, entry.deviceMajor(), entry.deviceMinor());
            case BLOCK_DEVICE -> dir.mknod(name, FileStat.S_IFBLK | 0600, entry.deviceMajor(), entry.deviceMinor());
            case FIFO -> dir.mknod(name, FileStat.S_IFIFO | 0600, 0, 0);
            case DIRECTORY, HARD_LINK -> throw new IllegalStateException("made above");
        }
        attributes.apply(dir, name, entry);
        dir.setTimes(name, entry.modified(), entry.modified());
    }

    private void requireKind(RootDir dir, String name, TarEntry entry) {
        FileStat found = shared != null && shared.keepsKinds() ? dir.statIfPresent(name) : null;
        if (found != null && found.isDirectory() != entry.isDirectory()) {
            throw new InvalidArgumentException(found.isDirectory()
                    ? "cannot overwrite directory " + TarPath.shown(entry.name()) + " with non-directory"
                    : "cannot overwrite non-directory " + TarPath.shown(entry.name()) + " with directory");
        }
    }

    /** A directory entry on a directory keeps what is in it; on anything else it takes its place. */
    private void makeDirectory(RootDir dir, String name) {
        FileStat found = dir.statIfPresent(name);
        if (found != null && found.isDirectory()) {
            return;
        }
        boolean hidesLower = found != null && whiteouts == Whiteouts.OVERLAY && Overlays.isWhiteout(found);
        if (found != null) {
            dir.unlink(name);
        }
        dir.mkdir(name, 0700);
        if (hidesLower) {
            Overlays.makeOpaque(dir, name);
        }
    }

    private void writeFile(RootDir dir, String name, TarEntry entry, InputStream content) throws IOException {
        boolean done = false;
        try (NativeFile file = dir.open(name, RootDir.O_WRONLY | RootDir.O_CREAT | RootDir.O_EXCL, 0600)) {
            if (entry.fragments().isEmpty()) {
                copy(content, file, entry.storedSize());
            } else {
                for (TarEntry.Fragment fragment : entry.fragments()) {
                    file.seek(fragment.offset());
                    copy(content, file, fragment.length());
                }
            }
            if (entry.size() != entry.storedSize()) {
                file.truncate(entry.size());
            }
            done = true;
        } finally {
            if (!done && dir.statIfPresent(name) != null) {
                dir.unlink(name);
            }
        }
        bytes += entry.size();
    }

    private void copy(InputStream content, NativeFile file, long length) throws IOException {
        long left = length;
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new InvalidArgumentException("archive is truncated");
            }
            file.write(buffer, 0, read);
            left -= read;
        }
    }

    private void makeSymlink(RootDir dir, List<String> path, TarEntry entry) {
        if (entry.linkName().isEmpty() || entry.linkName().indexOf('\0') >= 0) {
            throw new InvalidArgumentException("archive has a link to nothing: " + TarPath.shown(entry.name()));
        }
        dir.symlink(entry.linkName(), path.getLast());
        bytes += entry.linkName().getBytes(StandardCharsets.UTF_8).length;
        if (shared != null && links.size() < MAX_LINKS) {
            links.add(Inode.of(dir.stat(path.getLast())));
        }
    }

    private void link(DirectoryCursor cursor, List<String> path, TarEntry entry) throws IOException {
        List<String> target = TarPath.split(entry.linkName());
        if (target.isEmpty()) {
            throw new InvalidArgumentException("archive has a link to nothing: " + TarPath.shown(entry.name()));
        }
        FileStat found = root.statIfPresent(TarPath.join(target));
        if (found == null || Overlays.isWhiteout(found)) {
            copyUp(cursor, target, entry);
        } else if (found.isDirectory()) {
            throw new InvalidArgumentException("archive has a hard link to a directory: " + TarPath.shown(entry.name()));
        }
        if (!target.equals(path)) {
            RootDir dir = cursor.enter(path.subList(0, path.size() - 1));
            clear(dir, path.getLast());
            root.link(TarPath.join(target), dir, path.getLast());
        }
    }

    /** Copies a file of a lower layer into this one, so that a hard link to it can be made. */
    private void copyUp(DirectoryCursor cursor, List<String> path, TarEntry link) throws IOException {
        Optional<LowerTrees.Found> found = lower.find(path).filter(file -> file.stat().isRegularFile());
        if (found.isEmpty()) {
            throw new InvalidArgumentException("archive has a hard link to a file that is not there: "
                    + TarPath.shown(link.name()) + " to " + TarPath.shown(link.linkName()));
        }
        FileStat stat = found.get().stat();
        RootDir dir = cursor.enter(path.subList(0, path.size() - 1));
        try (NativeFile from = found.get().tree().open(TarPath.join(path), RootDir.O_RDONLY, 0);
                NativeFile to = dir.open(path.getLast(), RootDir.O_WRONLY | RootDir.O_CREAT | RootDir.O_EXCL, 0600);
                InputStream content = from.in()) {
            copy(content, to, stat.size());
        }
        attributes.copy(found.get().tree(), TarPath.join(path), stat, dir, path.getLast());
        dir.setTimes(path.getLast(), stat.modified(), stat.modified());
    }

    private void applyWhiteout(DirectoryCursor cursor, List<String> path) {
        String name = path.getLast();
        List<String> parent = path.subList(0, path.size() - 1);
        if (name.equals(OPAQUE)) {
            Overlays.makeOpaque(cursor.enter(parent), ".");
            return;
        }
        if (name.startsWith(WHITEOUT_META)) {
            return;
        }
        String hidden = name.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new InvalidArgumentException("archive has a whiteout of nothing: " + TarPath.shown(String.join("/", path)));
        }
        RootDir dir = cursor.enter(parent);
        FileStat found = dir.statIfPresent(hidden);
        if (found == null) {
            Overlays.makeWhiteout(dir, hidden);
        } else if (found.isDirectory()) {
            // A whiteout speaks of lower layers only: what this layer brought stays and hides them.
            Overlays.makeOpaque(dir, hidden);
        }
    }

    private final class Passage implements DirectoryCursor.Obstacles {

        /** Makes a directory that the archive takes for granted, as the layers below have it. */
        @Override
        public void make(RootDir dir, List<String> path, String name, @Nullable FileStat found) {
            if (found != null && !(whiteouts == Whiteouts.OVERLAY && Overlays.isWhiteout(found))) {
                throw new InvalidArgumentException("archive has a path below a file: " + TarPath.shown(TarPath.join(path)));
            }
            makeDirectory(dir, name);
            Optional<LowerTrees.Found> below =
                    found == null ? lower.find(path).filter(file -> file.stat().isDirectory()) : Optional.empty();
            if (below.isPresent()) {
                attributes.copy(below.get().tree(), TarPath.join(path), below.get().stat(), dir, name);
                dir.setTimes(name, below.get().stat().modified(), below.get().stat().modified());
            } else {
                dir.chmod(name, 0755);
            }
        }

        @Override
        public RootDir follow(List<String> path, FileStat link) {
            if (shared == null || links.contains(Inode.of(link)) || links.size() >= MAX_LINKS) {
                throw new InvalidArgumentException("archive has a path through a link: " + TarPath.shown(TarPath.join(path)));
            }
            return shared.follow(TarPath.join(path));
        }
    }

    private static void clear(RootDir dir, String name) {
        FileStat found = dir.statIfPresent(name);
        if (found == null) {
            return;
        }
        if (found.isDirectory()) {
            TreeRemoval.remove(dir, name);
        } else {
            dir.unlink(name);
        }
    }

    private static RuntimeException failure(TarEntry entry, NativeException e) {
        String where = TarPath.shown(entry.name());
        return switch (e.errno()) {
            case Errno.EROFS -> new ForbiddenException("write " + where + ": " + Errno.text(e.errno()), e);
            case Errno.ENOSPC, Errno.EDQUOT -> new DiskFullException("write " + where + ": no space left on device", e);
            case Errno.ELOOP, Errno.EXDEV, Errno.ENOTDIR, Errno.EISDIR, Errno.ENAMETOOLONG, Errno.EMLINK, Errno.EINVAL, Errno.EEXIST ->
                new InvalidArgumentException("archive has an entry that cannot be made: " + where + ": " + e.getMessage(), e);
            default -> new InternalException("unpack " + where + ": " + e.getMessage() + " (" + Errno.text(e.errno()) + ")", e);
        };
    }
}
