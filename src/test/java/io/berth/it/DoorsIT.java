package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The two doors: Engine routes on the Unix socket alone, the dashboard's on TCP alone. */
class DoorsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void everyEngineRouteIsOnTheSocketAndNowhereElse() {
        var routes = Routes.of("io.berth.engineapi");
        assertThat(routes).hasSizeGreaterThan(40).contains(new Routes.Route("POST", "/containers/create"), new Routes.Route("GET", "/images/nothing/json"));
        for (var route : routes) {
            for (var version : List.of("", "/v1.24", "/v1.51")) {
                // What answers for all that is no route is none itself.
                boolean catchAll = route.path().equals("/nothing");
                assertThat(onTcp(route.method(), version + route.path())).as("%s %s%s on TCP", route.method(), version, route.path()).isEqualTo("404");
                assertThat(onSocket(route.method(), version + route.path()).contains("page not found"))
                        .as("%s %s%s on the socket", route.method(), version, route.path()).isEqualTo(catchAll);
            }
        }
        assertThat(onSocket("GET", "/nothing/of/this")).isEqualTo("404 {\"message\":\"page not found\"}");
    }

    @Test
    void everyDashboardRouteIsOnTcpAndNowhereElse() {
        var routes = Stream.of("io.berth.adminapi", "io.berth.web").flatMap(door -> Routes.of(door).stream()).collect(Collectors.toCollection(ArrayList::new));
        assertThat(routes).hasSizeGreaterThan(8).contains(new Routes.Route("GET", "/login"), new Routes.Route("POST", "/api/v1/containers"));
        for (var further : List.of("/actuator/health", "/ws/v1/containers", "/ws/v1/containers/nothing/logs", "/ws/v1/containers/nothing/stats",
                "/ws/v1/consoles/nothing", "/ws/v1/operations")) {
            routes.add(new Routes.Route("GET", further));
        }
        for (var route : routes) {
            assertThat(onSocket(route.method(), route.path())).as("%s %s on the socket", route.method(), route.path()).startsWith("404 ");
            assertThat(onTcp(route.method(), route.path())).as("%s %s on TCP", route.method(), route.path()).isIn("200", "302", "401", "403");
        }
        assertThat(onSocket("GET", "/.engine/_ping")).startsWith("404 ");
        assertThat(onTcp("GET", "/.engine/_ping")).isEqualTo("404");
    }

    @Test
    void versionsOutsideTheRangeAreRefused() {
        assertThat(onSocket("GET", "/v1.24/_ping")).startsWith("200 ");
        assertThat(onSocket("GET", "/v1.23/info")).startsWith("400 ");
        assertThat(onSocket("GET", "/v9.99/info")).startsWith("400 ");
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

    private static String onTcp(String method, String path) {
        return Command.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10", method.equals("HEAD") ? "-I" : "-X" + method, BERTH.uri(path).toString()).ok();
    }

    /** Status and body; of a stream what came in its first moment. */
    private static String onSocket(String method, String path) {
        var answer = Command.run("curl", "-s", "-N", "-w", "\n%{http_code}", "--max-time", "1", method.equals("HEAD") ? "-I" : "-X" + method, "--unix-socket", BERTH.socket().toString(),
                "http://d" + path).out();
        int end = answer.lastIndexOf('\n');
        return answer.substring(end + 1) + " " + answer.substring(0, end).strip();
    }
}
