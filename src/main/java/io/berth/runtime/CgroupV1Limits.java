package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Limits as files of v1 controllers. Source: kernel, admin-guide/cgroup-v1. */
final class CgroupV1Limits {

    private final Function<String, @Nullable Path> folders;
    private final CgroupWrites writes = new CgroupWrites();

    /** @param folders of the cgroup by the name of a controller; null where there is none */
    CgroupV1Limits(Function<String, @Nullable Path> folders) {
        this.folders = folders;
    }

    CgroupWrites of(CgroupLimits limits) {
        memory(limits);
        cpu(limits);
        if (limits.realtimePeriodMicros() > 0 || limits.realtimeRuntimeMicros() > 0) {
            RealtimeBudget.grant(require("cpu"), limits.realtimePeriodMicros(), limits.realtimeRuntimeMicros(), writes);
        }
        if (!limits.cpusetCpus().isEmpty()) {
            writes.add(require("cpuset").resolve("cpuset.cpus"), limits.cpusetCpus());
        }
        if (!limits.cpusetMems().isEmpty()) {
            writes.add(require("cpuset").resolve("cpuset.mems"), limits.cpusetMems());
        }
        if (limits.pidsLimit() != 0) {
            writes.add(require("pids").resolve("pids.max"), limits.pidsLimit() < 0 ? "max" : Long.toString(limits.pidsLimit()));
        }
        block(limits);
        return writes;
    }

    private void memory(CgroupLimits limits) {
        if (limits.memoryBytes() != 0) {
            hardLimit(limits);
        }
        if (limits.memoryReservationBytes() > 0) {
            writes.add(require("memory").resolve("memory.soft_limit_in_bytes"), limits.memoryReservationBytes());
        }
        if (limits.memorySwappiness() != null && limits.memorySwappiness() >= 0) {
            writes.add(require("memory").resolve("memory.swappiness"), limits.memorySwappiness());
        }
        if (limits.oomKillDisable()) {
            writes.addLine(require("memory").resolve("memory.oom_control"), "1");
        }
    }

    /** Memory may never exceed memory and swap together: which is written first depends on whether they grow. */
    private void hardLimit(CgroupLimits limits) {
        var memory = require("memory");
        var alone = memory.resolve("memory.limit_in_bytes");
        var together = memory.resolve("memory.memsw.limit_in_bytes");
        long swap = limits.memoryAndSwap();
        if (!Files.exists(together)) {
            writes.add(alone, limits.memoryBytes());
            return;
        }
        Long now = CgroupFiles.limit(together);
        boolean grows = now != null && (swap < 0 || swap > now);
        if (grows) {
            writes.add(together, swap);
        }
        writes.add(alone, limits.memoryBytes());
        if (!grows) {
            writes.add(together, swap);
        }
    }

    private void cpu(CgroupLimits limits) {
        if (limits.cpuShares() > 0) {
            writes.add(require("cpu").resolve("cpu.shares"), limits.cpuShares());
        }
        if (limits.quota() != 0 || limits.cpuPeriodMicros() > 0) {
            writes.add(require("cpu").resolve("cpu.cfs_period_us"), limits.period());
            writes.add(require("cpu").resolve("cpu.cfs_quota_us"), limits.quota() == 0 ? -1 : limits.quota());
        }
    }

    private void block(CgroupLimits limits) {
        if (limits.blkioWeight() > 0) {
            writes.add(weightFile(""), limits.blkioWeight());
        }
        for (var limit : limits.blockLimits()) {
            var file = switch (limit.kind()) {
                case WEIGHT -> weightFile("_device");
                case READ_BYTES -> throttle("read_bps");
                case WRITE_BYTES -> throttle("write_bps");
                case READ_OPERATIONS -> throttle("read_iops");
                case WRITE_OPERATIONS -> throttle("write_iops");
            };
            writes.addLine(file, limit.text());
        }
    }

    private Path throttle(String what) {
        return require("blkio").resolve("blkio.throttle." + what + "_device");
    }

    /** Weights are BFQ's since the kernel has no CFQ (5.0). */
    private Path weightFile(String suffix) {
        var blkio = require("blkio");
        var plain = blkio.resolve("blkio.weight" + suffix);
        return Files.exists(plain) ? plain : blkio.resolve("blkio.bfq.weight" + suffix);
    }

    private Path require(String controller) {
        var folder = folders.apply(controller);
        if (folder == null) {
            throw new InvalidArgumentException("this host does not offer the cgroup controller " + controller);
        }
        return folder;
    }
}
