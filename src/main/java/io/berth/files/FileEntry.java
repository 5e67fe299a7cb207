package io.berth.files;

import io.berth.ffi.FileStat;
import io.berth.ffi.RootDir;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file as people look at it.
 *
 * @param name bytes of it that are not UTF-8 are shown as U+FFFD: such a file is reached through its folder only
 * @param size in bytes; of a link that of its target's name
 * @param mode permissions with setuid, setgid and sticky
 * @param target of a symbolic link, as it is written there; null for all others
 */
public record FileEntry(String name, Type type, long size, int mode, long uid, long gid, Instant modified, @Nullable String target) {

    /** What a file is. */
    public enum Type {
        FILE, FOLDER, LINK, FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE;

        static Type of(FileStat stat) {
            return switch (stat.type()) {
                case FileStat.S_IFREG -> FILE;
                case FileStat.S_IFDIR -> FOLDER;
                case FileStat.S_IFLNK -> LINK;
                case FileStat.S_IFIFO -> FIFO;
                case FileStat.S_IFSOCK -> SOCKET;
                case FileStat.S_IFCHR -> CHARACTER_DEVICE;
                case FileStat.S_IFBLK -> BLOCK_DEVICE;
                default -> throw new IllegalStateException("the kernel has no such type: " + stat.type());
            };
        }
    }

    static FileEntry of(RootDir folder, String name, FileStat stat) {
        return new FileEntry(shown(name), Type.of(stat), stat.size(), stat.permissions(), stat.uid(), stat.gid(), stat.modified(),
                stat.isSymlink() ? shown(folder.readlink(name)) : null);
    }

    /**
     * A word that is another one when the content is: the time of change, the size, and the inode, since the kernel's clock for files goes on by
     * some milliseconds at a time, and who replaces a file has another one.
     */
    static String version(FileStat stat) {
        return Long.toHexString(stat.modified().getEpochSecond()) + "-" + Integer.toHexString(stat.modified().getNano()) + "-"
                + Long.toHexString(stat.size()) + "-" + Long.toHexString(stat.inode());
    }

    /** What is no Unicode cannot travel as JSON. */
    static String shown(String name) {
        return name.replaceAll("\\p{Cs}", "\uFFFD");
    }
}
