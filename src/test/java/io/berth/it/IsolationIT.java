package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a container can see and do: its own world, seen from inside. */
class IsolationIT {

    private static final String DEFAULT_CAPABILITIES = "00000000a80425fb";

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void capabilitiesAreTheDefaultSet() {
        var status = BERTH.docker("run", "--rm", "busybox", "cat", "/proc/self/status").ok();
        assertThat(status).containsPattern("CapEff:\\s+" + DEFAULT_CAPABILITIES).containsPattern("CapBnd:\\s+" + DEFAULT_CAPABILITIES)
                .containsPattern("CapInh:\\s+0000000000000000").containsPattern("CapAmb:\\s+0000000000000000")
                .containsPattern("Seccomp:\\s+2").containsPattern("NoNewPrivs:\\s+0");
        assertThat(BERTH.docker("run", "--rm", "-u", "65534", "busybox", "cat", "/proc/self/status").ok())
                .containsPattern("CapEff:\\s+0000000000000000").containsPattern("CapPrm:\\s+0000000000000000");
        assertThat(BERTH.docker("run", "--rm", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN", "busybox", "cat", "/proc/self/status").ok())
                .containsPattern("CapEff:\\s+0000000000001000").containsPattern("CapBnd:\\s+0000000000001000");
        assertThat(BERTH.docker("run", "--rm", "--security-opt", "no-new-privileges", "--security-opt", "seccomp=unconfined", "busybox", "cat", "/proc/self/status").ok())
                .containsPattern("NoNewPrivs:\\s+1").containsPattern("Seccomp:\\s+0");
        assertThat(BERTH.docker("run", "--rm", "--privileged", "busybox", "cat", "/proc/self/status").ok()).containsPattern("Seccomp:\\s+0");
    }

    @Test
    void addedDroppedAndAllCapabilitiesAreExactlyThese() throws IOException {
        // A host that is a container itself may have less than the kernel knows.
        long every = Long.parseUnsignedLong(Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("CapBnd:")).findFirst()
                .orElseThrow().substring(7).strip(), 16);
        long standard = Long.parseUnsignedLong(DEFAULT_CAPABILITIES, 16);
        assertThat(effective("--privileged")).isEqualTo(every);
        assertThat(effective("--cap-add", "ALL")).isEqualTo(every);
        assertThat(effective("--cap-add", "SYS_TIME")).isEqualTo(standard | 1L << 25);
        assertThat(effective("--cap-drop", "CHOWN")).isEqualTo(standard & ~1L);
        assertThat(effective("--cap-drop", "ALL")).isZero();
        assertThat(effective("--cap-add", "ALL", "--cap-drop", "SYS_ADMIN")).isEqualTo(every & ~(1L << 21));
        assertThat(effective("-u", "65534", "--privileged")).as("a user's who is not root").isZero();
        assertThat(effective("-u", "65534", "--cap-add", "SYS_TIME")).isZero();
    }

    private static long effective(String... options) {
        var command = new ArrayList<>(List.of("run", "--rm"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "sed", "-n", "s/CapEff:\t//p", "/proc/self/status"));
        return Long.parseUnsignedLong(BERTH.docker(command.toArray(String[]::new)).ok(), 16);
    }

    @Test
    void execGetsTheSameSets() {
        BERTH.docker("run", "-d", "--name", "caps", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "caps", "cat", "/proc/self/status").ok()).containsPattern("CapEff:\\s+" + DEFAULT_CAPABILITIES)
                .containsPattern("Seccomp:\\s+2");
        assertThat(BERTH.docker("exec", "-u", "65534", "caps", "cat", "/proc/self/status").ok()).containsPattern("CapEff:\\s+0000000000000000")
                .containsPattern("CapPrm:\\s+0000000000000000").containsPattern("CapBnd:\\s+" + DEFAULT_CAPABILITIES).containsPattern("Seccomp:\\s+2");
        BERTH.docker("rm", "-f", "caps").ok();
    }

    @Test
    void execIsPrivilegedOnlyWhenItIsAskedTo() {
        BERTH.docker("run", "-d", "--name", "caps", "busybox", "sleep", "1000").ok();
        var all = Long.parseUnsignedLong(BERTH.docker("exec", "--privileged", "caps", "sed", "-n", "s/CapEff:\t//p", "/proc/self/status").ok(), 16);
        assertThat(all).isEqualTo(effective("--privileged"));
        assertThat(BERTH.docker("exec", "caps", "cat", "/proc/self/status").ok()).containsPattern("CapEff:\\s+" + DEFAULT_CAPABILITIES);
        BERTH.docker("pause", "caps").ok();
        assertThat(BERTH.docker("exec", "caps", "true").expect(1).err()).contains("is paused, unpause the container before exec");
        BERTH.docker("rm", "-f", "caps").ok();
    }

