package io.berth.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard in a browser: the scripts of frontend/e2e do and check what a user would. */
class DashboardIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final int LARGE = 6 << 20;

    private static void drive(String script, String subject) throws IOException {
        var password = Files.readAllLines(BERTH.dataRoot().resolve("admin-password")).getFirst();
        var screenshots = Path.of("target/screenshots").toAbsolutePath();
        Command.run("node", Path.of("frontend/e2e", script).toAbsolutePath().toString(), BERTH.uri("").toString(), password, subject,
                screenshots.toString()).expect(0);
    }

    @Test
    void userLogsInCreatesLooksTypesAndRemoves() throws IOException {
        drive("dashboard.mjs", "busybox");
    }

    @Test
    void userPullsCancelsGoesOnAndKeepsALogin() throws IOException {
        var release = new CountDownLatch(1);
        try (var registry = new FakeRegistry()) {
            registry.image("team/web-shop:2.4", List.of(FakeRegistry.noiseLayer("base", 1 << 20), FakeRegistry.noiseLayer("large", LARGE)));
            registry.stallHalfway(LARGE / 2, release);
            drive("pull.mjs", registry.authority() + "/team/web-shop:2.4");
            BERTH.docker("rmi", registry.authority() + "/team/web-shop:2.4").ok();
        } finally {
            release.countDown();
        }
    }
}
