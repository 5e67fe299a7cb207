package io.berth.operation;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes a second travel, over the last seconds. Counting costs an addition, twice a second a little more. Safe for use by many threads. */
final class RateMeter {

    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int SAMPLES = 10;

    private record Sample(long nanos, long bytes) {}

    private final AtomicLong bytes = new AtomicLong();
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private volatile long next;

    RateMeter(long nowNanos) {
        samples.add(new Sample(nowNanos, 0));
        next = nowNanos + STEP;
    }

    void add(long more, long nowNanos) {
        long sum = bytes.addAndGet(more);
        if (nowNanos - next >= 0) {
            sample(nowNanos, sum);
        }
    }

    private synchronized void sample(long nowNanos, long sum) {
        if (nowNanos - next < 0) {
            return;
        }
        next = nowNanos + STEP;
        samples.addLast(new Sample(nowNanos, sum));
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
    }

    /** Bytes a second; 0 when nothing travels. */
    synchronized long perSecond(long nowNanos) {
        sample(nowNanos, bytes.get());
        Sample first = samples.getFirst();
        long nanos = Math.max(nowNanos - first.nanos, STEP);
        return Math.round((double) (bytes.get() - first.bytes) * TimeUnit.SECONDS.toNanos(1) / nanos);
    }
}
