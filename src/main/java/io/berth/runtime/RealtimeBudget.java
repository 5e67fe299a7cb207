package io.berth.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real-time of the CPU in cgroups v1: a cgroup can give no more to those below than it has, and has none before it is asked for. Each one
 * above gets what those below it need and no more, so that the host's budget is left to other engines beside this one.
 *
 * <p>Source: kernel, scheduler/sched-rt-group.
 */
final class RealtimeBudget {

    static final String RUNTIME = "cpu.rt_runtime_us";
    static final String PERIOD = "cpu.rt_period_us";

    private static final long DEFAULT_PERIOD_MICROS = 1_000_000;

    /** What adding parts in floating point may be off; the kernel compares with a millionth of a CPU. */
    private static final double ROUNDING_MICROS = 0.001;

    private RealtimeBudget() {}

    /**
     * Adds the writes that give a cgroup its real-time, those of the cgroups above first.
     *
     * @param cgroup folder of the controller {@code cpu}
     * @param periodMicros 0: as it is
     * @param runtimeMicros 0: as it is
     */
    static void grant(Path cgroup, long periodMicros, long runtimeMicros, CgroupWrites writes) {
        if (runtimeMicros > 0) {
            long period = periodMicros > 0 ? periodMicros : period(cgroup);
            raise(cgroup.getParent(), (double) runtimeMicros / period - share(cgroup), writes);
        }
        if (periodMicros > 0) {
            writes.add(cgroup.resolve(PERIOD), periodMicros);
        }
        if (runtimeMicros > 0) {
            writes.add(cgroup.resolve(RUNTIME), runtimeMicros);
        }
    }

    /** @param more part of a CPU that those below need beyond what they have */
    private static void raise(Path cgroup, double more, CgroupWrites writes) {
        var above = cgroup.getParent();
        if (above == null || !Files.exists(above.resolve(RUNTIME))) {
            return;
        }
        long runtime = (long) Math.ceil((sharesBelow(cgroup) + more) * period(cgroup) - ROUNDING_MICROS);
        double missing = (double) runtime / period(cgroup) - share(cgroup);
        if (missing > 0) {
            raise(above, missing, writes);
            writes.add(cgroup.resolve(RUNTIME), runtime);
        }
    }

    private static double sharesBelow(Path cgroup) {
        try (var below = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
            double sum = 0;
            for (var child : below) {
                sum += share(child);
            }
            return sum;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static double share(Path cgroup) {
        Long runtime = CgroupFiles.number(cgroup.resolve(RUNTIME));
        return runtime == null ? 0 : (double) runtime / period(cgroup);
    }

    private static long period(Path cgroup) {
        Long period = CgroupFiles.number(cgroup.resolve(PERIOD));
        return period == null || period <= 0 ? DEFAULT_PERIOD_MICROS : period;
    }
}
