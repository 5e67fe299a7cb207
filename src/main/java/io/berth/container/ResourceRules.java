package io.berth.container;

import static io.berth.error.InvalidArgumentException.within;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.CgroupFeatures;
import io.berth.runtime.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Limits that are wrong by themselves or beside each other are refused; those that this host cannot set are warned of, in Docker's words. */
final class ResourceRules {

    /** What the kernel would make of more: {@code MAX_SHARES} in kernel/sched/core.c. */
    private static final int MAX_CPU_SHARES = 1 << 18;
    private static final long MEMORY_MINIMUM = 6L << 20;
    private static final double NANOS = 1e9;
    private static final int PERIOD_MINIMUM = 1_000;
    private static final int PERIOD_MAXIMUM = 1_000_000;
    private static final int WEIGHT_MINIMUM = 10;
    private static final int WEIGHT_MAXIMUM = 1_000;
    private static final String NOT_MOUNTED = " or the cgroup is not mounted. ";

    private final HostConfig host;
    private final boolean update;
    private final CgroupFeatures offered;
    private final List<String> warnings = new ArrayList<>();

    private ResourceRules(HostConfig host, boolean update, CgroupFeatures offered) {
        this.host = host;
        this.update = update;
        this.offered = offered;
    }

    /** What will not be as asked. */
    static List<String> check(HostConfig host, CgroupFeatures offered) {
        return check(new ResourceRules(host, false, offered));
    }

    /** As {@link #check(HostConfig, CgroupFeatures)}, for values that come beside others set before. */
    static List<String> checkUpdate(HostConfig asked, CgroupFeatures offered) {
        return check(new ResourceRules(asked, true, offered));
    }

    private static List<String> check(ResourceRules rules) {
        rules.memory();
        rules.cpu();
        rules.realtime();
        rules.block();
        rules.devices();
        return rules.warnings;
    }

