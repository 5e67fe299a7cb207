package io.berth.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Entries of one file, from its start on; at its end it is read again, since it may have grown. A last line without newline is not there yet: the writer may be in the middle of it. */
final class LineScanner implements AutoCloseable {

    private static final int CHUNK = 64 << 10;

    private final InputStream file;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int end;

    LineScanner(InputStream file) {
        this.file = file;
    }

    /** The next entry; null at the end of what is written. Lines that are no entries are passed over. */
    @Nullable LogEntry next() throws IOException {
        while (true) {
            int newline = start;
            while (newline < end && buffer[newline] != '\n') {
                newline++;
            }
            if (newline < end) {
                byte[] line = Arrays.copyOfRange(buffer, start, newline);
                start = newline + 1;
                var entry = JsonLine.parse(line, line.length);
                if (entry != null) {
                    return entry;
                }
            } else if (!fill()) {
                return null;
            }
        }
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int n = file.read(buffer, end, buffer.length - end);
        if (n <= 0) {
            return false;
        }
        end += n;
        return true;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
