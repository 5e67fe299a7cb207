package io.berth.it;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something that another process brings about, by looking at it until a generous bound. */
public final class Eventually {

    /** Machines are shared: a start that takes seconds here takes a minute there. */
    private static final Duration BOUND = Duration.ofMinutes(3);
    private static final Duration STEP = Duration.ofMillis(20);

    private Eventually() {}

    public static void holds(String what, BooleanSupplier condition) {
        holds(() -> what, condition);
    }

    public static void holds(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("after " + BOUND + " still not: " + what.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    /** Waits, within the same bound, until something was counted down by another thread. */
    public static void counted(CountDownLatch latch) {
        try {
            if (!latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("after " + BOUND + " " + latch.getCount() + " are still not counted");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
