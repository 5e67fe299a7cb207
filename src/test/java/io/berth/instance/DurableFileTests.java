package io.berth.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTests {

    @Test
    void laterContentTakesThePlaceOfEarlierAndNothingIsLeftBeside(@TempDir Path folder) throws IOException {
        var file = folder.resolve("file");
        Files.writeString(folder.resolve("file.tmp"), "left by a crash");
        DurableFile.write(file, "one, which is longer".getBytes(StandardCharsets.UTF_8));
        DurableFile.write(file, "two".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("two");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
    }
}
