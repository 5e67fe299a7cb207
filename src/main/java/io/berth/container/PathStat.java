package io.berth.container;

import io.berth.ffi.FileStat;
import java.time.Instant;

/**
 * A file in a container: {@code X-Docker-Container-Path-Stat} of the Docker Engine API.
 *
 * @param mode in the bits of Go's {@code os.FileMode}, which are not those of stat(2)
 * @param linkTarget of a symbolic link the absolute path in the container to which it leads in the end; else empty
 */
public record PathStat(String name, long size, long mode, Instant mtime, String linkTarget) {

    private static final long DIRECTORY = 1L << 31;
    private static final long SYMLINK = 1L << 27;
    private static final long DEVICE = 1L << 26;
    private static final long NAMED_PIPE = 1L << 25;
    private static final long SOCKET = 1L << 24;
    private static final long SETUID = 1L << 23;
    private static final long SETGID = 1L << 22;
    private static final long CHARACTER_DEVICE = 1L << 21;
    private static final long STICKY = 1L << 20;

    static PathStat of(String name, FileStat stat, String linkTarget) {
        return new PathStat(name, stat.size(), goMode(stat), stat.modified(), linkTarget);
    }

    private static long goMode(FileStat stat) {
        int mode = stat.mode();
        return mode & 0777
                | switch (stat.type()) {
                    case FileStat.S_IFDIR -> DIRECTORY;
                    case FileStat.S_IFLNK -> SYMLINK;
                    case FileStat.S_IFBLK -> DEVICE;
                    case FileStat.S_IFCHR -> DEVICE | CHARACTER_DEVICE;
                    case FileStat.S_IFIFO -> NAMED_PIPE;
                    case FileStat.S_IFSOCK -> SOCKET;
                    default -> 0;
                }
                | ((mode & 04000) == 0 ? 0 : SETUID) | ((mode & 02000) == 0 ? 0 : SETGID) | ((mode & 01000) == 0 ? 0 : STICKY);
    }
}
