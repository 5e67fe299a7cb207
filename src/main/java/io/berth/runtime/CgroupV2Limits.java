package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Limits as files of the unified hierarchy. Source: kernel, admin-guide/cgroup-v2. */
final class CgroupV2Limits {

    private static final long LEAST_SHARES = 2;
    private static final long MOST_SHARES = 262_144;
    private static final long MOST_WEIGHT = 10_000;

    private final Path folder;
    private final CgroupWrites writes = new CgroupWrites();

    CgroupV2Limits(Path folder) {
        this.folder = folder;
    }

    CgroupWrites of(CgroupLimits limits) {
        memory(limits);
        if (limits.cpuShares() > 0) {
            add("cpu.weight", weight(limits.cpuShares()));
        }
        if (limits.quota() != 0 || limits.cpuPeriodMicros() > 0) {
            writes.add(folder.resolve("cpu.max"), (limits.quota() <= 0 ? "max" : Long.toString(limits.quota())) + " " + limits.period());
        }
        if (!limits.cpusetCpus().isEmpty()) {
            writes.add(folder.resolve("cpuset.cpus"), limits.cpusetCpus());
        }
        if (!limits.cpusetMems().isEmpty()) {
            writes.add(folder.resolve("cpuset.mems"), limits.cpusetMems());
        }
        if (limits.pidsLimit() != 0) {
            writes.add(folder.resolve("pids.max"), limits.pidsLimit() < 0 ? "max" : Long.toString(limits.pidsLimit()));
        }
        block(limits);
        return writes;
    }

    private void memory(CgroupLimits limits) {
        if (limits.memoryBytes() > 0) {
            Long used = CgroupFiles.number(folder.resolve("memory.current"));
            if (used != null && used > limits.memoryBytes()) {
                // The kernel would make room by killing: nobody asked for that.
                throw new InvalidArgumentException("unable to set memory limit to " + limits.memoryBytes() + " (current usage: " + used + ")");
            }
            add("memory.max", limits.memoryBytes());
            long together = limits.memoryAndSwap();
            var swap = folder.resolve("memory.swap.max");
            if (Files.exists(swap)) {
                writes.add(swap, together < 0 ? "max" : Long.toString(together - limits.memoryBytes()));
            }
        }
        if (limits.memoryBytes() < 0) {
            for (String file : List.of("memory.max", "memory.swap.max")) {
                if (Files.exists(folder.resolve(file))) {
                    writes.add(folder.resolve(file), "max");
                }
            }
        }
        if (limits.memoryReservationBytes() > 0) {
            add("memory.low", limits.memoryReservationBytes());
        }
    }

    private void block(CgroupLimits limits) {
        var bfq = folder.resolve("io.bfq.weight");
        boolean isBfq = Files.exists(bfq);
        if (limits.blkioWeight() > 0) {
            writes.add(isBfq ? bfq : folder.resolve("io.weight"), isBfq ? limits.blkioWeight() : ioWeight(limits.blkioWeight()));
        }
        for (var limit : limits.blockLimits()) {
            String device = limit.major() + ":" + limit.minor() + " ";
            switch (limit.kind()) {
                case WEIGHT -> writes.addLine(isBfq ? bfq : folder.resolve("io.weight"), device + (isBfq ? limit.value() : ioWeight(limit.value())));
                case READ_BYTES -> writes.addLine(folder.resolve("io.max"), device + "rbps=" + limit.value());
                case WRITE_BYTES -> writes.addLine(folder.resolve("io.max"), device + "wbps=" + limit.value());
                case READ_OPERATIONS -> writes.addLine(folder.resolve("io.max"), device + "riops=" + limit.value());
                case WRITE_OPERATIONS -> writes.addLine(folder.resolve("io.max"), device + "wiops=" + limit.value());
            }
        }
    }

    /** The scale of v1, 2 to 262144, on that of v2, 1 to 10000. */
    static long weight(long shares) {
        long bounded = Math.clamp(shares, LEAST_SHARES, MOST_SHARES);
        return 1 + (bounded - LEAST_SHARES) * (MOST_WEIGHT - 1) / (MOST_SHARES - LEAST_SHARES);
    }

    /** The scale of v1, 10 to 1000, on that of v2, 1 to 10000. */
    static long ioWeight(long blkioWeight) {
        return 1 + (blkioWeight - 10) * 9999L / 990;
    }

    private void add(String file, long value) {
        writes.add(folder.resolve(file), value);
    }
}
