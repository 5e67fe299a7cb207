package io.berth.image;

import io.berth.archive.TappedInput;
import io.berth.operation.Progress;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of a client on their way into the store: an operation counts them, and ends between two reads when it is cancelled. */
final class WatchedInput extends TappedInput {

    private final Progress progress;

    WatchedInput(InputStream in, Progress progress) {
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
