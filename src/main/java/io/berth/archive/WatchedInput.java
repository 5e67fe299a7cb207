package io.berth.archive;

import io.berth.operation.Progress;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of a client on their way in: an operation counts them, and ends between two reads when it is cancelled. For one thread. */
public final class WatchedInput extends TappedInput {

    private final Progress progress;

    public WatchedInput(InputStream in, Progress progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    protected void took(int bytes) {
        if (bytes > 0) {
            progress.read(bytes);
        }
    }

    @Override
    public int read() throws IOException {
        progress.cancel().throwIfCancelled();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        progress.cancel().throwIfCancelled();
        return super.read(bytes, offset, length);
    }
}
