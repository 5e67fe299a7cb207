package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images without a registry: import, tag, save, load, remove. */
class ImagesIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void savedImageLoadsAgainUnderItsNameAndId() throws IOException {
        var id = BERTH.docker("inspect", "-f", "{{.Id}}", "busybox").ok();
        BERTH.docker("tag", "busybox", "copy:1").ok();
        var archive = BERTH.home().resolve("copy.tar");
        BERTH.docker("save", "-o", archive.toString(), "copy:1").ok();
        assertThat(BERTH.docker("rmi", "copy:1").ok()).isEqualTo("Untagged: copy:1");
        assertThat(BERTH.docker("load", "-i", archive.toString()).ok()).contains("Loaded image: copy:1");
        assertThat(BERTH.docker("inspect", "-f", "{{.Id}}", "copy:1").ok()).isEqualTo(id);
        for (var compressor : new String[][] {{"gzip", "-kf"}, {"zstd", "-qkf"}}) {
            Command.run(compressor[0], compressor[1], archive.toString()).ok();
            var compressed = archive + (compressor[0].equals("gzip") ? ".gz" : ".zst");
            assertThat(BERTH.docker("load", "-i", compressed).ok()).contains("Loaded image: copy:1");
        }
        assertThat(BERTH.docker("images", "--format", "{{.Repository}}:{{.Tag}}", "copy").ok()).isEqualTo("copy:1");
        BERTH.docker("rmi", "copy:1").ok();
        Files.delete(archive);
    }

    @Test
    void lastTagTakesTheImageWithIt() {
        BERTH.dockerWithInput(TestImages.busyboxRootfs(), "import", "-m", "another", "-c", "ENV A=b", "-", "alone:1").expect(0);
        assertThat(BERTH.docker("run", "--rm", "alone:1", "sh", "-c", "echo $A").ok()).isEqualTo("b");
        assertThat(BERTH.docker("history", "--format", "{{.Comment}}", "alone:1").ok()).contains("another");
        assertThat(BERTH.docker("rmi", "alone:1").ok()).contains("Untagged: alone:1").contains("Deleted: sha256:");
    }
}
