package io.berth.image;

import io.berth.operation.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bytes of a client on their way into the store: an operation counts them, and ends between two reads when it is cancelled. */
final class WatchedInput extends FilterInputStream {

    private final Progress progress;

    WatchedInput(InputStream in, Progress progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        progress.cancel().throwIfCancelled();
        int value = super.read();
        if (value >= 0) {
            progress.read(1);
        }
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        progress.cancel().throwIfCancelled();
        int number = super.read(bytes, offset, length);
        if (number > 0) {
            progress.read(number);
        }
        return number;
    }
}
