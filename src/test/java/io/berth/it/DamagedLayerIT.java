package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a disk damages of an image is found, and mended from what is whole. */
class DamagedLayerIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final int BYTES = 300_000;

    private final FakeRegistry registry = new FakeRegistry();
    private final AdminApi api = new AdminApi(BERTH);
    private final String image = registry.authority() + "/app:1";

    @AfterEach
    void nothingStays() {
        registry.close();
        // An image that a container uses would stay, and with it another layer's "data".
        BERTH.removeAndAudit();
        BERTH.docker("image", "prune", "-a", "-f").ok();
    }

    private void pull() {
        registry.image("app:1", List.of(TestImages.busyboxRootfs(), FakeRegistry.noiseLayer("data", BYTES)));
        BERTH.docker("pull", image).ok();
    }

    private String sum() {
        return BERTH.docker("run", "--rm", image, "sha256sum", "/data").ok();
    }

    @Test
    void filesAreMadeAgainFromTheLayersBytes() throws IOException {
        pull();
        assertThat(check()).contains("\"state\":\"whole\"").doesNotContain("mended", "lost");
        BERTH.docker("run", "-d", "--name", "runs", image, "sleep", "1000").ok();
        BERTH.docker("create", "--name", "waits", image, "sha256sum", "/data").ok();
        flip(found("layers", "data"), BYTES / 2);
        assertThat(sum()).doesNotStartWith(FakeRegistry.sha256(FakeRegistry.noise(BYTES)));
        assertThat(check()).contains("\"state\":\"mended\",\"difference\":\"\\\"data\\\": content\"");
        assertThat(sum()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(BYTES)));
        assertThat(BERTH.docker("start", "-a", "waits").ok()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(BYTES)));
        assertThat(BERTH.docker("exec", "runs", "sha256sum", "/data").ok()).as("a running container keeps the files that it began with").hasSizeGreaterThan(64);
        assertThat(check()).doesNotContain("mended", "lost");
        BERTH.stop();
        BERTH.start();
        assertThat(sum()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(BYTES)));
        assertThat(BERTH.docker("exec", "runs", "ls", "/data").ok()).isEqualTo("/data");
    }

    @Test
    void bytesThatAreLostAreFetchedAgainAlone() throws IOException {
        pull();
        var blob = FakeRegistry.sha256(FakeRegistry.gzip(FakeRegistry.noiseLayer("data", BYTES)));
        flip(found("blobs", blob), BYTES / 2);
        flip(found("layers", "data"), BYTES / 3);
        BERTH.docker("save", "-o", BERTH.home().resolve("saved").toString(), image).expect(1);
        assertThat(check()).contains("\"state\":\"lost\"");
        assertThat(api.get("/images/plan?reference=" + image).expect(200).path("fetchBytes").asLong()).as("told before").isBetween((long) BYTES, BYTES + 10_000L);
        registry.forgetRequests();
        BERTH.docker("pull", image).ok();
        assertThat(registry.blobBytes()).as("one layer and the config").isBetween((long) BYTES, BYTES + 20_000L);
        assertThat(sum()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(BYTES)));
        assertThat(check()).doesNotContain("mended", "lost");
        BERTH.docker("save", "-o", BERTH.home().resolve("saved").toString(), image).ok();
    }

    @Test
    void whatWasYoungWhenTheMachineWentDownIsLookedAt() throws IOException {
        pull();
        BERTH.kill();
        assertThat(BERTH.logTail()).doesNotContain("the machine went down");
        flip(found("layers", "data"), BYTES / 2);
        Path mark = BERTH.dataRoot().resolve("run");
        Files.writeString(mark, "another-boot " + Files.readString(mark).split(" ")[1]);
        BERTH.hostDown();
        BERTH.start();
        Eventually.holds(() -> "the layers are checked:\n" + BERTH.logTail(), () -> BERTH.logTail().contains("1 were damaged"));
        assertThat(sum()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(BYTES)));
        BERTH.stop();
        assertThat(mark).doesNotExist();
        BERTH.start();
    }

    private String check() {
        return api.post("/images/check", null).expect(200).toString();
    }

    private static Path found(String below, String name) throws IOException {
        Path folder = below.equals("blobs") ? BERTH.dataRoot().resolve("blobs") : BERTH.dataRoot().resolve("snapshots/layers");
        try (var files = Files.walk(folder)) {
            var named = files.filter(file -> file.getFileName().toString().equals(name)).toList();
            assertThat(named).as(name).hasSize(1);
            return named.getFirst();
        }
    }

    /** As a disk does it: neither size nor times change. */
    private static void flip(Path file, int at) throws IOException {
        var modified = Files.getLastModifiedTime(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 0x10)}), at);
        }
        Files.setLastModifiedTime(file, modified);
    }
}
