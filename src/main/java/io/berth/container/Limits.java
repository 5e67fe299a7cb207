package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileStat;
import io.berth.runtime.CgroupFeatures;
import io.berth.runtime.CgroupLimits;
import io.berth.runtime.CgroupLimits.BlockLimit;
import io.berth.runtime.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a container may use, as its cgroup takes it: what the host does not offer is left out, as {@link ResourceRules} has warned. */
final class Limits {

    private Limits() {}

    /**
     * All limits of a container that is to start.
     *
     * @throws InvalidArgumentException a block device is not there
     */
    static CgroupLimits of(HostConfig host, CgroupFeatures offered) {
        return of(host, offered, blocks(host, offered), host.privileged() ? null : devices(host));
    }

    /** Those that can change while it runs. */
    static CgroupLimits changeable(HostConfig host, CgroupFeatures offered) {
        return of(host, offered, List.of(), null);
    }

    /** The path below which its cgroup is; null for the instance's own. */
    static @Nullable String parent(HostConfig host) {
        return host.cgroupParent().isEmpty() ? null : host.cgroupParent();
    }

    private static CgroupLimits of(HostConfig host, CgroupFeatures offered, List<BlockLimit> blocks, @Nullable List<DeviceRule> devices) {
        boolean cfs = offered.cpuCfs();
        return new CgroupLimits(offered.memory() ? host.memory() : 0, host.memorySwap(), offered.memoryReservation() ? host.memoryReservation() : 0,
                offered.memorySwappiness() ? host.memorySwappiness() : null,
                offered.oomKillDisable() && Boolean.TRUE.equals(host.oomKillDisable()), cfs ? host.cpuQuota() : 0, cfs ? host.cpuPeriod() : 0,
                offered.cpuShares() ? host.cpuShares() : 0, cfs ? host.nanoCpus() : 0, host.cpuRealtimePeriod(), host.cpuRealtimeRuntime(),
                offered.cpuset() ? host.cpusetCpus() : "", offered.cpuset() ? host.cpusetMems() : "",
                host.pidsLimit() == null || !offered.pids() ? 0 : host.pidsLimit(), offered.blkioWeight() ? host.blkioWeight() : 0, blocks, devices);
    }

    private static List<DeviceRule> devices(HostConfig host) {
        var rules = new ArrayList<>(DeviceRule.DEFAULT);
        HostDevices.asked(host).forEach(device -> rules.add(device.rule()));
        if (host.deviceCgroupRules() != null) {
            host.deviceCgroupRules().forEach(rule -> rules.add(DeviceRule.parse(rule)));
        }
        return rules;
    }

    private static List<BlockLimit> blocks(HostConfig host, CgroupFeatures offered) {
        var limits = new ArrayList<BlockLimit>();
        if (offered.blkioWeightDevice() && host.blkioWeightDevice() != null) {
            host.blkioWeightDevice().forEach(device -> limits.add(limit(BlockLimit.Kind.WEIGHT, device.path(), device.weight())));
        }
        if (offered.blkioThrottle()) {
            rates(limits, BlockLimit.Kind.READ_BYTES, host.blkioDeviceReadBps());
            rates(limits, BlockLimit.Kind.WRITE_BYTES, host.blkioDeviceWriteBps());
            rates(limits, BlockLimit.Kind.READ_OPERATIONS, host.blkioDeviceReadIops());
            rates(limits, BlockLimit.Kind.WRITE_OPERATIONS, host.blkioDeviceWriteIops());
        }
        return limits;
    }

    private static void rates(List<BlockLimit> limits, BlockLimit.Kind kind, @Nullable List<HostConfig.BlockRate> rates) {
        if (rates != null) {
            rates.forEach(rate -> limits.add(limit(kind, rate.path(), rate.rate())));
        }
    }

    private static BlockLimit limit(BlockLimit.Kind kind, String path, long value) {
        var stat = HostDevices.stat(path);
        if (stat == null) {
            throw new InvalidArgumentException("stat " + path + ": no such file or directory");
        }
        if (stat.type() != FileStat.S_IFBLK) {
            throw new InvalidArgumentException(path + " is not a block device");
        }
        return new BlockLimit(kind, stat.specialMajor(), stat.specialMinor(), value);
    }
}