    private void memory() {
        refuse(host.memory() != 0 && host.memory() < MEMORY_MINIMUM, "Memory", "Minimum memory limit allowed is 6MB");
        refuse(host.memorySwap() < -1, "MemorySwap", "Invalid value " + host.memorySwap() + " for the memoryswap limit");
        refuse(host.memory() > 0 && host.memorySwap() > 0 && host.memorySwap() < host.memory(), "MemorySwap",
                "Minimum memoryswap limit should be larger than memory limit, see usage");
        refuse(!update && host.memory() == 0 && host.memorySwap() > 0, "Memory", "You should always set the Memory limit when using Memoryswap limit, see usage");
        refuse(host.memoryReservation() != 0 && host.memoryReservation() < MEMORY_MINIMUM, "MemoryReservation", "Minimum memory reservation allowed is 6MB");
        refuse(host.memory() > 0 && host.memory() < host.memoryReservation(), "MemoryReservation",
                "Minimum memory limit can not be less than memory reservation limit, see usage");
        var swappiness = host.memorySwappiness();
        refuse(swappiness != null && (swappiness < -1 || swappiness > 100), "MemorySwappiness",
                "Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
        refuse(host.shmSize() < 0, "ShmSize", "SHM size can not be less than 0");
        refuse(host.oomScoreAdj() < -1000 || host.oomScoreAdj() > 1000, "OomScoreAdj",
                "Invalid value " + host.oomScoreAdj() + ", range for oom score adj is [-1000, 1000]");
        warn(host.memory() > 0 && !offered.memory(),
                "Your kernel does not support memory limit capabilities" + NOT_MOUNTED + "Limitation discarded.");
        warn(host.memory() > 0 && host.memorySwap() != -1 && offered.memory() && !offered.swap(),
                "Your kernel does not support swap limit capabilities" + NOT_MOUNTED + "Memory limited without swap.");
        warn(swappiness != null && swappiness >= 0 && !offered.memorySwappiness(),
                "Your kernel does not support memory swappiness capabilities" + NOT_MOUNTED + "Memory swappiness discarded.");
        warn(host.memoryReservation() > 0 && !offered.memoryReservation(),
                "Your kernel does not support memory soft limit capabilities" + NOT_MOUNTED + "Limitation discarded.");
        boolean noOom = Boolean.TRUE.equals(host.oomKillDisable());
        warn(noOom && !offered.oomKillDisable(), "Your kernel does not support OomKillDisable. OomKillDisable discarded.");
        warn(noOom && offered.oomKillDisable() && host.memory() == 0, "OOM killer is disabled for the container, but no memory limit is set, "
                + "this can result in the system running out of resources.");
        warn(host.pidsLimit() != null && !offered.pids(), "Your kernel does not support PIDs limit capabilities" + NOT_MOUNTED
                + "PIDs limit discarded.");
        warn(host.kernelMemoryTcp() > 0, "Your kernel does not support kernel memory TCP limit capabilities" + NOT_MOUNTED
                + "Limitation discarded.");
    }

    private void cpu() {
        int processors = Runtime.getRuntime().availableProcessors();
        refuse(host.nanoCpus() < 0 || host.nanoCpus() > processors * NANOS, "NanoCpus",
                "range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available".formatted(processors, processors));
        refuse(host.nanoCpus() > 0 && host.cpuPeriod() > 0, "NanoCpus", "Conflicting options: Nano CPUs and CPU Period cannot both be set");
        refuse(host.nanoCpus() > 0 && host.cpuQuota() > 0, "NanoCpus", "Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        refuse(host.nanoCpus() > 0 && !offered.cpuCfs(), "NanoCpus",
                "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted");
        refuse(host.cpuPeriod() != 0 && (host.cpuPeriod() < PERIOD_MINIMUM || host.cpuPeriod() > PERIOD_MAXIMUM), "CpuPeriod",
                "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        refuse(host.cpuQuota() > 0 && host.cpuQuota() < PERIOD_MINIMUM, "CpuQuota", "CPU cfs quota can not be less than 1ms (i.e. 1000)");
        refuse(host.cpuShares() < 0, "CpuShares", "invalid CPU shares (" + host.cpuShares() + "): value must be a positive integer");
        within("HostConfig.CpusetCpus", () -> CpuList.check(host.cpusetCpus(), "/sys/devices/system/cpu/online", "CPUs"));
        within("HostConfig.CpusetMems", () -> CpuList.check(host.cpusetMems(), "/sys/devices/system/node/online", "memory nodes"));
        refuse(host.ioMaximumBandwidth() != 0 || host.ioMaximumIops() != 0, "IOMaximumIOps",
                "invalid QoS settings: linux does not support Maximum IO Bandwidth or Maximum IO IOps");
        refuse(host.cpuShares() == 1, "CpuShares", "the minimum allowed cpu-shares is 2");
        refuse(host.cpuShares() > MAX_CPU_SHARES, "CpuShares", "the maximum allowed cpu-shares is " + MAX_CPU_SHARES);
        warn(host.cpuShares() > 0 && !offered.cpuShares(), "Your kernel does not support CPU shares" + NOT_MOUNTED + "Shares discarded.");
        warn((host.cpuPeriod() != 0 || host.cpuQuota() != 0) && !offered.cpuCfs(),
                "Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.");
        warn(host.cpuPercent() > 0, "linux does not support CPU percent. Percent discarded.");
        warn((!host.cpusetCpus().isEmpty() || !host.cpusetMems().isEmpty()) && !offered.cpuset(),
                "Your kernel does not support cpuset" + NOT_MOUNTED + "Cpuset discarded.");
    }

    private void realtime() {
        boolean asked = host.cpuRealtimePeriod() != 0 || host.cpuRealtimeRuntime() != 0;
        refuse(asked && !offered.cpuRealtime(), "CpuRealtimeRuntime", "Your kernel does not support CPU real-time scheduler");
        refuse(host.cpuRealtimePeriod() < 0 || host.cpuRealtimeRuntime() < 0, "CpuRealtimePeriod", "CPU real-time period and runtime can not be less than 0");
        refuse(host.cpuRealtimePeriod() != 0 && host.cpuRealtimeRuntime() > host.cpuRealtimePeriod(), "CpuRealtimeRuntime",
                "cpu real-time runtime cannot be higher than cpu real-time period");
    }

    private void block() {
        refuse(host.blkioWeight() != 0 && isNoWeight(host.blkioWeight()), "BlkioWeight", "Range of blkio weight is from 10 to 1000");
        refuse(orEmpty(host.blkioWeightDevice()).stream().anyMatch(device -> isNoWeight(device.weight())), "BlkioWeightDevice",
                "Range of blkio weight is from 10 to 1000");
        warn(host.blkioWeight() != 0 && !offered.blkioWeight(), "Your kernel does not support Block I/O weight" + NOT_MOUNTED
                + "Weight discarded.");
        warn(any(host.blkioWeightDevice()) && !offered.blkioWeightDevice(),
                "Your kernel does not support Block I/O weight_device" + NOT_MOUNTED + "Weight-device discarded.");
        throttle("BlkioDeviceReadBps", host.blkioDeviceReadBps(), "BPS Block I/O read limit" + NOT_MOUNTED + "Block I/O BPS read limit discarded.");
        throttle("BlkioDeviceWriteBps", host.blkioDeviceWriteBps(), "BPS Block I/O write limit" + NOT_MOUNTED + "Block I/O BPS write limit discarded.");
        throttle("BlkioDeviceReadIOps", host.blkioDeviceReadIops(), "IOPS Block read limit in IO" + NOT_MOUNTED + "Block I/O IOPS read limit discarded.");
        throttle("BlkioDeviceWriteIOps", host.blkioDeviceWriteIops(), "IOPS Block write limit in IO" + NOT_MOUNTED + "Block I/O IOPS write limit discarded.");
    }

    private void throttle(String field, @Nullable List<HostConfig.BlockRate> rates, String what) {
        refuse(orEmpty(rates).stream().anyMatch(rate -> rate.rate() < 0), field, "invalid rate for device: a rate can not be less than 0");
        warn(any(rates) && !offered.blkioThrottle(), "Your kernel does not support " + what);
    }

    private void devices() {
        within("HostConfig.DeviceCgroupRules", () -> orEmpty(host.deviceCgroupRules()).forEach(DeviceRule::parse));
        for (var device : orEmpty(host.devices())) {
            String access = device.cgroupPermissions();
            refuse(!access.matches("[rwm]{1,3}"), "Devices", "invalid device mode: " + access);
            refuse(!device.pathInContainer().startsWith("/") || device.pathInContainer().indexOf('\0') >= 0, "Devices",
                    "invalid device path in container: '" + device.pathInContainer() + "' is not absolute");
        }
    }

    private static void refuse(boolean wrong, String field, String message) {
        if (wrong) {
            throw new InvalidArgumentException(message).at("HostConfig." + field);
        }
    }

    private void warn(boolean due, String message) {
        if (due) {
            warnings.add(message);
        }
    }

    private static boolean isNoWeight(int weight) {
        return weight < WEIGHT_MINIMUM || weight > WEIGHT_MAXIMUM;
    }

    private static boolean any(@Nullable List<?> list) {
        return list != null && !list.isEmpty();
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
