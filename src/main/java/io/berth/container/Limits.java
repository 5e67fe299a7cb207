package io.berth.container;

import io.berth.runtime.CgroupLimits;
import io.berth.runtime.DeviceRule;

/** What a container may use, as its cgroup takes it. */
final class Limits {

    private Limits() {}

    static CgroupLimits of(HostConfig host) {
        return new CgroupLimits(host.memory(), host.memorySwap(), host.memoryReservation(), host.memorySwappiness(), false,
                host.cpuQuota(), host.cpuPeriod(), host.cpuShares(), host.nanoCpus(), host.cpusetCpus(), host.cpusetMems(),
                host.pidsLimit() == null ? 0 : host.pidsLimit(), host.blkioWeight(), host.privileged() ? null : DeviceRule.DEFAULT);
    }
}
