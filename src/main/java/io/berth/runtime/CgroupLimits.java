package io.berth.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container may use. 0 or empty is no limit.
 *
 * @param memorySwapBytes memory and swap together; 0 for twice the memory, -1 for no limit
 * @param memorySwappiness 0 to 100; null or -1 for the host's
 * @param cpuQuotaMicros per period
 * @param nanoCpus billionths of a CPU; instead of quota and period
 * @param devices null for all
 */
public record CgroupLimits(long memoryBytes, long memorySwapBytes, long memoryReservationBytes, @Nullable Long memorySwappiness,
        boolean oomKillDisable, long cpuQuotaMicros, long cpuPeriodMicros, long cpuShares, long nanoCpus, String cpusetCpus,
        String cpusetMems, long pidsLimit, int blkioWeight, @Nullable List<DeviceRule> devices) {

    private static final long PERIOD = 100_000;
    private static final long NANOS_PER_MICRO_OF_PERIOD = 1_000_000_000 / PERIOD;

    /** Memory and swap together as the kernel takes it on v1; 0 for not to be set, -1 for no limit. */
    long memoryAndSwap() {
        return memorySwapBytes == 0 ? 2 * memoryBytes : memorySwapBytes;
    }

    /** Microseconds per period; 0 for no limit. */
    long quota() {
        return nanoCpus > 0 ? nanoCpus / NANOS_PER_MICRO_OF_PERIOD : cpuQuotaMicros;
    }

    long period() {
        return nanoCpus > 0 || cpuPeriodMicros == 0 ? PERIOD : cpuPeriodMicros;
    }
}
