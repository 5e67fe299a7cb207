package io.berth.image.registry;

import java.io.IOException;

/** Ends a body that drips: one that brings less than {@value #LEAST} bytes in a minute. For one thread. */
public final class StallGuard {

    private static final long LEAST = 16 << 10;
    private static final long WINDOW_NANOS = 60_000_000_000L;

    private long began = System.nanoTime();
    private long taken;

    /** @throws IOException it is too slow */
    public void took(int bytes) throws IOException {
        taken += bytes;
        long now = System.nanoTime();
        if (now - began < WINDOW_NANOS) {
            return;
        }
        if (taken < LEAST) {
            throw new IOException("only " + taken + " bytes came in a minute");
        }
        began = now;
        taken = 0;
    }
}
