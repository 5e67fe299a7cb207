package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nobody is told: the service's own environment in containers, and the passwords of clients anywhere. */
class SecretsIT {

    private static final String OF_THE_SERVICE = "hush-of-the-service";
    private static final String PASSWORD = "hush-of-the-client";
    private static final String BASIC = Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withEnvironment(Map.of("SECRET", OF_THE_SERVICE, "LD_LIBRARY_PATH", "/" + OF_THE_SERVICE),
            "--logging.level.io.berth=TRACE", "--logging.level.org.apache.hc=DEBUG", "--logging.level.org.springframework.web=DEBUG");

    @Test
    void noContainerHasTheServicesEnvironment() {
        var rootfs = TestImages.busyboxRootfs();
        try (var registry = new FakeRegistry()) {
            registry.image("careless:1", "\"Env\":[\"PATH=/bin\",\"SECRET\",\"=x\",\"KEPT=1\"]", List.of(rootfs));
            BERTH.docker("pull", registry.authority() + "/careless:1").ok();
            BERTH.docker("tag", registry.authority() + "/careless:1", "careless:1").ok();
        }
        BERTH.docker("run", "-d", "--name", "looks", "--health-cmd", "cat /proc/self/environ /proc/1/environ > /seen; env >> /seen", "--health-interval", "100ms", "careless:1",
                "sh", "-c", "tr '\\0' '\\n' < /proc/self/environ; sleep 1000").ok();
        Eventually.holds("it has told", () -> BERTH.docker("logs", "looks").ok().contains("KEPT=1"));
        Eventually.holds("its probe has looked", () -> BERTH.docker("exec", "looks", "cat", "/seen").out().contains("KEPT=1"));
        assertThat(List.of(BERTH.docker("logs", "looks").ok(), BERTH.docker("exec", "looks", "env").ok(), BERTH.docker("exec", "looks", "cat", "/seen").ok(),
                BERTH.docker("exec", "--privileged", "looks", "sh", "-c", "cat /proc/*/environ").out())).noneMatch(text -> text.contains(OF_THE_SERVICE) || text.contains("SECRET"));
        BERTH.docker("rm", "-f", "looks").ok();
    }

    @Test
    void passwordsAreKeptAndToldNowhere() throws IOException {
        try (var registry = new FakeRegistry()) {
            registry.image("secret:1", List.of(FakeRegistry.noiseLayer("a", 100_000)));
            registry.misbehave(exchange -> FakeRegistry.refusesStranger(exchange, "Basic " + BASIC));
            var name = registry.authority() + "/secret:1";
            BERTH.docker("login", "-u", "user", "-p", PASSWORD, registry.authority()).ok();
            BERTH.docker("pull", name).ok();
            BERTH.docker("push", name).ok();
            assertThat(BERTH.docker("pull", registry.authority() + "/none:1").expect(1).err()).doesNotContain(PASSWORD);
            BERTH.docker("login", "-u", "user", "-p", PASSWORD + "-wrong", registry.authority()).expect(1);
            assertThat(registry.requests()).anyMatch(request -> request.authorization().contains(BASIC));
            var told = BERTH.docker("events", "--since", "0", "--until", "1s").ok() + new AdminApi(BERTH).get("/operations").body() + BERTH.docker("image", "inspect", name).ok()
                    + BERTH.docker("info").ok();
            assertThat(told).contains("secret:1").doesNotContain(PASSWORD, BASIC);
            // The client keeps its own password, in its own folder.
            deleteClientsFolder();
            assertThat(Files.readString(BERTH.log())).as("it is on the most talkative level").contains("DEBUG").contains(registry.authority());
            assertThat(Files.readAllLines(BERTH.log())).noneMatch(line -> line.contains(PASSWORD) || line.contains(BASIC));
            assertThat(filesWith(BERTH.home(), PASSWORD)).isEmpty();
            assertThat(filesWith(BERTH.home(), BASIC)).isEmpty();
            BERTH.docker("rmi", name).ok();
        }
    }

    private static void deleteClientsFolder() throws IOException {
        Files.delete(Path.of(BERTH.environment().get("DOCKER_CONFIG"), "config.json"));
    }

    /** Of an instance's home: its data root and its log. */
    static List<Path> filesWith(Path home, String text) throws IOException {
        try (var files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).filter(file -> contains(file, text)).toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (NoSuchFileException gone) {
            // A file that went away meanwhile holds nothing.
            return false;
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
