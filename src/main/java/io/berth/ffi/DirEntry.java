package io.berth.ffi;

/**
 * A name in a directory.
 *
 * @param type a {@code DT_} value of {@code readdir}, 0 when the file system does not tell
 */
public record DirEntry(String name, int type, long inode) {}
