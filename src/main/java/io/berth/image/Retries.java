package io.berth.image;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How often a transfer is tried, and how long it pauses in between: twice as long each time. For one thread. */
final class Retries {

    private static final int TRIES = 5;

    private int left = TRIES;
    private Duration pause = Duration.ofMillis(250);

    /** Whether no other try follows the one that goes on. */
    boolean isLast() {
        return left == 1;
    }

    /** Waits until the next try is due. */
    void pause() throws InterruptedException {
        left--;
        // Nothing counts down: only an interrupt ends the pause.
        new CountDownLatch(1).await(pause.toNanos(), TimeUnit.NANOSECONDS);
        pause = pause.multipliedBy(2);
    }
}
