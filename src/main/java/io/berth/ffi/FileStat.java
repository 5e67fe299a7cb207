package io.berth.ffi;

import io.berth.instance.IdMap;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows about a file; links are not followed.
 *
 * @param mode type and permission bits: {@code S_IFMT} and below
 * @param blocks blocks of 512 bytes in use
 * @param specialMajor major number of the device that the file is, else 0
 */
public record FileStat(long device, long inode, int mode, int links, long uid, long gid, long size, long blocks,
        int specialMajor, int specialMinor, Instant modified, Instant accessed) {

    public static final int S_IFMT = 0170000;
    public static final int S_IFSOCK = 0140000;
    public static final int S_IFLNK = 0120000;
    public static final int S_IFREG = 0100000;
    public static final int S_IFBLK = 0060000;
    public static final int S_IFDIR = 0040000;
    public static final int S_IFCHR = 0020000;
    public static final int S_IFIFO = 0010000;

    /** How many numbers the native call gives. */
    static final int FIELDS = 14;

    /** In the order of the native call. @param ids by which the owner is seen; null: the host's */
    static FileStat of(long[] fields, @Nullable IdMap ids) {
        long uid = ids == null ? fields[4] : ids.innerUser(fields[4]);
        long gid = ids == null ? fields[5] : ids.innerGroup(fields[5]);
        return new FileStat(fields[0], fields[1], (int) fields[2], (int) fields[3], uid, gid, fields[6], fields[7],
                (int) fields[8], (int) fields[9], Instant.ofEpochSecond(fields[10], fields[11]),
                Instant.ofEpochSecond(fields[12], fields[13]));
    }

    /** One of the {@code S_IF} constants. */
    public int type() {
        return mode & S_IFMT;
    }

    /** Permission bits with setuid, setgid and sticky. */
    public int permissions() {
        return mode & 07777;
    }

    public boolean isDirectory() {
        return type() == S_IFDIR;
    }

    public boolean isRegularFile() {
        return type() == S_IFREG;
    }

    public boolean isSymlink() {
        return type() == S_IFLNK;
    }
}
