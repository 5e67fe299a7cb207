package io.berth.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container may use. 0 or empty is no limit, or in an update what there is.
 *
 * @param memoryBytes -1 takes away a limit that there is
 * @param memorySwapBytes memory and swap together; 0 for twice the memory, -1 for no limit
 * @param memorySwappiness 0 to 100; null or -1 for the host's
 * @param cpuQuotaMicros per period; -1 takes away a limit that there is
 * @param nanoCpus billionths of a CPU; instead of quota and period
 * @param realtimePeriodMicros of the real-time scheduler; v1 only, as is the runtime
 * @param pidsLimit -1 for no limit
 * @param blkioWeight 10 to 1000
 * @param devices null for all
 */
public record CgroupLimits(long memoryBytes, long memorySwapBytes, long memoryReservationBytes, @Nullable Long memorySwappiness,
        boolean oomKillDisable, long cpuQuotaMicros, long cpuPeriodMicros, long cpuShares, long nanoCpus, long realtimePeriodMicros,
        long realtimeRuntimeMicros, String cpusetCpus, String cpusetMems, long pidsLimit, int blkioWeight, List<BlockLimit> blockLimits,
        @Nullable List<DeviceRule> devices) {

    private static final long PERIOD = 100_000;
    private static final long NANOS_PER_MICRO_OF_PERIOD = 1_000_000_000 / PERIOD;

    /** A limit of one block device. Weights are 10 to 1000, rates are per second. */
    public record BlockLimit(Kind kind, int major, int minor, long value) {

        /** What is limited. */
        public enum Kind {
            WEIGHT, READ_BYTES, WRITE_BYTES, READ_OPERATIONS, WRITE_OPERATIONS
        }

        /** {@code 8:0 1048576}. */
        String text() {
            return major + ":" + minor + " " + value;
        }
    }

    public CgroupLimits {
        blockLimits = List.copyOf(blockLimits);
    }

    /** These with no limit for the number of processes, where {@code pidsLimit} 0 would leave the one that is there. */
    public CgroupLimits withoutPidsLimit() {
        return new CgroupLimits(memoryBytes, memorySwapBytes, memoryReservationBytes, memorySwappiness, oomKillDisable, cpuQuotaMicros,
                cpuPeriodMicros, cpuShares, nanoCpus, realtimePeriodMicros, realtimeRuntimeMicros, cpusetCpus, cpusetMems, -1, blkioWeight,
                blockLimits, devices);
    }

    /** These with no limit for memory, and for memory and swap together. */
    public CgroupLimits withoutMemoryLimit() {
        return new CgroupLimits(-1, -1, memoryReservationBytes, memorySwappiness, oomKillDisable, cpuQuotaMicros, cpuPeriodMicros, cpuShares, nanoCpus,
                realtimePeriodMicros, realtimeRuntimeMicros, cpusetCpus, cpusetMems, pidsLimit, blkioWeight, blockLimits, devices);
    }

    /** These with no limit for the time of processors. */
    public CgroupLimits withoutCpuLimit() {
        return new CgroupLimits(memoryBytes, memorySwapBytes, memoryReservationBytes, memorySwappiness, oomKillDisable, -1, 0, cpuShares, 0,
                realtimePeriodMicros, realtimeRuntimeMicros, cpusetCpus, cpusetMems, pidsLimit, blkioWeight, blockLimits, devices);
    }

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
