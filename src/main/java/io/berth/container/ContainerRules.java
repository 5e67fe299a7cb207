package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import io.berth.network.NetworkMode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request this engine can honour. What is wrong is refused as Docker refuses it; what is not built yet is refused by its name, so
 * that nobody counts on it in vain.
 */
final class ContainerRules {

    private static final long MEMORY_MINIMUM = 6L << 20;
    private static final double NANOS = 1e9;
    private static final int PERIOD_MINIMUM = 1_000;
    private static final int PERIOD_MAXIMUM = 1_000_000;
    private static final Set<String> RUNTIMES = Set.of("berth", "runc", "io.containerd.runc.v2");

    private ContainerRules() {}

    static void check(ContainerConfig config, HostConfig host) {
        memory(host);
        cpu(host);
        identities(config, host);
        modes(host);
        RestartPolicies.check(host.restartPolicy(), host.autoRemove());
        HealthRules.check(config.healthcheck());
        notBuilt(config, host);
    }

    private static void memory(HostConfig host) {
        if (host.memory() != 0 && host.memory() < MEMORY_MINIMUM) {
            throw new InvalidArgumentException("Minimum memory limit allowed is 6MB");
        }
        if (host.memory() > 0 && host.memorySwap() > 0 && host.memorySwap() < host.memory()) {
            throw new InvalidArgumentException("Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        if (host.memory() == 0 && host.memorySwap() > 0) {
            throw new InvalidArgumentException("You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (host.memoryReservation() > 0 && host.memory() > 0 && host.memory() < host.memoryReservation()) {
            throw new InvalidArgumentException("Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        if (host.memoryReservation() != 0 && host.memoryReservation() < MEMORY_MINIMUM) {
            throw new InvalidArgumentException("Minimum memory reservation allowed is 6MB");
        }
        var swappiness = host.memorySwappiness();
        if (swappiness != null && (swappiness < -1 || swappiness > 100)) {
            throw new InvalidArgumentException("Invalid value: " + swappiness + ", valid memory swappiness range is 0-100");
        }
        if (host.shmSize() < 0) {
            throw new InvalidArgumentException("SHM size can not be less than 0");
        }
        if (host.oomScoreAdj() < -1000 || host.oomScoreAdj() > 1000) {
            throw new InvalidArgumentException("Invalid value " + host.oomScoreAdj() + ", range for oom score adj is [-1000, 1000]");
        }
    }

    private static void cpu(HostConfig host) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (host.nanoCpus() < 0 || host.nanoCpus() > processors * NANOS) {
            throw new InvalidArgumentException(
                    "Range of CPUs is from 0.01 to %d.00, as there are only %d CPUs available".formatted(processors, processors));
        }
        if (host.nanoCpus() > 0 && (host.cpuQuota() > 0 || host.cpuPeriod() > 0)) {
            throw new InvalidArgumentException("Conflicting options: Nano CPUs and CPU " + (host.cpuQuota() > 0 ? "Quota" : "Period")
                    + " cannot both be set.");
        }
        if (host.cpuPeriod() != 0 && (host.cpuPeriod() < PERIOD_MINIMUM || host.cpuPeriod() > PERIOD_MAXIMUM)) {
            throw new InvalidArgumentException("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        }
        if (host.cpuQuota() > 0 && host.cpuQuota() < PERIOD_MINIMUM) {
            throw new InvalidArgumentException("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        }
        if (host.cpuShares() < 0) {
            throw new InvalidArgumentException("invalid CPU shares (" + host.cpuShares() + "): value must be a positive integer");
        }
        CpuList.check(host.cpusetCpus(), "/sys/devices/system/cpu/online", "CPUs");
        CpuList.check(host.cpusetMems(), "/sys/devices/system/node/online", "memory nodes");
    }

    private static void identities(ContainerConfig config, HostConfig host) {
        for (String name : new String[] {config.hostname(), config.domainname()}) {
            if (name != null && name.chars().anyMatch(c -> c <= ' ' || c == '/' || Character.isISOControl(c))) {
                throw new InvalidArgumentException("invalid hostname: " + name);
            }
        }
        for (var label : config.labels().entrySet()) {
            if (label.getKey().isEmpty()) {
                throw new InvalidArgumentException("invalid label: a name is empty");
            }
        }
        if (config.workingDir() != null && !config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw new InvalidArgumentException("the working directory '" + config.workingDir() + "' is invalid, it needs to be an absolute path");
        }
        if (config.stopSignal() != null) {
            Signals.parse(config.stopSignal());
        }
        if (config.env() != null && config.env().stream().anyMatch(line -> line.indexOf('\0') >= 0)) {
            throw new InvalidArgumentException("invalid environment variable: it holds a NUL");
        }
    }

    private static void modes(HostConfig host) {
        if (!RUNTIMES.contains(host.runtime())) {
            throw new InvalidArgumentException("unknown or invalid runtime name: " + host.runtime());
        }
        if (!Set.of("", "default").contains(host.isolation())) {
            throw new InvalidArgumentException("invalid isolation '" + host.isolation() + "': linux only supports 'default'");
        }
        var network = NetworkMode.parse(host.networkMode());
        boolean published = !host.portBindings().isEmpty() || host.publishAllPorts();
        if (published && network instanceof NetworkMode.Container) {
            throw new InvalidArgumentException("conflicting options: port publishing and the container type network mode");
        }
        if (!Set.of("", "host", "private").contains(host.cgroupnsMode())) {
            throw new InvalidArgumentException("invalid cgroup namespace mode: " + host.cgroupnsMode());
        }
        if (host.privileged() && "host".equals(host.usernsMode())) {
            return;
        }
        if (!host.usernsMode().isEmpty() && !host.usernsMode().equals("host")) {
            throw new InvalidArgumentException("invalid USER mode: " + host.usernsMode());
        }
    }

    /** Options that are understood and not built. */
    private static void notBuilt(ContainerConfig config, HostConfig host) {
        refuse(!Set.of("json-file", "none").contains(host.logConfig().type()), "the log driver " + host.logConfig().type());
        refuse(!host.pidMode().isEmpty(), "the PID mode " + host.pidMode() + " (--pid)");
        refuse(!host.utsMode().isEmpty(), "the UTS mode " + host.utsMode() + " (--uts)");
        refuse(!Set.of("private", "none", "shareable").contains(host.ipcMode()), "the IPC mode " + host.ipcMode() + " (--ipc)");
        refuse(any(host.volumesFrom()), "volumes from other containers (--volumes-from)");
        refuse(any(host.links()), "links (--link)");
        refuse(any(host.devices()), "devices (--device)");
        refuse(any(host.deviceRequests()), "device requests (--gpus)");
        refuse(any(host.deviceCgroupRules()), "device rules (--device-cgroup-rule)");
        refuse(any(host.blkioWeightDevice()) || any(host.blkioDeviceReadBps()) || any(host.blkioDeviceWriteBps())
                || any(host.blkioDeviceReadIops()) || any(host.blkioDeviceWriteIops()), "block I/O limits of devices");
        refuse(host.storageOpt() != null && !host.storageOpt().isEmpty(), "storage options (--storage-opt)");
        refuse(host.cpuRealtimePeriod() != 0 || host.cpuRealtimeRuntime() != 0, "real-time CPU limits");
        refuse(Boolean.TRUE.equals(host.oomKillDisable()), "switching the OOM killer off (--oom-kill-disable)");
        refuse(!host.cgroupParent().isEmpty(), "a cgroup parent (--cgroup-parent)");
        refuse(!host.volumeDriver().isEmpty() && !host.volumeDriver().equals("local"), "the volume driver " + host.volumeDriver());
        refuse(config.networkDisabled(), "NetworkDisabled");
    }

    private static void refuse(boolean asked, String what) {
        if (asked) {
            throw new NotImplementedException("not supported yet: " + what);
        }
    }

    private static boolean any(@Nullable List<?> list) {
        return list != null && !list.isEmpty();
    }
}
