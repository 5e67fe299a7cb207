package io.berth.image;

import io.berth.error.PayloadTooLargeException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream of which only so many bytes are taken. For one thread. */
final class LimitedInput extends FilterInputStream {

    private final long most;
    private long taken;

    /** @param most bytes that it may have */
    LimitedInput(InputStream in, long most) {
        super(in);
        this.most = most;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        take(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int number = super.read(bytes, offset, length);
        take(Math.max(number, 0));
        return number;
    }

    private void take(int bytes) {
        taken += bytes;
        if (taken > most) {
            throw new PayloadTooLargeException("the archive has more than " + most + " bytes, the most that is taken (berth.image.import-limit)");
        }
    }
}
