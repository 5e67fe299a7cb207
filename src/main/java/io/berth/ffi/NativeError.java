package io.berth.ffi;

import java.nio.charset.StandardCharsets;

/** The buffer that a native call describes its failure in: {@code struct berth_error}. One per call, used by one thread. */
final class NativeError {

    private static final int SIZE = 512;

    private final byte[] message = new byte[SIZE];

    /** The buffer to be handed to the call. */
    byte[] buffer() {
        return message;
    }

    /** Gives a result back when it is not negative. */
    int check(int result) {
        return (int) check((long) result);
    }

    /** Gives a result back when it is not negative. */
    long check(long result) {
        if (result < 0) {
            throw new NativeException((int) -result, text() + ": " + Errno.text((int) -result));
        }
        return result;
    }

    private String text() {
        int end = 0;
        while (end < SIZE && message[end] != 0) {
            end++;
        }
        return new String(message, 0, end, StandardCharsets.UTF_8);
    }
}
