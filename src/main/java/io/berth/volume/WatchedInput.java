package io.berth.volume;

import io.berth.operation.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells an operation of the bytes that are read, and ends when it is cancelled. Closing it leaves the source open. */
final class WatchedInput extends FilterInputStream {

    private final Progress progress;

    WatchedInput(InputStream in, Progress progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        progress.cancel().throwIfCancelled();
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            progress.read(read);
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() {
        // The body of a request is its door's.
    }
}
