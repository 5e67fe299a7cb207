package io.berth.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes were read. */
final class CountedInput extends FilterInputStream {

    private final LongConsumer progress;
    private long read;

    CountedInput(InputStream in, LongConsumer progress) {
        super(in);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int number = super.read(bytes, offset, length);
        count(number);
        return number;
    }

    private void count(int number) {
        if (number > 0) {
            read += number;
            progress.accept(read);
        }
    }
}
