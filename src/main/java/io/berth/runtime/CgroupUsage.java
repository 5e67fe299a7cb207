package io.berth.runtime;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a container has used of processor and memory, at one instant. What this kernel does not tell is null, never 0.
 *
 * @param cpuNanos in all
 * @param memoryBytes without the file cache that would be given up first
 */
public record CgroupUsage(@Nullable Long cpuNanos, @Nullable Long memoryBytes) {

    static @Nullable Long withoutCache(@Nullable Long memoryBytes, Map<String, Long> memoryStat, int version) {
        if (memoryBytes == null) {
            return null;
        }
        long cache = memoryStat.getOrDefault(version == 1 ? "total_inactive_file" : "inactive_file", 0L);
        return cache < memoryBytes ? memoryBytes - cache : memoryBytes;
    }
}
