package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rescues in user namespaces. */
class RescueElsewhereIT {

    private static final int FIRST = 331_072;

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults("--berth.userns-remap=" + FIRST + "-" + (FIRST + 65_535));

    private final AdminApi api = new AdminApi(BERTH);

    @Test
    void ownersAreThoseInsideAndOnDisk() {
        BERTH.docker("run", "-d", "--name", "web", "--stop-signal", "SIGKILL", "busybox", "sh", "-c",
                "[ -e /ready ] && exec sleep 10000; mkdir /data; echo x > /data/roots; echo y > /data/of12; chown 12:34 /data/of12; chmod 4711 /data/of12; chown 7:7 /data; touch /ready; exec sleep 10000").ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "web", "test", "-e", "/ready").exitCode() == 0);
        var before = SeenTree.of(BERTH, "web", "/data");
        var id = api.post("/containers/web/rescue", Map.of("path", "/data", "volume", "data")).expect(202).path("id").asString();
        Eventually.holds("the rescue has ended", () -> api.get("/operations/" + id).expect(200).path("state").asString().equals("succeeded"));
        assertThat(SeenTree.of(BERTH, "web", "/data")).isEqualTo(before);
        assertThat(BERTH.docker("exec", "web", "stat", "-c", "%u:%g %a", "/data", "/data/roots", "/data/of12").ok()).isEqualTo("7:7 755\n0:0 644\n12:34 4711");
        var data = BERTH.dataRoot().resolve("volumes/data/_data");
        assertThat(Command.run("stat", "-c", "%u:%g", data + "/roots", data + "/of12").ok()).isEqualTo("0:0\n12:34");
        BERTH.docker("rm", "-f", "web").ok();
        BERTH.docker("volume", "rm", "data").ok();
    }
}
