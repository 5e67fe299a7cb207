package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images of Docker Hub come from mirrors, where these have them. */
class MirrorIT {

    private static final FakeRegistry LAME = new FakeRegistry();
    private static final FakeRegistry MIRROR = new FakeRegistry();

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults(
            "--berth.registry.mirrors=http://" + LAME.authority() + ",http://" + MIRROR.authority());

    @AfterAll
    static void close() {
        LAME.close();
        MIRROR.close();
    }

    @AfterEach
    void nothingStays() {
        BERTH.docker("image", "prune", "-a", "-f").ok();
        BERTH.removeAndAudit();
    }

    @Test
    void anImageIsCalledAsOnDockerHub() {
        var manifest = MIRROR.image("library/tool:1", List.of(TestImages.busyboxRootfs()));
        LAME.misbehave(exchange -> {
            FakeRegistry.refuse(exchange, 500, "UNKNOWN", "out of order");
            return true;
        });
        assertThat(BERTH.docker("pull", "tool:1").ok()).contains("Digest: " + manifest.digest(), "Status: Downloaded newer image for tool:1");
        assertThat(BERTH.docker("run", "--rm", "tool:1", "echo", "mirrored").ok()).isEqualTo("mirrored");
        LAME.misbehave(exchange -> false);
    }

    @Test
    void mirrorsAreAskedForTagsToo() {
        MIRROR.image("library/many:1", List.of(TestImages.busyboxRootfs()));
        MIRROR.image("library/many:2", List.of(TestImages.busyboxRootfs(), FakeRegistry.noiseLayer("data", 1000)));
        assertThat(BERTH.docker("pull", "-a", "many").ok()).contains("Status: Downloaded newer image for many");
        assertThat(BERTH.docker("images", "--format", "{{.Tag}}", "many").ok().lines()).containsExactlyInAnyOrder("1", "2");
        assertThat(LAME.requests()).as("the first one is asked first").anyMatch(request -> request.path().equals("/v2/library/many/tags/list"));
    }
}
