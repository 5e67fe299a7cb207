package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Options of containers, as they look from inside, and as they come back. */
class OptionsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void limitsOfV1StandInTheContainersOwnFiles() {
        assumeTrue(Files.exists(Path.of("/sys/fs/cgroup/memory/memory.oom_control")), "this host has no v1 controllers");
        var out = BERTH.docker("run", "--rm", "--blkio-weight", "300", "--oom-kill-disable", "--memory", "64m", "--memory-swappiness", "7", "busybox", "sh", "-c",
                "cd /sys/fs/cgroup; cat memory/memory.swappiness; head -1 memory/memory.oom_control").ok();
        assertThat(out.lines().toList()).containsExactly("7", "oom_kill_disable 1");
    }

    @Test
    void deviceIsMadeUnderItsOtherName() {
        var out = BERTH.docker("run", "--rm", "--device", "/dev/full:/dev/brimful:r", "busybox", "sh", "-c", "head -c3 /dev/brimful | wc -c").ok();
        assertThat(out).isEqualTo("3");
        assertThat(BERTH.docker("run", "--rm", "--device", "/dev/nosuch", "busybox", "true").err())
                .contains("error gathering device information while adding custom device \"/dev/nosuch\": no such file or directory");
    }

    @Test
    void driversThatAreNotThereAreNamed() {
        assertThat(BERTH.docker("run", "--rm", "--gpus", "all", "busybox", "true").err())
                .contains("could not select device driver \"\" with capabilities: [[gpu]]");
    }

    @Test
    void whatWasAskedComesBack() {
        var id = BERTH.docker("create", "--memory", "64m", "--device", "/dev/full:/dev/brimful:r", "--device-cgroup-rule", "c 1:11 r", "busybox").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.Devices}} {{.HostConfig.DeviceCgroupRules}}", id).ok())
                .isEqualTo("67108864 134217728 [{/dev/full /dev/brimful r}] [c 1:11 r]");
        assertThat(BERTH.docker("create", "--blkio-weight", "5", "busybox").expect(1).err()).contains("Range of blkio weight is from 10 to 1000");
        BERTH.docker("rm", id).ok();
    }
}
