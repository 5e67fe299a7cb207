package io.berth.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that hears how many bytes each read took. For one thread. */
public abstract class TappedInput extends FilterInputStream {

    protected TappedInput(InputStream in) {
        super(in);
    }

    /** So many bytes were just read, 0 at the end. @throws IOException what the reader is to get instead of them */
    protected abstract void took(int bytes) throws IOException;

    @Override
    public int read() throws IOException {
        int value = super.read();
        took(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int number = super.read(bytes, offset, length);
        took(Math.max(number, 0));
        return number;
    }
}