    @Test
    void groupsAreThoseOfTheContainersFiles() {
        BERTH.docker("run", "-d", "--name", "groups", "--group-add", "nogroup", "--group-add", "77", "busybox", "sleep", "1000").ok();
        BERTH.docker("exec", "groups", "sh", "-c", "echo alice:x:1000:1000::/home:/bin/sh >> /etc/passwd; echo alice:x:1000: >> /etc/group; echo sound:x:29:alice >> /etc/group").ok();
        assertThat(BERTH.docker("exec", "-u", "alice", "groups", "id", "-G").ok().split(" ")).containsExactlyInAnyOrder("1000", "29", "77", "65534");
        assertThat(BERTH.docker("exec", "-u", "alice:sound", "groups", "id", "-G").ok().split(" ")).containsExactlyInAnyOrder("29", "77", "65534");
        assertThat(BERTH.docker("exec", "-u", "1000:5", "groups", "id", "-G").ok().split(" ")).containsExactlyInAnyOrder("5", "77", "65534");
        assertThat(BERTH.docker("exec", "-u", "alice:none", "groups", "id").expect(1).err()).contains("unable to find group none");
        BERTH.docker("rm", "-f", "groups").ok();
        assertThat(BERTH.docker("run", "--name", "groups", "--group-add", "none", "busybox", "id").expect(125).err()).contains("unable to find group none");
        BERTH.docker("rm", "groups").ok();
    }

    @Test
    void namespacesAreItsOwn() throws IOException {
        var id = BERTH.docker("run", "-d", "busybox", "sleep", "1000").ok();
        var pid = BERTH.docker("inspect", "-f", "{{.State.Pid}}", id).ok();
        for (var namespace : new String[] {"pid", "mnt", "net", "uts", "ipc"}) {
            assertThat(Files.readSymbolicLink(Path.of("/proc", pid, "ns", namespace))).as(namespace)
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", namespace)));
        }
        assertThat(BERTH.docker("exec", id, "sh", "-c", "ls /proc/self/fd").ok().lines().toList()).containsExactly("0", "1", "2", "3");
        assertThat(BERTH.docker("exec", id, "sh", "-c", "ls -l /proc/1/fd | grep -c -- '->'").ok()).isEqualTo("3");
        BERTH.docker("rm", "-f", id).ok();
    }

    @Test
    void kernelFilesAreMaskedAndReadOnly() {
        var out = BERTH.docker("run", "--rm", "busybox", "sh", "-c",
                "cat /proc/kcore | wc -c; ls /sys/firmware | wc -l; echo x > /proc/sysrq-trigger || echo refused; echo x > /proc/sys/kernel/core_pattern || echo refused; touch /sys/x || echo refused");
        assertThat(out.out()).isEqualTo("0\n0\nrefused\nrefused\nrefused\n");
    }

    @Test
    void hostFilesAreNotVisible() throws IOException {
        var secret = Files.writeString(BERTH.home().resolve("host-secret"), "canary");
        BERTH.docker("run", "-d", "--name", "inside", "busybox", "sleep", "1000").ok();
        for (var root : new String[] {"", "/proc/1/root", "/proc/self/root", "/proc/1/cwd", "/../../../.."}) {
            assertThat(BERTH.docker("exec", "inside", "cat", root + secret).err()).as(root).contains("No such file");
        }
        assertThat(BERTH.docker("exec", "inside", "sh", "-c", "ls / | tr '\\n' ' '").ok()).doesNotContain("boot").doesNotContain("host");
        for (int fd = 3; fd < 16; fd++) {
            var escape = BERTH.docker("run", "--rm", "-w", "/proc/self/fd/" + fd, "busybox", "cat", "../../../" + secret);
            assertThat(escape.out()).doesNotContain("canary");
            assertThat(BERTH.docker("exec", "-w", "/proc/self/fd/" + fd, "inside", "cat", "../../../" + secret).out()).doesNotContain("canary");
        }
        BERTH.docker("rm", "-f", "inside").ok();
    }

    @Test
    void twoContainersOfOneImageShareLayersButNotWrites() {
        BERTH.docker("run", "-d", "--name", "one", "busybox", "sh", "-c", "echo mine > /note; sleep 1000").ok();
        BERTH.docker("run", "-d", "--name", "two", "busybox", "sleep", "1000").ok();
        Eventually.holds("the first has written", () -> BERTH.docker("exec", "one", "cat", "/note").out().equals("mine\n"));
        BERTH.docker("exec", "two", "cat", "/note").expect(1);
        var lower = BERTH.docker("inspect", "-f", "{{.GraphDriver.Data.LowerDir}}", "one").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.GraphDriver.Data.LowerDir}}", "two").ok()).isEqualTo(lower);
        BERTH.docker("rm", "-f", "one", "two").ok();
    }

    @Test
    void readOnlyRootRefusesWritesButVolumesTakeThem() {
        var out = BERTH.docker("run", "--rm", "--read-only", "-v", "ro-data:/data", "busybox", "sh", "-c", "touch /x || echo refused; echo kept > /data/x; cat /data/x");
        assertThat(out.out()).isEqualTo("refused\nkept\n");
        assertThat(BERTH.docker("run", "--rm", "-v", "ro-data:/data:ro", "busybox", "sh", "-c", "cat /data/x; touch /data/y || echo refused").expect(0).out()).isEqualTo("kept\nrefused\n");
        BERTH.docker("volume", "rm", "ro-data").ok();
    }

    @Test
    void bindMountsReachTheHostFolder() throws IOException {
        var shared = Files.createDirectory(BERTH.home().resolve("shared"));
        Files.writeString(shared.resolve("from-host"), "hello");
        assertThat(BERTH.docker("run", "--rm", "-v", shared + ":/mnt", "busybox", "sh", "-c", "cat /mnt/from-host; echo back > /mnt/from-container").ok()).isEqualTo("hello");
        assertThat(Files.readString(shared.resolve("from-container"))).isEqualTo("back\n");
    }
}
