package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The two doors: Engine routes on the Unix socket alone, the dashboard's on TCP alone. */
class DoorsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void engineRoutesAreNotOnTcp() {
        for (var path : List.of("/_ping", "/version", "/info", "/v1.43/containers/json", "/containers/json", "/images/json", "/events")) {
            assertThat(status(BERTH.uri(path).toString())).as(path).isIn("404", "302", "401").isNotEqualTo("200");
        }
        assertThat(status(BERTH.uri("/_ping").toString())).isEqualTo("404");
        assertThat(status(BERTH.uri("/actuator/health").toString())).isEqualTo("200");
    }

    @Test
    void dashboardRoutesAreNotOnTheSocket() {
        for (var path : List.of("/", "/login", "/api/v1/containers", "/actuator/health", "/ws")) {
            assertThat(socketStatus(path)).as(path).isEqualTo("404");
        }
        assertThat(socketStatus("/_ping")).isEqualTo("200");
        assertThat(socketStatus("/v1.24/_ping")).isEqualTo("200");
        assertThat(socketStatus("/v1.23/info")).isEqualTo("400");
        assertThat(socketStatus("/v9.99/info")).isEqualTo("400");
    }

    @Test
    void apiNeedsALogin() {
        assertThat(status(BERTH.uri("/api/v1/containers").toString())).isEqualTo("401");
    }

    @Test
    void foreignHostNamesAreRefused() {
        assertThat(Command.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: evil.example", BERTH.uri("/login").toString()).ok()).isIn("400", "403", "421");
    }

    @Test
    void socketBelongsToRootAndItsGroup() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(BERTH.socket()))).isEqualTo("rw-rw----");
    }

    @Test
    void beyondLoopbackWithoutTlsIsRefusedByName() throws InterruptedException {
        var refused = BERTH.launch(List.of("--berth.data-root=" + BERTH.home().resolve("other"), "--berth.run-root=" + BERTH.home().resolve("o"),
                "--berth.instance=" + BERTH.name() + "x", "--server.port=0", "--server.address=0.0.0.0"));
        assertThat(refused.waitFor()).isNotZero();
        assertThat(BERTH.logTail()).contains("berth.web.insecure");
    }

    @Test
    void longRunRootIsRefusedWithTheLimit() throws InterruptedException {
        var refused = BERTH.launch(List.of("--berth.data-root=" + BERTH.home().resolve("other2"), "--berth.run-root=" + BERTH.home().resolve("r".repeat(100)),
                "--berth.instance=" + BERTH.name() + "y", "--server.port=0"));
        assertThat(refused.waitFor()).isNotZero();
        assertThat(BERTH.logTail()).contains("107");
    }

    private static String status(String url) {
        return Command.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10", url).ok();
    }

    private static String socketStatus(String path) {
        return Command.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10", "--unix-socket", BERTH.socket().toString(), "http://d" + path).ok();
    }
}
