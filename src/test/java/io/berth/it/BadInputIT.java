package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bad input: a clear error in the words Docker uses, and nothing half-made left. */
class BadInputIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void unknownImage() {
        assertThat(BERTH.docker("create", "--pull", "never", "nosuch:1").expect(1).err()).contains("No such image: nosuch:1");
    }

    @Test
    void nameInUse() {
        BERTH.docker("create", "--name", "taken", "busybox").ok();
        assertThat(BERTH.docker("create", "--name", "taken", "busybox").expect(1).err())
                .contains("Conflict. The container name \"/taken\" is already in use by container");
        BERTH.docker("rm", "taken").ok();
    }

    @Test
    void badLimits() {
        assertThat(BERTH.docker("create", "--memory=4k", "busybox").expect(1).err()).contains("Minimum memory limit allowed is 6MB");
        assertThat(BERTH.docker("create", "--cpus=4000", "busybox").expect(1).err()).contains("Range of CPUs");
        assertThat(BERTH.docker("create", "--cpuset-cpus=900", "busybox").expect(1).err()).contains("Requested CPUs are not available");
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    @Test
    void commandsThatCannotRun() {
        assertThat(BERTH.docker("run", "--rm", "busybox", "nosuchcommand").expect(127).err()).contains("executable file not found in $PATH");
        assertThat(BERTH.docker("run", "--rm", "busybox", "/etc/passwd").expect(126).err()).contains("permission denied");
        BERTH.docker("run", "-d", "--name", "alive", "busybox", "sleep", "1000").ok();
        BERTH.docker("exec", "alive", "nosuchcommand").expect(127);
        BERTH.docker("exec", "alive", "/etc/passwd").expect(126);
        BERTH.docker("rm", "-f", "alive").ok();
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    @Test
    void damagedArchivesLeaveNothing() {
        var images = BERTH.docker("images", "-aq").ok();
        assertThat(BERTH.dockerWithInput("not a tar at all".getBytes(StandardCharsets.UTF_8), "load").exitCode()).isNotZero();
        var whole = TestImages.busyboxRootfs();
        assertThat(BERTH.dockerWithInput(Arrays.copyOf(whole, whole.length / 2), "import", "-", "half:1").exitCode()).isNotZero();
        assertThat(BERTH.docker("images", "-aq").ok()).isEqualTo(images);
    }

    @Test
    void runningContainersAreNotRemoved() {
        BERTH.docker("run", "-d", "--name", "runs", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("rm", "runs").expect(1).err()).contains("stop the container before removing or force remove");
        assertThat(BERTH.docker("rmi", "busybox").expect(1).err()).contains("conflict");
        BERTH.docker("rm", "-f", "runs").ok();
        assertThat(BERTH.docker("stop", "runs").expect(1).err()).contains("No such container: runs");
    }

    @Test
    void whatIsNotBuiltIsNamed() {
        assertThat(BERTH.docker("pull", "alpine").exitCode()).isNotZero();
        assertThat(BERTH.docker("swarm", "init").exitCode()).isNotZero();
    }
}
