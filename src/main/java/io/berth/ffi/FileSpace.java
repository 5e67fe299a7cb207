package io.berth.ffi;

import java.nio.file.Path;

/** Disk space for a file before it is needed. */
public final class FileSpace {

    private FileSpace() {}

    /**
     * Takes disk space for a file that exists; its size stays. Writing there needs no further space, however full the disk is then.
     *
     * @param file a regular file, no link
     * @param offset first byte
     * @param length in bytes
     * @throws NativeException ENOSPC when there is not as much; EOPNOTSUPP when the file system cannot do it
     */
    public static void take(Path file, long offset, long length) {
        var error = new NativeError();
        error.check(Native.library().berth_preallocate(FileNames.terminated(file.toString()), offset, length, error.buffer()));
    }

    /**
     * Makes a part of a file read as zeros and keeps its disk space.
     *
     * @return false when the file system cannot do it (tmpfs)
     */
    public static boolean clear(Path file, long offset, long length) {
        var error = new NativeError();
        int result = Native.library().berth_zero_range(FileNames.terminated(file.toString()), offset, length, error.buffer());
        return result != -Errno.EOPNOTSUPP && error.check(result) == 0;
    }
}
