package io.berth.archive;

import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.util.HashSet;
import java.util.Set;

/**
 * What a tree takes on disk, and what is in it. Hard links are counted once.
 *
 * @param bytes blocks in use, those of folders included
 * @param inodes files, folders and links
 * @param contentBytes what was written into files and links, without the rest of their last block, holes and folders: as Docker
 *     counts a container's size
 */
public record TreeUsage(long bytes, long inodes, long contentBytes) {

    private static final int BLOCK = 512;
    /** Deeper trees are possible; what lies below this is not worth a descriptor for each level. */
    private static final int MAX_DEPTH = 256;

    /** Sums up a tree in which others may be at work. The root itself is not counted. */
    public static TreeUsage of(RootDir root) {
        var sum = new Sum();
        sum.walk(root, 0);
        return new TreeUsage(sum.bytes, sum.inodes, sum.contentBytes);
    }

    /** What was seen of a tree. @param whole whether that is all of it */
    public record Part(TreeUsage usage, boolean whole) {}

    /** As {@link #of}, of as many files as {@code most}, so that it takes a bounded time whatever the tree is like. */
    public static Part of(RootDir root, long most) {
        var sum = new Sum();
        sum.left = most;
        sum.walk(root, 0);
        return new Part(new TreeUsage(sum.bytes, sum.inodes, sum.contentBytes), sum.left > 0);
    }

    private static final class Sum {

        private long left = Long.MAX_VALUE;

        private final Set<Inode> seen = new HashSet<>();
        private long bytes;
        private long inodes;
        private long contentBytes;

        private void walk(RootDir dir, int depth) {
            for (DirEntry entry : dir.list(".")) {
                if (left-- <= 0) {
                    return;
                }
                try {
                    FileStat stat = dir.stat(entry.name());
                    if (stat.isDirectory() || stat.links() == 1 || seen.add(Inode.of(stat))) {
                        bytes += stat.blocks() * BLOCK;
                        inodes++;
                        // The target of a short link has no block of its own.
                        contentBytes += stat.isDirectory() ? 0 : stat.isSymlink() ? stat.size() : Math.min(stat.size(), stat.blocks() * BLOCK);
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
