package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits: what was asked stands in the kernel's files, and the kernel enforces it. */
class LimitsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void containerSeesItsOwnCgroup() {
        var out = BERTH.docker("run", "--rm", "--memory=64m", "--cpus=0.5", "busybox", "sh", "-c", "cat /proc/self/cgroup; id; hostname").ok();
        assertThat(out).containsPattern("(?m)^\\d+:(memory|):/.*[0-9a-f]{64}$").contains("uid=0(root)");
        assertThat(out.lines().toList().getLast()).matches("[0-9a-f]{12}");
    }

    @Test
    void limitsStandInTheKernelsFiles() {
        var id = BERTH.docker("run", "-d", "--memory=64m", "--memory-swap=128m", "--cpus=0.5", "--cpu-shares=512", "--cpuset-cpus=0", "--pids-limit=42", "busybox", "sleep", "1000").ok();
        assertThat(Kernel.limit(BERTH, id, "memory", "memory.limit_in_bytes", "memory.max")).isEqualTo(Long.toString(64L << 20));
        assertThat(Kernel.limit(BERTH, id, "cpu", "cpu.cfs_quota_us", "cpu.max")).isIn("50000", "50000 100000");
        assertThat(Kernel.limit(BERTH, id, "cpu", "cpu.shares", "cpu.weight")).isIn("512", "20");
        assertThat(Kernel.limit(BERTH, id, "cpuset", "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(Kernel.limit(BERTH, id, "pids", "pids.max", "pids.max")).isEqualTo("42");
        BERTH.docker("rm", "-f", id).ok();
    }

    @Test
    void whoExceedsItsMemoryIsKilledAloneAndItIsSaid() {
        var neighbour = BERTH.docker("run", "-d", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "--name", "hog", "--memory=16m", "--memory-swap=16m", "busybox", "sh", "-c", "x=$(head -c 200000000 /dev/zero | tr '\\0' x)").expect(137);
        assertThat(BERTH.docker("inspect", "-f", "{{.State.OOMKilled}} {{.State.ExitCode}}", "hog").ok()).isEqualTo("true 137");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Running}}", neighbour).ok()).isEqualTo("true");
        BERTH.docker("rm", "-f", "hog", neighbour).ok();
    }

    @Test
    void forkBombStopsAtThePidsLimit() {
        var out = BERTH.docker("run", "--rm", "--pids-limit=10", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; echo end");
        assertThat(out.err()).contains("fork");
    }
}
