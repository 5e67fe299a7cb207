package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker update}: on the living cgroup and for the next start, all of it or nothing. */
class UpdateIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String LIMITS = "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.CpuShares}} {{.HostConfig.PidsLimit}}";

    @Test
    void limitsOfARunningContainerChangeInTheKernelAndStay() {
        BERTH.docker("run", "-d", "--name", "live", "--memory=64m", "--pids-limit=50", "busybox", "sleep", "1000").ok();
        var since = Long.toString(Instant.now().getEpochSecond());
        assertThat(BERTH.docker("update", "--memory=96m", "--memory-swap=200m", "--cpu-shares=300", "--cpus=0.25", "--cpuset-cpus=0", "--pids-limit=70", "live").ok())
                .isEqualTo("live");
        changed();
        assertThat(BERTH.docker("events", "--since", since, "--until", Long.toString(Instant.now().getEpochSecond() + 1), "--filter", "container=live", "--format", "{{.Action}}").ok())
                .contains("update");
        BERTH.kill();
        BERTH.start();
        changed();
        BERTH.docker("restart", "-t", "0", "live").ok();
        changed();
        BERTH.docker("update", "--pids-limit=-1", "live").ok();
        assertThat(Kernel.limit(BERTH, "live", "pids", "pids.max", "pids.max")).isEqualTo("max");
        assertThat(Kernel.limit(BERTH, "live", "cpu", "cpu.shares", "cpu.weight")).as("what was not said").isIn("300", "12");
        BERTH.docker("rm", "-f", "live").ok();
    }

    private static void changed() {
        assertThat(BERTH.docker("inspect", "-f", LIMITS, "live").ok()).isEqualTo((96 << 20) + " " + (200 << 20) + " 300 70");
        assertThat(Kernel.limit(BERTH, "live", "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Integer.toString(96 << 20));
        assertThat(Kernel.limit(BERTH, "live", "pids", "pids.max", "pids.max")).isEqualTo("70");
        assertThat(Kernel.limit(BERTH, "live", "cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(Kernel.limit(BERTH, "live", "cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("25000");
    }

    @Test
    void whatIsRefusedChangesNothing() {
        BERTH.docker("run", "-d", "--name", "kept", "--memory=64m", "--cpu-period=100000", "--cpu-quota=50000", "busybox", "sleep", "1000").ok();
        var before = BERTH.docker("inspect", "-f", LIMITS, "kept").ok();
        refused("Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time", "--memory=1g");
        refused("Nano CPUs cannot be updated as CPU Period has already been set", "--cpus=1");
        refused("Minimum memory limit allowed is 6MB", "--memory=1m");
        refused("Requested CPUs are not available", "--cpuset-cpus=900", "--cpu-shares=5");
        refused("Minimum memoryswap limit should be larger than memory limit", "--memory=80m", "--memory-swap=70m");
        assertThat(BERTH.docker("inspect", "-f", LIMITS, "kept").ok()).isEqualTo(before);
        assertThat(Kernel.limit(BERTH, "kept", "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Integer.toString(64 << 20));
        assertThat(BERTH.docker("update", "--memory=64m", "nosuch").expect(1).err()).contains("No such container: nosuch");
        BERTH.docker("rm", "-f", "kept").ok();
    }

    private static void refused(String words, String... options) {
        var command = new ArrayList<>(List.of("update"));
        command.addAll(List.of(options));
        command.add("kept");
        assertThat(BERTH.docker(command.toArray(String[]::new)).expect(1).err()).contains(words);
    }

    @Test
    void stoppedContainerStartsWithTheNewLimits() {
        BERTH.docker("create", "--name", "later", "--memory=64m", "busybox", "sleep", "1000").ok();
        BERTH.docker("update", "--memory=32m", "later").ok();
        BERTH.docker("start", "later").ok();
        assertThat(Kernel.limit(BERTH, "later", "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Integer.toString(32 << 20));
        BERTH.docker("rm", "-f", "later").ok();
    }

    @Test
    void restartPolicyHoldsFromTheNextEndOn() {
        BERTH.docker("run", "-d", "--name", "again", "busybox", "sh", "-c", "while [ ! -e /end ]; do usleep 10000; done; rm /end; exit 3").ok();
        BERTH.docker("update", "--restart=on-failure:5", "again").ok();
        BERTH.docker("exec", "again", "touch", "/end").ok();
        Eventually.holds("it was started again", () -> BERTH.docker("inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "again").ok().equals("1 running"));
        BERTH.docker("update", "--restart=no", "again").ok();
        BERTH.docker("exec", "again", "touch", "/end").ok();
        assertThat(BERTH.docker("wait", "again").ok()).isEqualTo("3");
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.RestartPolicy.Name}} {{.State.Status}}", "again").ok()).isEqualTo("no exited");
        BERTH.docker("rm", "again").ok();
        BERTH.docker("run", "-d", "--rm", "--name", "once", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("update", "--restart=always", "once").expect(1).err()).contains("Restart policy cannot be updated because AutoRemove is enabled for the container");
        BERTH.docker("rm", "-f", "once").ok();
    }
}
