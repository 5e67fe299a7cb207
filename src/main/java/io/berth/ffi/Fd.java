package io.berth.ffi;

import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor with one owner. Safe for use by many threads; closing may be repeated. */
public final class Fd implements AutoCloseable {

    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    Fd(int number) {
        this.number = number;
    }

    /**
     * The descriptor's number; valid until it is closed.
     *
     * @throws IllegalStateException it is closed
     */
    public int number() {
        if (closed.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /** Another descriptor of the same open file, to be closed on its own. */
    public Fd duplicate() {
        var error = new NativeError();
        return new Fd(error.check(Native.library().berth_dup(number(), error.buffer())));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Native.library().berth_close(number);
        }
    }
}
