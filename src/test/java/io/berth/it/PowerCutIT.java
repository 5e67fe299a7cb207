package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client was told survives a power cut at any moment, and nothing half-made does. */
class PowerCutIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.onRecordedDiskOf("700M");

    private static final int BYTES = 3 << 20;
    /** A pull takes about so long after its last byte came. */
    private static final long REST_NANOS = 300_000_000;

    private final FakeRegistry registry = new FakeRegistry();
    private final Random random = Chosen.random("power cuts");

    /** @param acknowledged the images that clients had been told are there, before it */
    private record Cut(String name, Set<String> acknowledged) {}

    @Test
    void pulledImagesAreWholeOrAbsent() throws IOException, InterruptedException {
        int count = Boolean.getBoolean("berth.thorough") ? 24 : 4;
        var images = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            registry.image("app:" + i, List.of(TestImages.busyboxRootfs(), FakeRegistry.noiseLayer("shared", 1000), FakeRegistry.noiseLayer("data", BYTES + i)));
            images.add(registry.authority() + "/app:" + i);
        }
        try {
            var cuts = pullAndCut(images);
            BERTH.kill();
            for (Cut cut : cuts) {
                BERTH.hostDown();
                BERTH.disk().goBackTo(cut.name());
                BERTH.start();
                check(cut, images);
            }
        } finally {
            registry.close();
            BERTH.docker("image", "prune", "-a", "-f");
        }
    }

    /** One pull after the other, and a cut at some moment of each. */
    private List<Cut> pullAndCut(List<String> images) throws InterruptedException {
        var acknowledged = new ConcurrentSkipListSet<String>();
        var cuts = new ArrayList<Cut>();
        for (String image : images) {
            registry.forgetRequests();
            long after = random.nextLong(BYTES * 2L);
            var moment = new CountDownLatch(1);
            registry.whenSent(Math.min(after, BYTES), moment::countDown);
            var client = BERTH.dockerProcess("pull", "-q", image);
            assertThat(moment.await(60, TimeUnit.SECONDS)).as("bytes of " + image + " were fetched").isTrue();
            if (after > BYTES) {
                LockSupport.parkNanos((after - BYTES) * REST_NANOS / BYTES);
            }
            var before = new TreeSet<>(acknowledged);
            if (!client.isAlive() && client.exitValue() == 0) {
                before.add(image);
            }
            BERTH.disk().keep("cut" + cuts.size());
            cuts.add(new Cut("cut" + cuts.size(), before));
            assertThat(client.waitFor()).isZero();
            acknowledged.add(image);
        }
        BERTH.disk().keep("last");
        cuts.add(new Cut("last", acknowledged));
        return cuts;
    }

    private void check(Cut cut, List<String> images) {
        var there = new TreeSet<>(BERTH.docker("images", "--format", "{{.Repository}}:{{.Tag}}").ok().lines().filter(images::contains).toList());
        assertThat(there).as(cut.name()).containsAll(cut.acknowledged());
        for (String image : there) {
            int number = images.indexOf(image);
            assertThat(BERTH.docker("run", "--rm", image, "sha256sum", "/data", "/shared").ok()).as(cut.name() + " " + image)
                    .contains(FakeRegistry.sha256(FakeRegistry.noise(BYTES + number)), FakeRegistry.sha256(FakeRegistry.noise(1000)));
        }
        for (String image : images) {
            if (!there.contains(image)) {
                BERTH.docker("pull", "-q", image).ok();
                assertThat(BERTH.docker("run", "--rm", image, "sha256sum", "/data").ok()).as(cut.name() + ", pulled again")
                        .contains(FakeRegistry.sha256(FakeRegistry.noise(BYTES + images.indexOf(image))));
                break;
            }
        }
    }
}
