package io.berth.ffi;

import io.berth.instance.IdMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory below which files are touched, and the only way to touch files of images, containers and volumes: what is
 * resolved never leaves it. Unless a method says otherwise paths are relative, resolved beneath the directory
 * ({@code openat2} with {@code RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS|RESOLVE_NO_MAGICLINKS}: no link is followed anywhere,
 * {@code ELOOP} where one is met, {@code EXDEV} where it would leave), and the last part of a path is the thing itself, never
 * what it points to. The path {@code "."} is the directory itself.
 *
 * <p>Where it is {@linkplain #seenBy seen by} somebody in a user namespace, owners are those that he sees, and he makes what is made.
 *
 * <p>Names are written and read as in {@link FileNames}. Failures are {@link NativeException}. Safe for use by many threads.
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

    private static final int LIST_BUFFER = 32 * 1024;
    private static final int PACKED_ENTRY = 11;
    private static final int MAX_LINK = 4096;
    private static final int MAX_XATTR = 64 * 1024;

    private final LibBerth library = Native.library();
    private final Fd fd;
    private final @Nullable IdMap ids;

    RootDir(Fd fd) {
        this(fd, null);
    }

    private RootDir(Fd fd, @Nullable IdMap ids) {
        this.fd = fd;
        this.ids = ids;
    }

    /** Opens a directory of the engine itself by its path on the host; its links are followed. */
    public static RootDir open(Path path) {
        var error = new NativeError();
        return new RootDir(new Fd(error.check(Native.library()
                .berth_open_root(FileNames.terminated(path.toString()), error.buffer()))));
    }

    /** The same directory as root of a user namespace with these ids sees it; closed with this one. */
    public RootDir seenBy(IdMap inside) {
        return new RootDir(fd, inside);
    }

    /** The descriptor; closed with this directory. */
    public Fd fd() {
        return fd;
    }

    /** A directory below as a root of its own; {@code ENOTDIR} for anything else, a link among it. The caller closes it. */
    public RootDir openDir(String path) {
        return new RootDir(openFd(path, O_RDONLY | O_DIRECTORY, 0), ids);
    }

    /** Opens a file; {@code flags} are {@code O_} constants, {@code O_CLOEXEC|O_NOFOLLOW} always added. */
    public NativeFile open(String path, int flags, int mode) {
        return new NativeFile(openFd(path, flags, mode), ids);
    }

    private Fd openFd(String path, int flags, int mode) {
        var error = new NativeError();
        return new Fd(error.check(library.berth_open_beneath(fd.number(), bytes(path), flags, mode, maker(), error.buffer())));
    }

    /** Opens a regular file for reading; {@code EINVAL} for anything else, which is not even opened: opening a device has effects. */
    public NativeFile openRegular(String path) {
        var error = new NativeError();
        return new NativeFile(new Fd(error.check(library.berth_open_regular(fd.number(), bytes(path), error.buffer()))), ids);
    }

    /** Sees that a path leads to something within this directory, through links or not; {@code EXDEV} when it leads out. */
    public void requireWithin(String path) {
        var error = new NativeError();
        new Fd(error.check(library.berth_open_within(fd.number(), bytes(path), error.buffer()))).close();
    }

    /** Opens a file with links resolved as a process would that had this directory as its root. */
    public NativeFile openInRoot(String path, int flags, int mode) {
        return new NativeFile(openFdInRoot(path, flags, mode), ids);
    }

    /** A directory as a root of its own, links resolved as a process would that had this directory as its root. */
    public RootDir openDirInRoot(String path) {
        return new RootDir(openFdInRoot(path, O_RDONLY | O_DIRECTORY, 0), ids);
    }

    private Fd openFdInRoot(String path, int flags, int mode) {
        var error = new NativeError();
        return new Fd(error.check(library.berth_open_in_root(fd.number(), bytes(path), flags, mode, error.buffer())));
    }

    /** The mode is set as given; the umask does not count. */
    public void mkdir(String path, int mode) {
        var error = new NativeError();
        error.check(library.berth_mkdirat(fd.number(), bytes(path), mode, maker(), error.buffer()));
    }

    /** Removes anything but a directory. */
    public void unlink(String path) {
        remove(path, 0);
    }

    /** Removes an empty directory. */
    public void rmdir(String path) {
        remove(path, 1);
    }

    private void remove(String path, int isDirectory) {
        var error = new NativeError();
        error.check(library.berth_unlinkat(fd.number(), bytes(path), isDirectory, error.buffer()));
    }

    /** Makes a symbolic link with this content. */
    public void symlink(String target, String path) {
        var error = new NativeError();
        error.check(library.berth_symlinkat(bytes(target), fd.number(), bytes(path), maker(), error.buffer()));
    }

    /** A second name for the file at {@code existing}, itself a link or not. */
    public void link(String existing, String path) {
        link(existing, this, path);
    }

    /** A second name below {@code toDir} for the file at {@code existing}. */
    public void link(String existing, RootDir toDir, String path) {
        var error = new NativeError();
        error.check(library.berth_linkat(fd.number(), bytes(existing), toDir.fd.number(), bytes(path), toDir.maker(), error.buffer()));
    }

    /** {@code typeAndMode} is one of the {@code S_IF} constants with permission bits; the umask does not count. */
    public void mknod(String path, int typeAndMode, int major, int minor) {
        var error = new NativeError();
        error.check(library.berth_mknodat(fd.number(), bytes(path), typeAndMode, major, minor, maker(), error.buffer()));
    }

    /** {@code flags} are {@code RENAME_} constants. */
    public void rename(String from, RootDir toDir, String to, int flags) {
        var error = new NativeError();
        error.check(library.berth_renameat(fd.number(), bytes(from), toDir.fd.number(), bytes(to), flags, toDir.maker(), error.buffer()));
    }

    /** Fails with {@code EOPNOTSUPP} on a symbolic link. */
    public void chmod(String path, int mode) {
        var error = new NativeError();
        error.check(library.berth_chmodat(fd.number(), bytes(path), mode, error.buffer()));
    }

    public void chown(String path, long uid, long gid) {
        var error = new NativeError();
        error.check(library.berth_chownat(fd.number(), bytes(path), ids == null ? uid : ids.hostUser(uid), ids == null ? gid : ids.hostGroup(gid),
                error.buffer()));
    }

    public void setTimes(String path, Instant accessed, Instant modified) {
        var error = new NativeError();
        long[] times = {accessed.getEpochSecond(), accessed.getNano(), modified.getEpochSecond(), modified.getNano()};
        error.check(library.berth_utimensat(fd.number(), bytes(path), times, error.buffer()));
    }

    public FileStat stat(String path) {
        var error = new NativeError();
        var out = new long[FileStat.FIELDS];
        error.check(library.berth_statat(fd.number(), bytes(path), out, error.buffer()));
        return FileStat.of(out, ids);
    }

    /** As {@link #stat}; null when there is no such file ({@code ENOENT}). */
    public @Nullable FileStat statIfPresent(String path) {
        var error = new NativeError();
        var out = new long[FileStat.FIELDS];
        int result = library.berth_statat(fd.number(), bytes(path), out, error.buffer());
        if (result == -Errno.ENOENT) {
            return null;
        }
        error.check(result);
        return FileStat.of(out, ids);
    }

    /** The content of a symbolic link. */
    public String readlink(String path) {
        var error = new NativeError();
        var out = new byte[MAX_LINK];
        long length = error.check(library.berth_readlinkat(fd.number(), bytes(path), out, out.length, error.buffer()));
        return FileNames.decode(out, 0, (int) length);
    }

    /** The names of the extended attributes; none where the file system has no such thing. */
    public List<String> listXattrs(String path) {
        var error = new NativeError();
        var out = new byte[MAX_XATTR];
        long length = library.berth_listxattrat(fd.number(), bytes(path), out, out.length, error.buffer());
        if (length == -Errno.EOPNOTSUPP) {
            return List.of();
        }
        error.check(length);
        var names = new ArrayList<String>();
        int start = 0;
        for (int at = 0; at < length; at++) {
            if (out[at] == 0) {
                names.add(FileNames.decode(out, start, at - start));
                start = at + 1;
            }
        }
        return names;
    }

    /** Null when the file has no such attribute. */
    public byte @Nullable [] getXattr(String path, String name) {
        var error = new NativeError();
        var out = new byte[MAX_XATTR];
        long length = library.berth_getxattrat(fd.number(), bytes(path), bytes(name), out, out.length, error.buffer());
        if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
            return null;
        }
        var value = Arrays.copyOf(out, (int) error.check(length));
        return ids == null ? value : MappedAttributes.inner(ids, name, value);
    }

    public void setXattr(String path, String name, byte[] given) {
        var error = new NativeError();
        byte[] value = ids == null ? given : MappedAttributes.host(ids, name, given);
        error.check(library.berth_setxattrat(fd.number(), bytes(path), bytes(name), value, value.length, error.buffer()));
    }

    /** Names in the directory, without {@code .} and {@code ..}, in the order of the file system. */
    public List<DirEntry> list(String path) {
        var entries = new ArrayList<DirEntry>();
        var out = new byte[LIST_BUFFER];
        ByteBuffer packed = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        try (Fd dir = openFd(path, O_RDONLY | O_DIRECTORY, 0)) {
            while (true) {
                var error = new NativeError();
                int length = (int) error.check(library.berth_read_dir(dir.number(), out, out.length, error.buffer()));
                if (length == 0) {
                    return entries;
                }
                packed.clear().limit(length);
                while (packed.remaining() > PACKED_ENTRY) {
                    int type = packed.get();
                    long inode = packed.getLong();
                    int nameLength = Short.toUnsignedInt(packed.getShort());
                    entries.add(new DirEntry(FileNames.decode(out, packed.position(), nameLength), type, inode));
                    packed.position(packed.position() + nameLength);
                }
            }
        }
    }

    /** {@code syncfs}: all of the file system on which the directory is. */
    public void syncFileSystem() {
        var error = new NativeError();
        error.check(library.berth_syncfs(fd.number(), error.buffer()));
    }

    /** {@code fsync} of the directory itself: its names are durable. */
    public void sync() {
        var error = new NativeError();
        error.check(library.berth_fsync(fd.number(), error.buffer()));
    }

    @Override
    public void close() {
        fd.close();
    }

    private long maker() {
        return Maker.rootOf(ids);
    }

    private static byte[] bytes(String path) {
        return FileNames.terminated(path);
    }
}
