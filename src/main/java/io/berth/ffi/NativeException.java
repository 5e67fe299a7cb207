package io.berth.ffi;

/** A call of the kernel failed. The message names call and argument; the number of the error travels beside it. */
public final class NativeException extends RuntimeException {

    private final int errno;

    public NativeException(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    /** The positive error number, as in {@link Errno}. */
    public int errno() {
        return errno;
    }
}
