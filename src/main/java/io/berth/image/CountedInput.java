package io.berth.image;

import io.berth.archive.TappedInput;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes were read. */
final class CountedInput extends TappedInput {

    private final LongConsumer progress;
    private long read;

    CountedInput(InputStream in, LongConsumer progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    protected void took(int bytes) {
        if (bytes > 0) {
            read += bytes;
            progress.accept(read);
        }
    }
}
