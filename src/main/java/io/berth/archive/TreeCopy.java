package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies trees that strangers made, with owners, permissions, attributes, times, hard links and holes; no link is followed on either side.
 */
public final class TreeCopy {

    private static final int CHUNK = 256 * 1024;
    private static final int MAX_DEPTH = 1024;

    private final RootDir top;
    private final EntryAttributes attributes = new EntryAttributes();
    private final Map<Inode, String> firstNames = new HashMap<>();
    private final byte[] buffer = new byte[CHUNK];

    private TreeCopy(RootDir top) {
        this.top = top;
    }

    /** Copies what is in {@code from} into {@code to}, which is an empty directory and gets the owner and permissions of {@code from}. */
    public static void contents(RootDir from, RootDir to) {
        new TreeCopy(to).copyInside(from, to, "", 0);
    }

    private void copyInside(RootDir from, RootDir to, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidArgumentException("folders more than " + MAX_DEPTH + " deep");
        }
        for (DirEntry entry : from.list(".")) {
            copyEntry(from, to, entry.name(), path.isEmpty() ? entry.name() : path + "/" + entry.name(), depth);
        }
        FileStat stat = from.stat(".");
        attributes.copy(from, ".", stat, to, ".");
        to.setTimes(".", stat.accessed(), stat.modified());
    }

    private void copyEntry(RootDir from, RootDir to, String name, String path, int depth) {
        FileStat stat = from.stat(name);
        if (stat.isDirectory()) {
            to.mkdir(name, 0700);
            try (RootDir fromInside = from.openDir(name); RootDir toInside = to.openDir(name)) {
                copyInside(fromInside, toInside, path, depth + 1);
            }
            return;
        }
        if (stat.links() > 1) {
            var first = firstNames.putIfAbsent(Inode.of(stat), path);
            if (first != null) {
                top.link(first, path);
                return;
            }
        }
        switch (stat.type()) {
            case FileStat.S_IFREG -> copyContent(from, to, name, stat);
            case FileStat.S_IFLNK -> to.symlink(from.readlink(name), name);
            // A socket is of use to the process that made it alone.
            case FileStat.S_IFSOCK -> {
                return;
            }
            default -> to.mknod(name, stat.mode(), stat.specialMajor(), stat.specialMinor());
        }
        attributes.copy(from, name, stat, to, name);
        to.setTimes(name, stat.accessed(), stat.modified());
    }

    private void copyContent(RootDir from, RootDir to, String name, FileStat stat) {
        try (NativeFile in = from.open(name, RootDir.O_RDONLY | RootDir.O_NONBLOCK, 0);
                NativeFile out = to.open(name, RootDir.O_WRONLY | RootDir.O_CREAT | RootDir.O_EXCL, 0600)) {
            for (long at = in.seekData(0); at >= 0 && at < stat.size(); at = in.seekData(at)) {
                long end = Math.min(in.seekHole(at), stat.size());
                in.seek(at);
                out.seek(at);
                while (at < end) {
                    int read = in.read(buffer, 0, (int) Math.min(buffer.length, end - at));
                    if (read < 0) {
                        break;
                    }
                    out.write(buffer, 0, read);
                    at += read;
                }
                if (at < end) {
                    break;
                }
            }
            out.truncate(stat.size());
        }
    }
}
