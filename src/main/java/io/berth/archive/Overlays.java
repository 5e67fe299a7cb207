package io.berth.archive;

import io.berth.ffi.FileStat;
import io.berth.ffi.RootDir;

/**
 * How overlay keeps that something of a lower layer is gone.
 *
 * <p>Source: Linux, Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
 */
final class Overlays {

    static final String OPAQUE = "trusted.overlay.opaque";
    static final String ATTRIBUTES = "trusted.overlay.";
    static final String USER_ATTRIBUTES = "user.overlay.";

    private static final byte[] YES = {'y'};

    private Overlays() {}

    static boolean isWhiteout(FileStat stat) {
        return stat.type() == FileStat.S_IFCHR && stat.specialMajor() == 0 && stat.specialMinor() == 0;
    }

    static void makeWhiteout(RootDir dir, String name) {
        dir.mknod(name, FileStat.S_IFCHR, 0, 0);
    }

    static boolean isOpaque(RootDir dir, String path) {
        byte[] value = dir.getXattr(path, OPAQUE);
        return value != null && value.length == 1 && value[0] == 'y';
    }

    static void makeOpaque(RootDir dir, String path) {
        dir.setXattr(path, OPAQUE, YES);
    }
}
