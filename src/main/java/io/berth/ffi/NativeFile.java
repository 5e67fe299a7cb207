package io.berth.ffi;

import io.berth.instance.IdMap;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** An open regular file below a {@link RootDir}, with its position. For one thread; owns its descriptor. */
public final class NativeFile implements AutoCloseable {

    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final LibBerth library = Native.library();
    private final Fd fd;
    private final @Nullable IdMap ids;

    NativeFile(Fd fd, @Nullable IdMap ids) {
        this.fd = fd;
        this.ids = ids;
    }

    /** The descriptor; closed with this file. */
    public Fd fd() {
        return fd;
    }

    /** Reads at the position; -1 at the end. */
    public int read(byte[] buffer, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        var error = new NativeError();
        int read = (int) error.check(
                library.berth_read(fd.number(), ByteBuffer.wrap(buffer, offset, length), length, error.buffer()));
        return read == 0 ? -1 : read;
    }

    /** Writes all of it at the position. */
    public void write(byte[] buffer, int offset, int length) {
        var error = new NativeError();
        error.check(library.berth_write(fd.number(), ByteBuffer.wrap(buffer, offset, length), length, error.buffer()));
    }

    /** Sets the position; bytes never written read as zeros and take no space. */
    public void seek(long position) {
        var error = new NativeError();
        error.check(library.berth_lseek(fd.number(), position, SEEK_SET, error.buffer()));
    }

    /** The start of the next data at or after {@code position}; -1 when there is only a hole up to the end. */
    public long seekData(long position) {
        var error = new NativeError();
        long found = library.berth_lseek(fd.number(), position, SEEK_DATA, error.buffer());
        return found == -Errno.ENXIO ? -1 : error.check(found);
    }

    /** The start of the next hole at or after {@code position}; the end of the file counts as one. */
    public long seekHole(long position) {
        var error = new NativeError();
        return error.check(library.berth_lseek(fd.number(), position, SEEK_HOLE, error.buffer()));
    }

    /** Has what {@code from} has, by sharing its blocks; false where the file system cannot do that with these two. */
    public boolean cloneContent(NativeFile from) {
        var error = new NativeError();
        return error.check(library.berth_clone_content(fd.number(), from.fd.number(), error.buffer())) == 1;
    }

    public void truncate(long size) {
        var error = new NativeError();
        error.check(library.berth_ftruncate(fd.number(), size, error.buffer()));
    }

    /** {@code fsync}. */
    public void sync() {
        var error = new NativeError();
        error.check(library.berth_fsync(fd.number(), error.buffer()));
    }

    public FileStat stat() {
        var error = new NativeError();
        var out = new long[FileStat.FIELDS];
        error.check(library.berth_fstat(fd.number(), out, error.buffer()));
        return FileStat.of(out, ids);
    }

    /** Reads from the position on; closing the stream does not close the file. */
    public InputStream in() {
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return NativeFile.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                return NativeFile.this.read(buffer, offset, length);
            }
        };
    }

    /** Writes from the position on; closing the stream does not close the file. */
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                NativeFile.this.write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] buffer, int offset, int length) {
                NativeFile.this.write(buffer, offset, length);
            }
        };
    }

    @Override
    public void close() {
        fd.close();
    }
}
