package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hostile root file systems, volumes and programs: what they plant leads nowhere outside, and what protects a container stands. */
class ContainmentIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    /** Attack class: a mount over proc, by which masks and labels would be written into files of the attacker. */
    @Test
    void nothingOfUsersIsMountedOverProc() throws IOException {
        for (var place : List.of("/proc", "/proc/self", "/proc/sys/kernel", "/tmp/../proc")) {
            assertThat(BERTH.docker("run", "--rm", "-v", "over:" + place, "busybox", "true").exitCode()).as("volume at " + place).isNotZero();
            assertThat(BERTH.docker("run", "--rm", "--tmpfs", place, "busybox", "true").exitCode()).as("tmpfs at " + place).isNotZero();
        }
        importWithLink("linked-proc", "proc", "/tmp");
        assertThat(BERTH.docker("run", "--rm", "-v", "over:/proc/x", "linked-proc", "true").exitCode()).as("a link at /proc").isNotZero();
        assertThat(BERTH.docker("ps", "-aq", "--filter", "status=running").ok()).isEmpty();
        BERTH.docker("volume", "rm", "-f", "over").ok();
        BERTH.docker("rmi", "linked-proc").ok();
    }

    /** Attack class: links in an image where the engine mounts or makes files. */
    @Test
    void linksInAnImageLeadIntoTheContainer() throws IOException {
        var canary = Files.createDirectories(BERTH.home().resolve("canary"));
        for (var folder : List.of("/dev", "/sys", "/etc", "/run", "/proc")) {
            for (var target : List.of(canary.toString(), "../../../../.." + canary)) {
                importWithLink("planted", folder.substring(1), target);
                BERTH.docker("run", "--rm", "-v", "planted:/run/data", "planted", "/bin/busybox", "true");
                try (var files = Files.list(canary)) {
                    assertThat(files).as(folder + " -> " + target).isEmpty();
                }
                BERTH.docker("rmi", "-f", "planted").ok();
            }
        }
        BERTH.docker("volume", "rm", "-f", "planted").ok();
        importWithLink("benign", "var/run", "/home");
        assertThat(BERTH.docker("run", "--rm", "-v", "benign:/var/run/data", "benign", "sh", "-c", "touch /var/run/data/x && ls /home/data").ok()).isEqualTo("x");
        BERTH.docker("rmi", "benign").ok();
        BERTH.docker("volume", "rm", "benign").ok();
        Files.delete(canary);
    }

    /** T05, attack class: a shared volume whose folders become links while another container is mounted on them. */
    @Test
    void mountTargetsThatAreSwappedStayInside() throws IOException {
        var canary = Files.createDirectories(BERTH.home().resolve("swapped"));
        BERTH.docker("run", "-d", "--name", "swapper", "-v", "swap:/v", "busybox", "sh", "-c", "mkdir -p /v/a; while :; do mv /v/a /v/b; ln -s /../.." + canary
                + " /v/a; rm /v/a; mv /v/b /v/a; done").ok();
        // Whoever mounts by a path is led out: so it would be without care.
        Path onHost = BERTH.dataRoot().resolve("volumes/swap/_data/a/in");
        Eventually.holds("the race can be lost", () -> onHost.toFile().mkdir() && canary.resolve("in").toFile().delete());
        Rounds.of(Boolean.getBoolean("berth.thorough") ? 500 : 20, (i, rounds) -> rounds.count("starts that hit the folder",
                BERTH.docker("run", "--rm", "-v", "swap:/w", "--tmpfs", "/w/a/in", "busybox", "true").exitCode() == 0));
        try (var files = Files.list(canary)) {
            assertThat(files).isEmpty();
        }
        BERTH.docker("rm", "-f", "swapper").ok();
        BERTH.docker("volume", "rm", "swap").ok();
        Files.delete(canary);
    }

    /** Attack class: the masks' source replaced in a shared device folder. */
    @Test
    void masksStandWhateverDevHolds() {
        BERTH.docker("run", "--rm", "-v", "dev:/d", "busybox", "ln", "-s", "/proc/sys/kernel/core_pattern", "/d/null").ok();
        assertThat(BERTH.docker("run", "--rm", "-v", "dev:/dev", "busybox", "sh", "-c", "cat /proc/keys /proc/timer_list | wc -c; "
                + "(echo x > /proc/sys/kernel/core_pattern) 2>/dev/null || echo refused").ok()).isEqualTo("0\nrefused");
        BERTH.docker("volume", "rm", "dev").ok();
    }

    /** Attack class: the engine's own program, run as the entry point, opened for writing. */
    @Test
    void theEnteringProgramCannotBeWritten() {
        BERTH.docker("run", "-d", "--name", "target", "busybox", "sleep", "1000").ok();
        BERTH.docker("exec", "target", "sh", "-c", "printf '#!/proc/self/exe\\n' > /again; chmod 755 /again").ok();
        BERTH.docker("exec", "target", "/again");
        assertThat(BERTH.docker("exec", "target", "sh", "-c", "for p in /proc/[0-9]*; do readlink $p/exe; done").out()).doesNotContain("memfd").doesNotContain("berth");
        assertThat(BERTH.docker("exec", "target", "sh", "-c", "(echo x >> /proc/self/exe) 2>&1 || echo refused").out()).contains("refused");
        BERTH.docker("rm", "-f", "target").ok();
        assertThat(BERTH.docker("run", "--rm", "busybox", "echo", "still").ok()).isEqualTo("still");
    }

    /** Attack class: sockets that need no path are seen by whoever shares the host's network. */
    @Test
    void noAbstractSocketIsOfTheEngine() throws IOException {
        BERTH.docker("run", "-d", "--name", "listens", "busybox", "sleep", "1000").ok();
        var seen = BERTH.docker("run", "--rm", "--network", "host", "busybox", "cat", "/proc/net/unix").ok();
        assertThat(seen.lines().filter(line -> line.contains(" @") && (line.contains("berth") || line.contains(BERTH.name())))).isEmpty();
        assertThat(BERTH.docker("run", "--rm", "--network", "host", "busybox", "ls", BERTH.socket().toString()).exitCode()).isNotZero();
        assertThat(Files.getPosixFilePermissions(BERTH.socket())).noneMatch(permission -> permission.name().startsWith("OTHERS"));
        BERTH.docker("rm", "-f", "listens").ok();
    }

    /** Attack class: a shared volume over what the engine writes settings and labels to, or with links to the host's switches in it. */
    @Test
    void settingsAndSwitchesOfTheHostStayAsTheyAre() throws IOException {
        var pattern = Files.readAllLines(Path.of("/proc/sys/kernel/core_pattern"));
        BERTH.docker("run", "--rm", "-v", "aimed:/v", "busybox", "sh", "-c", "for n in current exec somaxconn shmmax sysrq-trigger core_pattern; do "
                + "ln -s /proc/sys/kernel/core_pattern /v/$n; done; ln -s /proc/sysrq-trigger /v/trigger").ok();
        for (var place : List.of("/proc/self/attr", "/proc/self/task", "/proc/sys", "/proc/sys/net/core", "/proc/sys/kernel", "/proc/thread-self")) {
            assertThat(BERTH.docker("run", "--rm", "-v", "aimed:" + place, "--sysctl", "net.core.somaxconn=1024", "--sysctl", "kernel.shmmax=8192", "busybox", "true")
                    .exitCode()).as("started with a volume at " + place).isEqualTo(125);
        }
        assertThat(BERTH.docker("run", "--rm", "-v", "aimed:/v", "busybox", "sh", "-c", "(echo x > /v/core_pattern) 2>/dev/null || echo refused; "
                + "(echo h > /v/trigger) 2>/dev/null || echo refused").ok()).isEqualTo("refused\nrefused");
        assertThat(Files.readAllLines(Path.of("/proc/sys/kernel/core_pattern"))).isEqualTo(pattern);
        assertThat(BERTH.docker("run", "--rm", "--sysctl", "net.core.somaxconn=1024", "busybox", "cat", "/proc/sys/net/core/somaxconn").ok())
                .as("a setting without anything in its way").isEqualTo("1024");
        BERTH.docker("volume", "rm", "aimed").ok();
    }

    @Test
    void everyMaskedPathIsEmptyAndEveryReadOnlyPathRefuses() {
        var masked = "for p in /proc/acpi /proc/asound /proc/interrupts /proc/kcore /proc/keys /proc/latency_stats /proc/sched_debug /proc/scsi /proc/timer_list "
                + "/proc/timer_stats /sys/firmware /sys/devices/virtual/powercap /sys/devices/system/cpu/cpu*/thermal_throttle; do "
                + "if [ -d $p ]; then ls $p; else head -c 10 $p 2>/dev/null; fi; done";
        assertThat(BERTH.docker("run", "--rm", "busybox", "sh", "-c", masked).out()).isEmpty();
        assertThat(BERTH.docker("run", "--rm", "--security-opt", "systempaths=unconfined", "busybox", "sh", "-c", masked).out()).as("with nothing masked").isNotEmpty();
        var readOnly = "for p in bus fs irq sys sysrq-trigger; do [ -e /proc/$p ] || continue; "
                + "grep -q \" /proc/$p ro,\" /proc/self/mountinfo && echo ro || echo rw; done";
        assertThat(BERTH.docker("run", "--rm", "busybox", "sh", "-c", readOnly).out().lines().distinct()).containsExactly("ro");
        assertThat(BERTH.docker("run", "--rm", "--security-opt", "systempaths=unconfined", "busybox", "sh", "-c", readOnly).out().lines().distinct())
                .as("with nothing read-only").containsExactly("rw");
    }

    /** Imports busybox with a link where a folder of its would be. */
    private static void importWithLink(String image, String path, String target) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var in = new TarArchiveInputStream(new ByteArrayInputStream(TestImages.busyboxRootfs())); var out = new TarArchiveOutputStream(bytes)) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().startsWith(path + "/")) {
                    out.putArchiveEntry(entry);
                    in.transferTo(out);
                    out.closeArchiveEntry();
                }
            }
            var link = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
            link.setLinkName(target);
            out.putArchiveEntry(link);
            out.closeArchiveEntry();
        }
        BERTH.dockerWithInput(bytes.toByteArray(), "import", "-c", "CMD [\"sh\"]", "-", image).expect(0);
    }
}
