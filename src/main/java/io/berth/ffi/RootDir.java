package io.berth.ffi;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory below which files are touched, and the only way to touch files of images, containers and volumes: what is
 * resolved never leaves it. Unless a method says otherwise paths are relative, resolved beneath the directory
 * ({@code openat2} with {@code RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_MAGICLINKS}: no link is followed anywhere,
 * {@code ELOOP} where one is met, {@code EXDEV} where it would leave), and the last part of a path is the thing itself, never
 * what it points to. The path {@code "."} is the directory itself.
 *
 * <p>Names are bytes: characters are written as UTF-8, and the lone surrogates U+DC80 to U+DCFF as the bytes 0x80 to 0xff,
 * which is also how names that are not UTF-8 are read. Failures are {@link NativeException}. Safe for use by many threads.
 */
public final class RootDir implements AutoCloseable {

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_DIRECTORY = 0200000;
    public static final int O_NOFOLLOW = 0400000;
    public static final int O_NOATIME = 01000000;
    public static final int O_PATH = 010000000;

    public static final int RENAME_NOREPLACE = 1;
    public static final int RENAME_EXCHANGE = 2;

    /** Opens a directory of the engine itself by its path on the host; its links are followed. */
    public static RootDir open(Path path) {
        throw new UnsupportedOperationException();
    }

    public Fd fd() {
        throw new UnsupportedOperationException();
    }

    /** A directory below as a root of its own. The caller closes it. */
    public RootDir openDir(String path) {
        throw new UnsupportedOperationException();
    }

    /** Opens a file; {@code flags} are {@code O_} constants, {@code O_CLOEXEC|O_NOFOLLOW} always added. */
    public NativeFile open(String path, int flags, int mode) {
        throw new UnsupportedOperationException();
    }

    /** Opens a file with links resolved as a process would that had this directory as its root. */
    public NativeFile openInRoot(String path, int flags, int mode) {
        throw new UnsupportedOperationException();
    }

    /** A directory as a root of its own, links resolved as a process would that had this directory as its root. */
    public RootDir openDirInRoot(String path) {
        throw new UnsupportedOperationException();
    }

    /** The mode is set as given; the umask does not count. */
    public void mkdir(String path, int mode) {
        throw new UnsupportedOperationException();
    }

    public void unlink(String path) {
        throw new UnsupportedOperationException();
    }

    public void rmdir(String path) {
        throw new UnsupportedOperationException();
    }

    public void symlink(String target, String path) {
        throw new UnsupportedOperationException();
    }

    /** A second name for the file at {@code existing}, itself a link or not. */
    public void link(String existing, String path) {
        throw new UnsupportedOperationException();
    }

    /** {@code typeAndMode} is one of the {@code S_IF} constants with permission bits; the umask does not count. */
    public void mknod(String path, int typeAndMode, int major, int minor) {
        throw new UnsupportedOperationException();
    }

    /** {@code flags} are {@code RENAME_} constants. */
    public void rename(String from, RootDir toDir, String to, int flags) {
        throw new UnsupportedOperationException();
    }

    /** Fails with {@code EOPNOTSUPP} on a symbolic link. */
    public void chmod(String path, int mode) {
        throw new UnsupportedOperationException();
    }

    public void chown(String path, long uid, long gid) {
        throw new UnsupportedOperationException();
    }

    public void setTimes(String path, Instant accessed, Instant modified) {
        throw new UnsupportedOperationException();
    }

    public FileStat stat(String path) {
        throw new UnsupportedOperationException();
    }

    /** As {@link #stat}; null when there is no such file ({@code ENOENT}). */
    public @Nullable FileStat statIfPresent(String path) {
        throw new UnsupportedOperationException();
    }

    public String readlink(String path) {
        throw new UnsupportedOperationException();
    }

    public List<String> listXattrs(String path) {
        throw new UnsupportedOperationException();
    }

    /** Null when the file has no such attribute. */
    public byte @Nullable [] getXattr(String path, String name) {
        throw new UnsupportedOperationException();
    }

    public void setXattr(String path, String name, byte[] value) {
        throw new UnsupportedOperationException();
    }

    /** Names in the directory, without {@code .} and {@code ..}, in the order of the file system. */
    public List<DirEntry> list(String path) {
        throw new UnsupportedOperationException();
    }

    /** {@code syncfs}: all of the file system on which the directory is. */
    public void syncFileSystem() {
        throw new UnsupportedOperationException();
    }

    /** {@code fsync} of the directory itself: its names are durable. */
    public void sync() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
