package io.berth.archive;

import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.HashSet;
import java.util.Set;

/**
 * What a tree takes on disk.
 *
 * @param bytes blocks in use, hard links counted once
 * @param inodes files, folders and links, hard links counted once
 */
public record TreeUsage(long bytes, long inodes) {

    private static final int BLOCK = 512;
    /** Deeper trees are possible; what lies below this is not worth a descriptor for each level. */
    private static final int MAX_DEPTH = 256;

    /** Sums up a tree in which others may be at work. The root itself is not counted. */
    public static TreeUsage of(RootDir root) {
        var sum = new Sum();
        sum.walk(root, 0);
        return new TreeUsage(sum.bytes, sum.inodes);
    }

    private static final class Sum {

        private final Set<Inode> seen = new HashSet<>();
        private long bytes;
        private long inodes;

        private void walk(RootDir dir, int depth) {
            for (DirEntry entry : dir.list(".")) {
                try {
                    FileStat stat = dir.stat(entry.name());
                    if (stat.isDirectory() || stat.links() == 1 || seen.add(Inode.of(stat))) {
                        bytes += stat.blocks() * BLOCK;
                        inodes++;
                    }
                    if (stat.isDirectory() && depth < MAX_DEPTH) {
                        try (RootDir inside = dir.openDir(entry.name())) {
                            walk(inside, depth + 1);
                        }
                    }
                } catch (NativeException e) {
                    if (!TreePacker.hasChanged(e)) {
                        throw e;
                    }
                }
            }
        }
    }
}
