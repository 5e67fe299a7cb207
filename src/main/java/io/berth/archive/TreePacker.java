package io.berth.archive;

import io.berth.archive.TarEntry.Fragment;
import io.berth.archive.TarEntry.Type;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes files as tar entries, with owners, permissions, times, attributes, hard links and holes. Others may be at work in the tree: no
 * link is followed, only regular files are opened, and what vanishes meanwhile is left out; sockets always are. Siblings come in the
 * order of their names. For one thread and one archive.
 */
public final class TreePacker {

    private static final int MAX_DEPTH = 1024;
    /** Fewer bytes in holes are not worth a map of them. */
    private static final long WORTHWHILE_HOLES = 64 * 1024;
    private static final int BLOCK = 512;

    private final TarWriter tar;
    private final Map<Inode, String> firstNames = new HashMap<>();

    public TreePacker(TarWriter tar) {
        this.tar = tar;
    }

    /** Writes {@code name} in {@code dir} as {@code as}, with all that is below it. */
    public void addTree(RootDir dir, String name, String as) throws IOException {
        addTree(dir, name, as, 0);
    }

    /** Writes all that is in {@code dir}, not itself, by relative names. */
    public void addContents(RootDir dir) throws IOException {
        for (DirEntry entry : sorted(dir)) {
            addTree(dir, entry.name(), entry.name(), 1);
        }
    }

    private void addTree(RootDir dir, String name, String as, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidArgumentException("folders more than " + MAX_DEPTH + " deep");
        }
        FileStat added = addOne(dir, name, as);
        if (added != null && added.isDirectory()) {
            try (RootDir inside = openIfPresent(dir, name)) {
                for (DirEntry entry : inside == null ? List.<DirEntry>of() : sorted(inside)) {
                    addTree(inside, entry.name(), below(as, entry.name()), depth + 1);
                }
            }
        }
    }

    /** Writes {@code name} in {@code dir} alone; gives what it is, or null when it was left out. */
    @Nullable FileStat addOne(RootDir dir, String name, String as) throws IOException {
        try {
            FileStat stat = dir.stat(name);
            String first = stat.isDirectory() || stat.links() < 2 ? null : firstNames.get(Inode.of(stat));
            boolean added = true;
            if (first != null) {
                tar.put(entry(Type.HARD_LINK, as, first, stat, Map.of()));
            } else {
                added = addFirst(dir, name, as, stat);
            }
            return added ? stat : null;
        } catch (NativeException e) {
            if (hasChanged(e)) {
                return null;
            }
            throw new IOException("read " + as + ": " + Errno.text(e.errno()), e);
        }
    }

    /** Says that {@code path} of the layers below is gone. Source: OCI image-spec 1.1, layer.md, "Whiteouts". */
    void addWhiteout(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(0, slash + 1) + TreeUnpacker.WHITEOUT + path.substring(slash + 1);
        tar.put(TarEntry.file(name, 0, 0, Instant.EPOCH));
    }

    private boolean addFirst(RootDir dir, String name, String as, FileStat stat) throws IOException {
        Map<String, byte[]> xattrs = EntryAttributes.read(dir, name);
        switch (stat.type()) {
            case FileStat.S_IFREG -> addFile(dir, name, as, xattrs);
            case FileStat.S_IFDIR -> tar.put(entry(Type.DIRECTORY, as, "", stat, xattrs));
            case FileStat.S_IFLNK -> tar.put(entry(Type.SYMLINK, as, dir.readlink(name), stat, xattrs));
            case FileStat.S_IFIFO -> tar.put(entry(Type.FIFO, as, "", stat, xattrs));
            case FileStat.S_IFCHR -> tar.put(entry(Type.CHARACTER_DEVICE, as, "", stat, xattrs));
            case FileStat.S_IFBLK -> tar.put(entry(Type.BLOCK_DEVICE, as, "", stat, xattrs));
            // A socket is of use to the process that made it alone.
            default -> {
                return false;
            }
        }
        if (!stat.isDirectory() && stat.links() > 1) {
            firstNames.put(Inode.of(stat), as);
        }
        return true;
    }

    private void addFile(RootDir dir, String name, String as, Map<String, byte[]> xattrs) throws IOException {
        try (NativeFile file = dir.openRegular(name)) {
            // Of the open file: the name may lead to another by now.
            FileStat stat = file.stat();
            boolean hasHoles = stat.blocks() * BLOCK + WORTHWHILE_HOLES < stat.size();
            List<Fragment> fragments = hasHoles ? fragments(file, stat.size()) : List.of();
            long stored = hasHoles ? fragments.stream().mapToLong(Fragment::length).sum() : stat.size();
            var entry = new TarEntry(Type.FILE, as, "", stat.permissions(), stat.uid(), stat.gid(), stat.size(), stored, fragments,
                    stat.modified(), 0, 0, xattrs);
            tar.put(entry, hasHoles ? new FragmentStream(file, fragments) : file.in());
        } catch (NativeException e) {
            if (e.errno() == Errno.EINVAL) {
                return;
            }
            throw e;
        }
    }

    private static List<Fragment> fragments(NativeFile file, long size) {
        var fragments = new ArrayList<Fragment>();
        for (long at = file.seekData(0); at >= 0 && at < size; at = file.seekData(at)) {
            long end = Math.min(file.seekHole(at), size);
            fragments.add(new Fragment(at, end - at));
            at = end;
        }
        return fragments;
    }

    private static TarEntry entry(Type type, String name, String link, FileStat stat, Map<String, byte[]> xattrs) {
        return new TarEntry(type, name, link, stat.permissions(), stat.uid(), stat.gid(), 0, 0, List.of(), stat.modified(),
                stat.specialMajor(), stat.specialMinor(), xattrs);
    }

    private static @Nullable RootDir openIfPresent(RootDir dir, String name) throws IOException {
        try {
            return dir.openDir(name);
        } catch (NativeException e) {
            if (hasChanged(e)) {
                return null;
            }
            throw new IOException("read " + name + ": " + Errno.text(e.errno()), e);
        }
    }

    /** Gone or replaced since its name was read. */
    static boolean hasChanged(NativeException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP;
    }

    /** The names in a directory in order; none when it is gone. */
    static List<DirEntry> sorted(RootDir dir) {
        var entries = new ArrayList<>(dir.list("."));
        entries.sort(Comparator.comparing(DirEntry::name));
        return entries;
    }

    private static String below(String parent, String name) {
        return parent.isEmpty() || parent.endsWith("/") ? parent + name : parent + "/" + name;
    }

    /** The stored bytes of a file with holes, one fragment after the other. */
    private static final class FragmentStream extends InputStream {

        private final NativeFile file;
        private final List<Fragment> fragments;
        private int next;
        private long left;

        FragmentStream(NativeFile file, List<Fragment> fragments) {
            this.file = file;
            this.fragments = fragments;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            while (left == 0) {
                if (next == fragments.size()) {
                    return -1;
                }
                Fragment fragment = fragments.get(next++);
                file.seek(fragment.offset());
                left = fragment.length();
            }
            int read = file.read(buffer, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }
    }
}
