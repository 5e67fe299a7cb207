package io.berth.log;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Entries of one file, from its start on; at its end it is read again, since it may have grown. A last line without newline is not there yet: the writer may be in the middle of it. */
final class LineScanner implements AutoCloseable {

    private static final int CHUNK = 64 << 10;

    private final InputStream file;
    private final long number;
    /** Bytes of the file before the buffer's. */
    private long passed;
    private byte[] buffer = new byte[CHUNK];
    private int start;
    private int end;

    LineScanner(InputStream file, long number) {
        this.file = file;
        this.number = number;
    }

    /**
     * Begins at {@code offset}, which may be in the middle of an entry: that one is passed over.
     *
     * @param file read from its start up to there; closed when that fails
     */
    static LineScanner from(InputStream file, long number, long offset) throws IOException {
        try {
            file.skipNBytes(offset);
        } catch (EOFException shorter) {
            // Nothing is there, which is what the scanner will say.
            file.close();
            return new LineScanner(InputStream.nullInputStream(), number);
        } catch (IOException failure) {
            file.close();
            throw failure;
        }
        var scanner = new LineScanner(file, number);
        scanner.passed = offset;
        return scanner;
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
                long at = passed + start;
                start = newline + 1;
                var entry = JsonLine.parse(line, line.length, number, at);
                if (entry != null) {
                    return entry;
                }
            } else if (!fill()) {
                return null;
            }
        }
    }

    /** Bytes of the file up to the end of what was read as entries. */
    long offset() {
        return passed + start;
    }

    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        passed += start;
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
