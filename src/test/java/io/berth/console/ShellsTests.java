package io.berth.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.console.Shells.Shell;
import io.berth.container.ContainerProcess;
import io.berth.ffi.Native;
import io.berth.ffi.RootDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("privileged")
class ShellsTests {

    @TempDir
    Path outside;

    private Path inside;

    @BeforeAll
    static void load() throws IOException {
        Native.load(Path.of(System.getProperty("java.io.tmpdir"), "berth-test-native"));
    }

    @BeforeEach
    void makeRoot() throws IOException {
        inside = Files.createDirectories(outside.resolve("root"));
        Files.createDirectories(inside.resolve("bin"));
        Files.createDirectories(inside.resolve("opt/bin"));
    }

    private void program(String path, String mode) throws IOException {
        var file = Files.writeString(inside.resolve(path), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private List<Shell> found() {
        try (var root = RootDir.open(inside)) {
            return Shells.find(root, List.of("/opt/bin/", "/bin"));
        }
    }

    @Test
    void bestShellComesFirstAndThePathsOrderCounts() throws IOException {
        program("bin/sh", "rwxr-xr-x");
        program("bin/bash", "rwxr-xr-x");
        program("opt/bin/sh", "rwxr-xr-x");
        assertThat(found()).containsExactly(new Shell("bash", "/bin/bash"), new Shell("sh", "/opt/bin/sh"));
    }

    @Test
    void onlyProgramsCount() throws IOException {
        program("bin/bash", "rw-r--r--");
        Files.createDirectories(inside.resolve("bin/zsh"));
        Files.createSymbolicLink(inside.resolve("bin/dash"), Path.of("nowhere"));
        Files.createSymbolicLink(inside.resolve("bin/ash"), Path.of("ash"));
        assertThat(found()).isEmpty();
    }

    @Test
    void linksLeadNowhereOutside() throws IOException {
        var host = Files.writeString(outside.resolve("host-shell"), "x");
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(inside.resolve("bin/bash"), host);
        Files.createSymbolicLink(inside.resolve("bin/zsh"), Path.of("../../host-shell"));
        program("bin/busybox", "rwxr-xr-x");
        Files.createSymbolicLink(inside.resolve("bin/sh"), Path.of("/bin/busybox"));
        assertThat(found()).containsExactly(new Shell("sh", "/bin/sh"));
    }

    @Test
    void programsOfAConsoleAreWhatItHasStarted() {
        var all = List.of(process(1, 0, "init"), process(20, 5, "sh"), process(21, 20, "/usr/bin/vi file"), process(30, 21, "cat"), process(22, 1, "other"));
        assertThat(Programs.of(20, false, all)).containsExactly("vi", "cat");
        assertThat(Programs.of(22, false, all)).isEmpty();
    }

    private static ContainerProcess process(int pid, int parent, String name) {
        return new ContainerProcess(pid, pid, parent, "root", 0, name, name, "S", 0, 0, 1, Instant.EPOCH);
    }
}
