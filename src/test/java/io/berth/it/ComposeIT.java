package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stack of Compose: brought up, scaled, recreated and taken down, by the programs that users have. */
class ComposeIT {

    private static final Path STACK = Path.of("src/test/resources/it/compose/compose.yml");

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @ParameterizedTest
    @ValueSource(strings = {"docker compose", "docker-compose"})
    void aStackGoesUpScalesIsRecreatedAndGoesDown(String program) throws IOException {
        var folder = Files.createDirectories(BERTH.home().resolve(program.replace(' ', '_')));
        Files.copy(STACK, folder.resolve("compose.yml"));
        Files.writeString(folder.resolve("api.env"), "GREETING=hello\n");

        compose(program, folder, "up", "-d").ok();
        Eventually.holds("the page says what all services together make", () -> page(program, folder).equals("hello 1"));
        assertThat(services(program, folder)).containsExactlyInAnyOrder("api", "db", "web");
        assertThat(BERTH.docker("exec", container("web"), "nslookup", "db", "127.0.0.11").expect(1).out()).doesNotContain("Name:");
        assertThat(BERTH.docker("exec", container("db"), "ip", "route").ok()).doesNotContain("default");

        // The same again changes nothing.
        var before = BERTH.docker("ps", "-q", "--no-trunc").ok();
        compose(program, folder, "up", "-d").ok();
        assertThat(BERTH.docker("ps", "-q", "--no-trunc").ok()).isEqualTo(before);

        compose(program, folder, "up", "-d", "--no-recreate", "--scale", "api=3").ok();
        Eventually.holds("all of a service are found by its name", () -> BERTH.docker("exec", container("web"), "nslookup", "api", "127.0.0.11").out()
                .lines().filter(line -> line.startsWith("Address") && !line.contains("127.0.0.11")).distinct().count() == 3);

        var database = container("db");
        Files.writeString(folder.resolve("api.env"), "GREETING=changed\n");
        compose(program, folder, "up", "-d").ok();
        assertThat(container("db")).as("what has not changed stays").isEqualTo(database);
        compose(program, folder, "up", "-d", "--force-recreate").ok();
        Eventually.holds("the volume has outlived the containers", () -> page(program, folder).equals("changed 2"));

        compose(program, folder, "--profile", "debug", "up", "-d").ok();
        assertThat(BERTH.docker("exec", container("tools"), "wget", "-qO-", "http://entrance/").ok()).isEqualTo("changed 2");
        compose(program, folder, "--profile", "debug", "down").ok();
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
        assertThat(BERTH.docker("network", "ls", "-q", "--filter", "type=custom").ok()).isEmpty();
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEqualTo("stack_state");
        compose(program, folder, "down", "-v").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEmpty();
    }

    private static CommandResult compose(String program, Path folder, String... arguments) {
        var command = new ArrayList<>(List.of(program.split(" ")));
        command.addAll(List.of("-p", "stack", "-f", folder.resolve("compose.yml").toString()));
        command.addAll(List.of(arguments));
        var environment = new HashMap<>(BERTH.environment());
        environment.put("DOCKER_HOST", "unix://" + BERTH.socket());
        return Command.run(command, new byte[0], environment);
    }

    private static String page(String program, Path folder) {
        var address = compose(program, folder, "port", "web", "80").out().strip();
        return Command.run("curl", "-s", "http://" + address + "/").out().strip();
    }

    private static List<String> services(String program, Path folder) {
        return compose(program, folder, "ps", "--services").ok().lines().filter(name -> !name.equals("tools")).toList();
    }

    private static String container(String service) {
        return BERTH.docker("ps", "-q", "--no-trunc", "--filter", "label=com.docker.compose.service=" + service).ok();
    }
}
