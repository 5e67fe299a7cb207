package io.berth.ffi;

import java.io.InputStream;
import java.io.OutputStream;

/** An open regular file below a {@link RootDir}, with its position. For one thread; owns its descriptor. */
public final class NativeFile implements AutoCloseable {

    /** The descriptor; closed with this file. */
    public Fd fd() {
        throw new UnsupportedOperationException();
    }

    /** Reads at the position; -1 at the end. */
    public int read(byte[] buffer, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /** Writes all of it at the position. */
    public void write(byte[] buffer, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    /** Sets the position; bytes never written read as zeros and take no space. */
    public void seek(long position) {
        throw new UnsupportedOperationException();
    }

    /** The start of the next data at or after {@code position}; -1 when there is only a hole up to the end. */
    public long seekData(long position) {
        throw new UnsupportedOperationException();
    }

    /** The start of the next hole at or after {@code position}; the end of the file counts as one. */
    public long seekHole(long position) {
        throw new UnsupportedOperationException();
    }

    public void truncate(long size) {
        throw new UnsupportedOperationException();
    }

    /** {@code fsync}. */
    public void sync() {
        throw new UnsupportedOperationException();
    }

    public FileStat stat() {
        throw new UnsupportedOperationException();
    }

    /** Reads from the position on; closing the stream does not close the file. */
    public InputStream in() {
        throw new UnsupportedOperationException();
    }

    /** Writes from the position on; closing the stream does not close the file. */
    public OutputStream out() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
