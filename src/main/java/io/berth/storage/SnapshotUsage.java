package io.berth.storage;

/**
 * What a file tree takes on disk.
 *
 * @param bytes blocks in use, hard links counted once
 * @param inodes files, folders and links, hard links counted once
 */
public record SnapshotUsage(long bytes, long inodes) {

    public SnapshotUsage plus(SnapshotUsage other) {
        return new SnapshotUsage(bytes + other.bytes, inodes + other.inodes);
    }
}
