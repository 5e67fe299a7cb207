package io.berth.storage;

import io.berth.archive.TreeUsage;
import io.berth.ffi.RootDir;

/**
 * What a file tree takes on disk.
 *
 * @param bytes blocks in use, hard links counted once
 * @param inodes files, folders and links, hard links counted once
 */
public record SnapshotUsage(long bytes, long inodes) {

    static SnapshotUsage of(RootDir tree) {
        var usage = TreeUsage.of(tree);
        return new SnapshotUsage(usage.bytes(), usage.inodes());
    }

    public SnapshotUsage plus(SnapshotUsage other) {
        return new SnapshotUsage(bytes + other.bytes, inodes + other.inodes);
    }
}
