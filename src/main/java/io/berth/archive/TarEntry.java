package io.berth.archive;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One member of a tar archive, as its headers say; nothing of it is to be trusted. Bytes of names that are not UTF-8 are kept
 * as the lone surrogates U+DC80 to U+DCFF.
 *
 * <p>Source: POSIX.1-2024, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar, "Basic Tar Format".
 *
 * @param name the path as written in the archive, without a slash at its end
 * @param linkName the target of a link, else empty
 * @param mode permission bits incl. setuid, setgid and sticky
 * @param size bytes of the file; with holes the bytes that it will have
 * @param storedSize bytes of it that are in the archive
 * @param fragments where the stored bytes go when the file has holes; empty when it has none
 * @param xattrs extended attributes by name
 */
public record TarEntry(
        Type type,
        String name,
        String linkName,
        int mode,
        long uid,
        long gid,
        long size,
        long storedSize,
        List<Fragment> fragments,
        Instant modified,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> xattrs) {

    /** What a member is. */
    public enum Type {
        FILE('0'),
        HARD_LINK('1'),
        SYMLINK('2'),
        CHARACTER_DEVICE('3'),
        BLOCK_DEVICE('4'),
        DIRECTORY('5'),
        FIFO('6');

        private final char flag;

        Type(char flag) {
            this.flag = flag;
        }

        char flag() {
            return flag;
        }
    }

    /** A part of a file with holes: where it begins in the file and how long it is. */
    public record Fragment(long offset, long length) {}

    public TarEntry {
        fragments = List.copyOf(fragments);
        xattrs = Map.copyOf(xattrs);
    }

    /** A regular file of {@code size} bytes, owned by root, last changed at {@code modified}. */
    public static TarEntry file(String name, int mode, long size, Instant modified) {
        return new TarEntry(Type.FILE, name, "", mode, 0, 0, size, size, List.of(), modified, 0, 0, Map.of());
    }

    /** A directory owned by root. */
    public static TarEntry directory(String name, int mode, Instant modified) {
        return new TarEntry(Type.DIRECTORY, name, "", mode, 0, 0, 0, 0, List.of(), modified, 0, 0, Map.of());
    }

    /** A symbolic link owned by root. */
    public static TarEntry symlink(String name, String target, Instant modified) {
        return new TarEntry(Type.SYMLINK, name, target, 0777, 0, 0, 0, 0, List.of(), modified, 0, 0, Map.of());
    }

    TarEntry ownedBy(long newUid, long newGid) {
        return new TarEntry(type, name, linkName, mode, newUid, newGid, size, storedSize, fragments, modified, deviceMajor, deviceMinor,
                xattrs);
    }

    public boolean isDirectory() {
        return type == Type.DIRECTORY;
    }

    public boolean isFile() {
        return type == Type.FILE;
    }
}
