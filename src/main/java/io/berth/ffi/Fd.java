package io.berth.ffi;

/** An open file descriptor with one owner. Safe for use by many threads; closing may be repeated. */
public final class Fd implements AutoCloseable {

    private final int number;

    Fd(int number) {
        this.number = number;
    }

    /** The descriptor's number; valid until it is closed. */
    public int number() {
        return number;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
