package io.berth.stats;

import io.berth.runtime.CgroupReading;
import java.util.Map;

/**
 * What a container has used up to one instant, with what the host had.
 *
 * @param networks counters by the name of the interface inside; empty for a container without interfaces of its own
 * @param hostCpuNanos time of all CPUs of the host, idle time too
 */
public record ContainerSample(CgroupReading cgroup, Map<String, NetworkCounters> networks, long hostCpuNanos, int onlineCpus,
        long hostMemoryBytes) {

    /** Totals since the interface was made. */
    public record NetworkCounters(long rxBytes, long rxPackets, long rxErrors, long rxDropped, long txBytes, long txPackets, long txErrors,
            long txDropped) {}

    /** Percent of one CPU between an earlier sample and this one. */
    public double cpuPercentSince(ContainerSample before) {
        var now = cgroup.cpuNanos();
        var then = before.cgroup.cpuNanos();
        long host = hostCpuNanos - before.hostCpuNanos;
        return now == null || then == null || host <= 0 ? 0 : 100.0 * (now - then) / host * onlineCpus;
    }
}
