package io.berth.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard in a browser: frontend/e2e/dashboard.mjs does and checks what a user would. */
class DashboardIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void userLogsInCreatesLooksTypesAndRemoves() throws IOException {
        var password = Files.readAllLines(BERTH.dataRoot().resolve("admin-password")).getFirst();
        var screenshots = Path.of("target/screenshots").toAbsolutePath();
        Command.run("node", Path.of("frontend/e2e/dashboard.mjs").toAbsolutePath().toString(), BERTH.uri("").toString(), password, "busybox",
                screenshots.toString()).expect(0);
    }
}
