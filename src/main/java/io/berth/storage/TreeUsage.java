package io.berth.storage;

import io.berth.ffi.DirEntry;
import io.berth.ffi.Errno;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.HashSet;
import java.util.Set;

/** Sums up what a tree takes on disk while others may be at work in it. */
final class TreeUsage {

    private static final int BLOCK = 512;
    /** Deeper trees are possible; what lies below this is not worth a descriptor for each level. */
    private static final int MAX_DEPTH = 256;

    private final Set<Long> seen = new HashSet<>();
    private long bytes;
    private long inodes;

    private TreeUsage() {}

    static SnapshotUsage of(RootDir root) {
        var usage = new TreeUsage();
        usage.walk(root, 0);
        return new SnapshotUsage(usage.bytes, usage.inodes);
    }

    private void walk(RootDir dir, int depth) {
        for (DirEntry entry : dir.list(".")) {
            try {
                FileStat stat = dir.stat(entry.name());
                if (stat.isDirectory() || stat.links() == 1 || seen.add(stat.inode())) {
                    bytes += stat.blocks() * BLOCK;
                    inodes++;
                }
                if (stat.isDirectory() && depth < MAX_DEPTH) {
                    try (RootDir inside = dir.openDir(entry.name())) {
                        walk(inside, depth + 1);
                    }
                }
            } catch (NativeException e) {
                // Gone or replaced since the directory was read.
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
                    throw e;
                }
            }
        }
    }
}
