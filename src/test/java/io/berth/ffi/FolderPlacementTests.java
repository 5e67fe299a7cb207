package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderPlacementTests {

    @TempDir
    static Path folder;

    @BeforeAll
    static void load() throws IOException {
        Native.load(folder.resolve("native"));
    }

    @Test
    void ext4IsToldAndOthersNeedNoTelling() throws Exception {
        Path parent = Files.createDirectory(folder.resolve("parent"));
        boolean told = FolderPlacement.apart(parent);
        assertThat(FolderPlacement.apart(parent)).as("told again").isEqualTo(told);
        if (Files.getFileStore(parent).type().equals("ext4")) {
            assertThat(told).isTrue();
            // lsattr(1) is of the file system's own programs, as mkfs is.
            var flags = new ProcessBuilder("lsattr", "-d", parent.toString()).redirectErrorStream(true).start();
            assertThat(new String(flags.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(" ")[0]).contains("T");
        }
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> FolderPlacement.apart(folder.resolve("missing"))).isInstanceOf(NativeException.class).hasMessageContaining("missing");
    }
}
