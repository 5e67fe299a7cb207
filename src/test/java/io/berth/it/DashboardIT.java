package io.berth.it;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard in a browser: the scripts of frontend/e2e do and check what a user would. */
class DashboardIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final int LARGE = 6 << 20;

    @Test
    void userLogsInCreatesLooksTypesAndRemoves() throws IOException {
        BrowserScript.run(BERTH, "dashboard.mjs", "busybox");
    }

    @Test
    void userZoomsIntoContainers() throws IOException {
        BERTH.docker("run", "-d", "--name", "zoom-web", "--hostname", "inner", "-m", "64m", "--cpus", "0.5", "--pids-limit", "20", "-v", "zoom-kept:/kept",
                "busybox", "sh", "-c", """
                        mkdir -p /var/lib/postgresql/pg_wal; cd /var/lib/postgresql; touch PG_VERSION; head -c 3000000 /dev/zero > big; rm /bin/vi
                        printf x > "/<img src=x onerror=alert(1)>$(printf '\\342\\200\\256')"; while :; do :; done""").ok();
        BERTH.docker("run", "-d", "--name", "zoom-side", "--network", "container:zoom-web", "--pid", "host", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "zoom-brief", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "--name", "zoom-hungry", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "head -c 64m /dev/zero > /dev/shm/fill").expect(137);
        // The last that it writes before it is busy.
        Eventually.holds("it has written", () -> BERTH.docker("exec", "zoom-web", "sh", "-c", "ls / | grep '<img'").exitCode() == 0);
        BrowserScript.run(BERTH, "zoomin.mjs", "zoom");
        BERTH.docker("rm", "-f", "zoom-web", "zoom-side", "zoom-hungry").ok();
        BERTH.docker("volume", "rm", "zoom-kept").ok();
    }

    @Test
    void userPullsCancelsGoesOnAndKeepsALogin() throws IOException {
        var release = new CountDownLatch(1);
        try (var registry = new FakeRegistry()) {
            registry.image("team/web-shop:2.4", List.of(FakeRegistry.noiseLayer("base", 1 << 20), FakeRegistry.noiseLayer("large", LARGE)));
            registry.stallHalfway(LARGE / 2, release);
            BrowserScript.run(BERTH, "pull.mjs", registry.authority() + "/team/web-shop:2.4");
            BERTH.docker("rmi", registry.authority() + "/team/web-shop:2.4").ok();
        } finally {
            release.countDown();
        }
    }
}
