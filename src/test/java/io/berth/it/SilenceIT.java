package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says nothing in the middle of a transfer is not waited for: that ends with a clear error, and nothing of it is left. */
class SilenceIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults("--berth.engine.silence=2s", "--berth.registry.silence=2s");

    private static final String OF_CLIENT = "the client sent nothing for longer than berth.engine.silence allows";

    private final FakeRegistry registry = new FakeRegistry();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void nothingStays() {
        release.countDown();
        registry.close();
        BERTH.docker("image", "prune", "-a", "-f").ok();
        BERTH.removeAndAudit();
        assertThat(BERTH.blobsBeingWritten()).as("half-made blobs").isEmpty();
        assertThat(BERTH.dataRoot().resolve("snapshots/stage")).as("half-made layers").isEmptyDirectory();
    }

    private static void isTold(EngineClient.Answer answer) {
        assertThat(answer.body()).contains("{\"message\":\"").contains(OF_CLIENT);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void clientsThatStopSendingAnArchive() {
        var engine = new EngineClient(BERTH.socket());
        var rootfs = TestImages.busyboxRootfs();
        var half = Arrays.copyOf(rootfs, rootfs.length / 2);
        isTold(engine.postUnfinished("/v1.51/images/create?fromSrc=-&repo=half", half));
        isTold(engine.postUnfinished("/v1.51/images/create?fromSrc=-&repo=half", Arrays.copyOf(FakeRegistry.gzip(rootfs), 50_000)));
        isTold(engine.postUnfinished("/v1.51/images/load", half));
        isTold(engine.postUnfinished("/v1.51/images/load", new byte[0]));
        assertThat(BERTH.docker("images", "-aq").ok()).isEmpty();
    }

    @Test
    void silenceOfAnAttachedClientIsNoFault() throws Exception {
        TestImages.importBusybox(BERTH);
        var client = BERTH.dockerProcess("run", "--rm", "-i", "--name", "patient", "busybox", "sh", "-c", "sleep 5; exec cat");
        // Nothing is typed for longer than a request may be silent.
        Eventually.holds("it waits for its input", () -> BERTH.docker("top", "patient").out().contains("cat") && !BERTH.docker("top", "patient").out().contains("sleep 5;"));
        client.getOutputStream().write("late\n".getBytes());
        client.getOutputStream().close();
        assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("late\n");
        assertThat(client.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "PATCH"})
    void registriesThatStopReadingOrAnswering(String method) {
        TestImages.importAs(BERTH, registry.authority() + "/deaf:1", FakeRegistry.noiseLayer("big", 32 << 20));
        registry.misbehave(exchange -> {
            if (exchange.getRequestMethod().equals(method)) {
                Eventually.counted(release);
            }
            return false;
        });
        var refused = BERTH.docker("push", registry.authority() + "/deaf:1").expect(1).err();
        assertThat(refused).contains("berth.registry.silence");
        if (method.equals("PATCH")) {
            assertThat(refused).contains("took no byte of layer");
        }
        assertThat(registry.manifest("deaf:1")).isNull();
        release.countDown();
        registry.misbehave(exchange -> false);
        assertThat(BERTH.docker("push", registry.authority() + "/deaf:1").ok()).as("the next try works").contains("1: digest: ");
    }

    @Test
    void registriesThatStopSending() {
        registry.image("mute:1", List.of(FakeRegistry.noiseLayer("big", 1 << 20)));
        registry.misbehave(exchange -> {
            byte[] blob = registry.asked(exchange);
            if (blob == null || blob.length < 1 << 20 || release.getCount() == 0) {
                return false;
            }
            FakeRegistry.sendPart(exchange, blob, 1000);
            Eventually.counted(release);
            return true;
        });
        assertThat(BERTH.docker("pull", registry.authority() + "/mute:1").expect(1).err()).contains("i/o timeout", "berth.registry.silence");
        assertThat(BERTH.docker("images", "-q").ok()).isEmpty();
        release.countDown();
        assertThat(BERTH.docker("pull", registry.authority() + "/mute:1").ok()).as("the next try works").contains("Status: Downloaded newer image");
    }
}
