package io.berth.archive;

/**
 * What an unpacking made.
 *
 * @param bytes the sizes of all regular files
 */
public record UnpackedTree(long entries, long bytes) {}
