package io.berth.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container has used, at one instant. What this kernel does not tell is null, never 0.
 *
 * @param perCpuNanos by CPU; v1 alone
 * @param throttling of the CPU quota
 * @param memoryLimitBytes null for no limit
 * @param memoryStat the kernel's own table
 * @param pidsLimit null for no limit
 * @param blockBytes bytes by device and operation
 */
public record CgroupReading(Instant at, int version, @Nullable Long cpuNanos, @Nullable Long cpuUserNanos, @Nullable Long cpuSystemNanos,
        List<Long> perCpuNanos, Throttling throttling, @Nullable Long memoryBytes, @Nullable Long memoryPeakBytes,
        @Nullable Long memoryLimitBytes, @Nullable Long memoryFailures, Map<String, Long> memoryStat, @Nullable Long pids,
        @Nullable Long pidsLimit, List<BlockCount> blockBytes, List<BlockCount> blockOperations, @Nullable Long oomKills) {

    /** How often the CPU quota ran, was used up, and for how long processes waited in sum. */
    public record Throttling(long periods, long throttledPeriods, long throttledNanos) {}

    /** @param operation {@code Read}, {@code Write} on v1, {@code read}, {@code write} on v2 */
    public record BlockCount(int major, int minor, String operation, long value) {}

    /** What is used without the file cache that would be given up first, as {@code docker stats} shows it. */
    public @Nullable Long memoryWithoutCache() {
        return CgroupUsage.withoutCache(memoryBytes, memoryStat, version);
    }
}
