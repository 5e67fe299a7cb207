package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.NativeFile;
import io.berth.ffi.RootDir;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Copies trees that strangers made, with owners, permissions, attributes, times, hard links and holes; no link is followed on either
 * side, and only regular files are opened. Others may be at work in the tree that is read: what vanishes meanwhile is left out; sockets
 * always are. Nobody else may reach the tree that is made. Where the file system can, files share their blocks until one of them is written.
 */
public final class TreeCopy {

    private static final int CHUNK = 256 * 1024;
    private static final int MAX_DEPTH = 1024;

    private final RootDir top;
    private final LongConsumer copied;
    private final EntryAttributes attributes = new EntryAttributes();
    private final Map<Inode, String> firstNames = new HashMap<>();
    private final byte[] buffer = new byte[CHUNK];
    private boolean sharesBlocks = true;

    private TreeCopy(RootDir top, LongConsumer copied) {
        this.top = top;
        this.copied = copied;
    }

    /** Copies what is in {@code from} into {@code to}, which is an empty directory and gets the owner and permissions of {@code from}. */
    public static void contents(RootDir from, RootDir to) {
        contents(from, to, bytes -> { });
    }

    /** As above. @param copied is told of each few bytes that were copied, and may end the copy by throwing */
    public static void contents(RootDir from, RootDir to, LongConsumer copied) {
        new TreeCopy(to, copied).copyInside(from, to, "", 0);
    }

    /**
     * Gives a file with other content what belongs to another one beside owner and permissions: its attributes and access lists. Not its
     * capabilities, which a change of content takes away.
     */
    public static void labels(RootDir from, String name, RootDir to, String toName) {
        EntryAttributes.read(from, name).forEach((key, value) -> {
            if (!key.startsWith("security.")) {
                to.setXattr(toName, key, value);
            }
        });
    }

    private void copyInside(RootDir from, RootDir to, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidArgumentException("folders more than " + MAX_DEPTH + " deep");
        }
        for (DirEntry entry : from.list(".")) {
            copyIfThere(from, to, entry.name(), path.isEmpty() ? entry.name() : path + "/" + entry.name(), depth);
        }
        FileStat stat = from.stat(".");
        attributes.copy(from, ".", stat, to, ".");
        to.setTimes(".", stat.accessed(), stat.modified());
    }

    private void copyIfThere(RootDir from, RootDir to, String name, String path, int depth) {
        try {
            copyEntry(from, to, name, path, depth);
        } catch (NativeException e) {
            if (!TreePacker.hasChanged(e)) {
                throw e;
            }
            TreeRemoval.remove(to, name);
        }
    }

    private void copyEntry(RootDir from, RootDir to, String name, String path, int depth) {
        copied.accept(0);
        FileStat stat = from.stat(name);
        if (stat.isDirectory()) {
            try (RootDir fromInside = from.openDir(name)) {
                to.mkdir(name, 0700);
                try (RootDir toInside = to.openDir(name)) {
                    copyInside(fromInside, toInside, path, depth + 1);
                }
            }
            return;
        }
        var first = stat.links() > 1 ? firstNames.get(Inode.of(stat)) : null;
        if (first != null) {
            top.link(first, path);
            return;
        }
        switch (stat.type()) {
            case FileStat.S_IFREG -> copyContent(from, to, name);
            case FileStat.S_IFLNK -> to.symlink(from.readlink(name), name);
            // A socket is of use to the process that made it alone.
            case FileStat.S_IFSOCK -> {
                return;
            }
            default -> to.mknod(name, stat.mode(), stat.specialMajor(), stat.specialMinor());
        }
        attributes.copy(from, name, stat, to, name);
        to.setTimes(name, stat.accessed(), stat.modified());
        if (stat.links() > 1) {
            firstNames.put(Inode.of(stat), path);
        }
    }

    private void copyContent(RootDir from, RootDir to, String name) {
        try (NativeFile in = openRegular(from, name);
                NativeFile out = to.open(name, RootDir.O_WRONLY | RootDir.O_CREAT | RootDir.O_EXCL, 0600)) {
            // Of the open file: the name may lead to another by now.
            long size = in.stat().size();
            if (isCloned(in, out, size)) {
                return;
            }
            for (long at = in.seekData(0); at >= 0 && at < size; at = in.seekData(at)) {
                long end = Math.min(in.seekHole(at), size);
                in.seek(at);
                out.seek(at);
                while (at < end) {
                    int read = in.read(buffer, 0, (int) Math.min(buffer.length, end - at));
                    if (read < 0) {
                        break;
                    }
                    out.write(buffer, 0, read);
                    copied.accept(read);
                    at += read;
                }
                if (at < end) {
                    break;
                }
            }
            out.truncate(size);
        }
    }

    /** A file system that cannot is not asked for each file. */
    private boolean isCloned(NativeFile in, NativeFile out, long size) {
        if (sharesBlocks && size > 0) {
            sharesBlocks = out.cloneContent(in);
            if (sharesBlocks) {
                copied.accept(size);
                return true;
            }
        }
        return false;
    }

    private static NativeFile openRegular(RootDir from, String name) {
        try {
            return from.openRegular(name);
        } catch (NativeException e) {
            // It was a regular file a moment ago: as gone as what was removed.
            throw e.errno() == Errno.EINVAL ? new NativeException(Errno.ENOENT, name + " was replaced") : e;
        }
    }
}
