package io.berth.console;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The latest output of a console, by position: byte 0 is the first that there ever was. Bounded; for one thread at a time. */
final class Scrollback {

    private static final int FIRST_SIZE = 8 << 10;

    private final int capacity;
    private byte[] bytes;
    private long end;

    Scrollback(int capacity) {
        this.capacity = capacity;
        this.bytes = new byte[Math.min(FIRST_SIZE, capacity)];
    }

    int capacity() {
        return capacity;
    }

    /** The first position that is still here. */
    long begin() {
        return Math.max(0, end - capacity);
    }

    /** The position of the next byte to come. */
    long end() {
        return end;
    }

    /** Takes all of it; the oldest goes where there is no room. */
    void append(ByteBuffer data) {
        grow(data.remaining());
        while (data.hasRemaining()) {
            int at = (int) (end % bytes.length);
            int length = Math.min(data.remaining(), bytes.length - at);
            data.get(bytes, at, length);
            end += length;
        }
    }

    /** While nothing has gone yet, positions are indexes, and stay so. */
    private void grow(int coming) {
        if (bytes.length < capacity && end + coming > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(capacity, Math.max(end + coming, bytes.length * 2L)));
        }
    }

    /** At most {@code most} bytes from a position on; none at the end. @throws IndexOutOfBoundsException the position is not here */
    byte[] read(long from, int most) {
        if (from < begin() || from > end) {
            throw new IndexOutOfBoundsException(from + " is not between " + begin() + " and " + end);
        }
        var out = new byte[(int) Math.min(most, end - from)];
        int at = (int) (from % bytes.length);
        int first = Math.min(out.length, bytes.length - at);
        System.arraycopy(bytes, at, out, 0, first);
        System.arraycopy(bytes, 0, out, first, out.length - first);
        return out;
    }

    /** The beginning of the first whole line within {@code reach} bytes after a position; the position itself when there is none. */
    long wholeLine(long from, int reach) {
        byte[] near = read(from, reach);
        for (int i = 0; i < near.length; i++) {
            if (near[i] == '\n') {
                return from + i + 1;
            }
        }
        return from;
    }
}
