package io.berth.image;

import io.berth.archive.TappedInput;
import io.berth.error.PayloadTooLargeException;
import java.io.InputStream;

/** A stream of which only so many bytes are taken. For one thread. */
final class LimitedInput extends TappedInput {

    private final long most;
    private long taken;

    /** @param most bytes that it may have */
    LimitedInput(InputStream in, long most) {
        super(in);
        this.most = most;
    }

    @Override
    protected void took(int bytes) {
        taken += bytes;
        if (taken > most) {
            throw new PayloadTooLargeException("the archive has more than " + most + " bytes, the most that is taken (berth.image.import-limit)");
        }
    }
}
