package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
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
        assertThat(BERTH.docker("create", "--cpus=4000", "busybox").expect(1).err()).contains("range of CPUs");
        assertThat(BERTH.docker("create", "--cpuset-cpus=900", "busybox").expect(1).err()).contains("Requested CPUs are not available");
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    @Test
    void commandsThatCannotRun() {
        assertThat(BERTH.docker("run", "--rm", "busybox", "nosuchcommand").expect(127).err()).contains("executable file not found in $PATH");
        assertThat(BERTH.docker("run", "--rm", "busybox", "/etc/passwd").expect(126).err()).contains("permission denied");
        BERTH.docker("run", "-d", "--name", "alive", "busybox", "sleep", "1000").ok();
        String failed = "OCI runtime exec failed: exec failed: unable to start container process: ";
        assertThat(BERTH.docker("exec", "alive", "nosuchcommand").expect(127).out())
                .contains(failed + "exec: \"nosuchcommand\": executable file not found in $PATH");
        assertThat(BERTH.docker("exec", "alive", "/etc/passwd").expect(126).out()).contains(failed + "exec: \"/etc/passwd\": permission denied");
        assertThat(BERTH.docker("exec", "alive", "/etc").expect(126).out()).contains(failed + "exec: \"/etc\": is a directory: permission denied");
        assertThat(BERTH.docker("exec", "-w", "/missing", "alive", "pwd").expect(127).out()).contains("no such file or directory");
        assertThat(BERTH.docker("exec", "-u", "nobody-here", "alive", "id").expect(1).err()).contains("unable to find user nobody-here");
        assertThat(BERTH.docker("exec", "--detach-keys", "odd-keys", "alive", "id").expect(1).err()).contains("Invalid escape keys (odd-keys) provided");
        assertThat(BERTH.docker("run", "--rm", "-w", "/etc/passwd", "busybox", "pwd").expect(125).err()).contains("Cannot mkdir: /etc/passwd is not a directory");
        BERTH.docker("rm", "-f", "alive").ok();
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    @Test
    void failuresNameWhatWasTried() {
        BERTH.docker("create", "--name", "one", "busybox").ok();
        BERTH.docker("create", "--name", "two", "busybox").ok();
        BERTH.docker("run", "-d", "--name", "runs", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("kill", "one").expect(1).err()).contains("cannot kill container: one: container ").contains(" is not running");
        assertThat(BERTH.docker("kill", "missing").expect(1).err()).contains("cannot kill container: missing: No such container: missing");
        assertThat(BERTH.docker("restart", "-s", "ODD", "runs").expect(1).err()).contains("Cannot restart container runs: invalid signal: ODD");
        assertThat(BERTH.docker("rename", "one", "two").expect(1).err())
                .contains("Error when allocating new name: Conflict. The container name \"/two\" is already in use");
        assertThat(BERTH.docker("rename", "one", "o d d").expect(1).err())
                .contains("Error when allocating new name: Invalid container name (/o d d), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        BERTH.docker("rm", "-f", "one", "two", "runs").ok();
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
    void damagedImageArchivesAreRefusedWhole() throws IOException {
        var rootfs = TestImages.busyboxRootfs();
        BERTH.dockerWithInput(rootfs, "import", "-c", "LABEL of=victim", "-", "victim:1").expect(0);
        var archive = BERTH.home().resolve("victim.tar");
        BERTH.docker("save", "-o", archive.toString(), "victim:1").ok();
        BERTH.docker("rmi", "victim:1").ok();
        BERTH.docker("rmi", "-f", "busybox").ok();
        try {
            loadedWholeOrNotAtAll(Files.readAllBytes(archive));
        } finally {
            TestImages.importBusybox(BERTH);
            Files.delete(archive);
        }
    }

    private static void loadedWholeOrNotAtAll(byte[] whole) throws IOException {
        var files = files(BERTH);
        assertThat(BERTH.dockerWithInput(Arrays.copyOf(whole, whole.length / 2), "load").exitCode()).isNotZero();
        var damaged = whole.clone();
        damaged[damaged.length / 3] ^= 1;
        assertThat(BERTH.dockerWithInput(damaged, "load").err() + BERTH.dockerWithInput(damaged, "load").out()).containsIgnoringCase("digest");
        assertThat(BERTH.docker("images", "-aq").ok()).isEmpty();
        assertThat(files(BERTH)).isEqualTo(files);
        BERTH.dockerWithInput(whole, "load").expect(0);
        assertThat(BERTH.docker("run", "--rm", "victim:1", "echo", "whole").ok()).isEqualTo("whole");
        BERTH.docker("rmi", "victim:1").ok();
    }

    @Test
    void decompressionBombsAreStoppedAndLeaveNothing() throws IOException {
        var files = files(BERTH);
        for (var bomb : List.of(zeros(out -> new ZstdCompressorOutputStream(out)), zeros(GZIPOutputStream::new))) {
            assertThat(BERTH.dockerWithInput(bomb, "import", "-", "bomb:1").err()).contains("refused as a decompression bomb");
            assertThat(BERTH.dockerWithInput(bomb, "load").exitCode()).isNotZero();
        }
        assertThat(BERTH.docker("images", "-q", "bomb").ok()).isEmpty();
        assertThat(files(BERTH)).isEqualTo(files);
    }

    /** A tar with one file of 300 MB, compressed to almost nothing. */
    private static byte[] zeros(Compressor compressor) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(compressor.over(bytes))) {
            var entry = new TarArchiveEntry("zeros");
            entry.setSize(300_000_000);
            tar.putArchiveEntry(entry);
            var block = new byte[1_000_000];
            for (int i = 0; i < 300; i++) {
                tar.write(block);
            }
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface Compressor {
        OutputStream over(OutputStream out) throws IOException;
    }

    /** What lies in the data root, but for the database, once the trash (emptied in the background) is gone. */
    static List<String> files(BerthInstance berth) throws IOException {
        var trash = berth.dataRoot().resolve("snapshots/trash");
        Eventually.holds("the trash is emptied", () -> trash.toFile().list().length == 0);
        try (var all = Files.walk(berth.dataRoot())) {
            // What removed containers have printed is kept for a while.
            return all.map(Path::toString).filter(path -> !path.contains("/db/") && !path.contains("/kept-logs/")).sorted().toList();
        }
    }

    @Test
    void pathsThatLeadOutOfAnImageAreRefused() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry("../../../escaped", true));
            tar.closeArchiveEntry();
        }
        assertThat(BERTH.dockerWithInput(bytes.toByteArray(), "import", "-", "escape:1").err()).contains("../../../escaped");
        assertThat(BERTH.docker("images", "-q", "escape").ok()).isEmpty();
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
