package io.berth.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.ConflictException;
import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolboxTests {

    @TempDir
    Path home;

    private Path busybox;
    private Toolbox toolbox;

    @BeforeEach
    void install() throws IOException {
        busybox = home.resolve("busybox");
        Files.write(busybox, program(0, "ash", "cat", "ls", "sh", "yes"));
        toolbox = toolboxOf(busybox);
    }

    private Toolbox toolboxOf(Path program) {
        return new Toolbox(new ToolboxProperties(program), new Instance("berth", home.resolve("data"), Path.of("/run/berth"), ""));
    }

    /** A program of one program header, and what it has of text. */
    private static byte[] program(int headerType, String... names) {
        var text = "some text\0Usage: no name\0" + String.join("\0", names) + "\0\0";
        var elf = ByteBuffer.allocate(64 + 56 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        elf.putShort(16, (short) 2).putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1).putInt(64, headerType);
        elf.put(120, text.getBytes(StandardCharsets.US_ASCII));
        return elf.array();
    }

    private List<String> programs() throws IOException {
        try (Stream<Path> files = Files.list(toolbox.folder().resolve("bin"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void folderHasTheProgramAndALinkForEachOfItsNames() throws IOException {
        assertThat(toolbox.missing()).isEmpty();
        assertThat(programs()).containsExactly("ash", "busybox", "cat", "ls", "sh", "yes");
        var bin = toolbox.folder().resolve("bin");
        assertThat(Files.readSymbolicLink(bin.resolve("sh"))).isEqualTo(Path.of("busybox"));
        assertThat(bin.resolve("busybox")).hasSameBinaryContentAs(busybox);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bin.resolve("busybox")))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void anotherBusyboxMakesItAnew() throws IOException {
        assertThat(programs()).contains("yes");
        Files.write(busybox, program(0, "ls", "sh"));
        Files.setLastModifiedTime(busybox, FileTime.from(Instant.parse("2025-01-01T00:00:00Z")));
        assertThat(programs()).containsExactly("busybox", "ls", "sh");
    }

    @Test
    void whatIsMissingIsSaidWithHowItIsMended() throws IOException {
        assertThat(toolboxOf(Path.of("")).missing()).hasValueSatisfying(why -> assertThat(why).contains("berth.toolbox.path is empty"));
        assertThat(toolboxOf(home.resolve("nothing")).missing())
                .hasValueSatisfying(why -> assertThat(why).contains(home.resolve("nothing").toString(), "apt-get install busybox-static", "berth.toolbox.path"));
        Files.write(busybox, program(3, "ls", "sh"));
        assertThat(toolbox.missing()).as("it needs an interpreter").hasValueSatisfying(why -> assertThat(why).contains("is no static busybox"));
        Files.write(busybox, program(0, "ls", "yes"));
        assertThat(toolbox.missing()).as("it has no shell").isPresent();
        Files.writeString(busybox, "#!/bin/sh\n");
        assertThatThrownBy(toolbox::folder).isInstanceOf(ConflictException.class).hasMessageContaining("apt-get install busybox-static");
    }

    @Test
    void namesAreTheLongestOrderedRunWithAShell() {
        assertThat(Applets.in("b\0a\0c\0sh\0t\0a\0z\0zz\0zzz\0zzzz\0zzzzz\0".getBytes(StandardCharsets.US_ASCII))).containsExactly("a", "c", "sh", "t");
        assertThat(Applets.in("[\0[[\0ash\0sh\0".getBytes(StandardCharsets.US_ASCII))).containsExactly("[", "[[", "ash", "sh");
        assertThat(Applets.in(new byte[0])).isEmpty();
        assertThat(Applets.in("../up\0sh/\0".getBytes(StandardCharsets.US_ASCII))).isEmpty();
    }

    @Test
    void damagedProgramsAreNone() {
        assertThat(StaticProgram.is(new byte[10])).isFalse();
        byte[] cut = program(0, "sh");
        ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putLong(32, 1L << 40);
        assertThat(StaticProgram.is(cut)).isFalse();
        ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putLong(32, -8);
        assertThat(StaticProgram.is(cut)).isFalse();
    }
}
