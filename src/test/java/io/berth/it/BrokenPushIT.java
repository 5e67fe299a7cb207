package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A push that ends in the middle, for whatever reason, leaves nothing half-made: neither here nor there. */
class BrokenPushIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void nothingStays() {
        registry.close();
        BERTH.docker("image", "prune", "-a", "-f").ok();
        BERTH.removeAndAudit();
        assertThat(BERTH.blobsBeingWritten()).as("half-made blobs").isEmpty();
    }

    private String name(String rest) {
        return registry.authority() + "/" + rest;
    }

    @Test
    void aClientThatGoesAwayStopsThePush() throws InterruptedException {
        TestImages.importAs(BERTH, name("left:1"), FakeRegistry.noiseLayer("big", 32 << 20));
        var begun = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        registry.misbehave(exchange -> {
            if (!exchange.getRequestMethod().equals("PATCH")) {
                return false;
            }
            begun.countDown();
            Eventually.counted(left);
            try {
                registry.breakUpload(exchange, Integer.MAX_VALUE);
            } catch (IOException broken) {
                ended.countDown();
            }
            return true;
        });
        var client = BERTH.dockerProcess("push", name("left:1"));
        Eventually.counted(begun);
        client.destroyForcibly().waitFor();
        left.countDown();
        Eventually.counted(ended);
        Eventually.holds("nothing half-made is left", () -> BERTH.blobsBeingWritten().isEmpty());
        assertThat(registry.manifest("left:1")).isNull();
        registry.misbehave(exchange -> false);
        assertThat(BERTH.docker("push", name("left:1")).ok()).contains("1: digest: ");
    }

    @Test
    void oneLayerThatIsRefusedStopsTheOthers() {
        registry.image("two:1", List.of(FakeRegistry.noiseLayer("one", 32 << 20), FakeRegistry.noiseLayer("two", 31 << 20)));
        BERTH.docker("pull", name("two:1")).ok();
        try (var second = new FakeRegistry()) {
            var both = new CountDownLatch(2);
            var over = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            var number = new AtomicInteger();
            second.misbehave(exchange -> {
                if (!exchange.getRequestMethod().equals("PATCH")) {
                    return false;
                }
                boolean isRefused = number.incrementAndGet() == 1;
                both.countDown();
                Eventually.counted(both);
                if (isRefused) {
                    FakeRegistry.refuse(exchange, 403, "DENIED", "requested access to the resource is denied");
                    return true;
                }
                Eventually.counted(over);
                try {
                    second.breakUpload(exchange, Integer.MAX_VALUE);
                } catch (IOException broken) {
                    ended.countDown();
                }
                return true;
            });
            BERTH.docker("tag", name("two:1"), second.authority() + "/two:1").ok();
            assertThat(BERTH.docker("push", second.authority() + "/two:1").expect(1).err()).contains("denied: requested access to the resource is denied");
            over.countDown();
            Eventually.counted(ended);
            assertThat(second.manifest("two:1")).isNull();
        }
    }

    @Test
    void nothingHalfMadeOutlivesAKill() throws InterruptedException {
        TestImages.importAs(BERTH, name("killed:1"), FakeRegistry.noiseLayer("big", 4 << 20));
        var begun = new CountDownLatch(1);
        registry.misbehave(exchange -> {
            if (!exchange.getRequestMethod().equals("PATCH")) {
                return false;
            }
            begun.countDown();
            try {
                BERTH.process().waitFor();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        var client = BERTH.dockerProcess("push", name("killed:1"));
        Eventually.counted(begun);
        assertThat(BERTH.blobsBeingWritten()).as("the layer, compressed").isNotEmpty();
        BERTH.kill();
        client.waitFor();
        BERTH.start();
        assertThat(BERTH.blobsBeingWritten()).isEmpty();
        registry.misbehave(exchange -> false);
        assertThat(BERTH.docker("push", name("killed:1")).ok()).contains("1: digest: ");
    }
}
