package io.berth.archive;

import io.berth.ffi.FileStat;

/** The identity of a file, whatever its names. */
record Inode(long device, long number) {

    static Inode of(FileStat stat) {
        return new Inode(stat.device(), stat.inode());
    }
}
