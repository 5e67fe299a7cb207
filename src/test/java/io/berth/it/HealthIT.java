package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The health of containers is looked at by their shims, whether the service is there or not. */
class HealthIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @AfterEach
    void removeContainers() {
        BERTH.docker("ps", "-aq").ok().lines().forEach(id -> BERTH.docker("rm", "-f", id).ok());
    }

    @Test
    void healthFollowsItsProbesAndTellsOfChangesOnly() {
        // The first probe waits for /tmp/go.
        var probe = "while [ ! -e /tmp/go ]; do usleep 10000; done; echo $WORD $(id -un) $PWD; test ! -e /tmp/bad";
        BERTH.docker("run", "-d", "--name", "well", "-u", "nobody", "-w", "/tmp", "-e", "WORD=there", "--health-cmd", probe,
                "--health-interval", "200ms", "--health-retries", "2", "busybox", "sleep", "1000").ok();
        assertThat(inspect("{{.State.Health.Status}}", "well")).isEqualTo("starting");
        assertThat(BERTH.docker("ps", "--format", "{{.Status}}").ok()).contains("(health: starting)");
        BERTH.docker("exec", "well", "touch", "/tmp/go").ok();
        Eventually.holds("it is healthy", () -> inspect("{{.State.Health.Status}}", "well").equals("healthy"));
        assertThat(BERTH.docker("ps", "--filter", "health=healthy", "--format", "{{.Status}}").ok()).endsWith("(healthy)");
        assertThat(inspect("{{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}", "well")).isEqualTo("0 there nobody /tmp");
        BERTH.docker("exec", "well", "touch", "/tmp/bad").ok();
        Eventually.holds("it is unhealthy", () -> inspect("{{.State.Health.Status}}", "well").equals("unhealthy"));
        Eventually.holds("more probes than are kept were made", () -> Integer.parseInt(inspect("{{.State.Health.FailingStreak}}", "well")) > 6);
        assertThat(inspect("{{len .State.Health.Log}}", "well")).isEqualTo("5");
        assertThat(events("well").filter(action -> action.startsWith("health_status"))).containsExactly("health_status: healthy", "health_status: unhealthy");
        assertThat(events("well")).containsSubsequence("exec_create: /bin/sh -c " + probe,
                "exec_start: /bin/sh -c " + probe, "exec_die", "health_status: healthy");
        BERTH.docker("exec", "well", "rm", "/tmp/go").ok();
        BERTH.docker("stop", "-t", "0", "well").ok();
        assertThat(inspect("{{.State.Health.Status}}", "well")).isEqualTo("unhealthy");
        BERTH.docker("start", "well").ok();
        assertThat(inspect("{{.State.Health.Status}} {{len .State.Health.Log}}", "well")).isEqualTo("starting 0");
    }

    @Test
    void probeThatTakesTooLongIsKilledWholly() {
        BERTH.docker("run", "-d", "--name", "slow", "--health-cmd", "echo begins; sleep 7654 & sleep 7654", "--health-interval", "100ms", "--health-timeout", "200ms",
                "--health-retries", "2", "busybox", "sh", "-c", "while true; do sleep 0.1; done").ok();
        Eventually.holds("it is unhealthy", () -> inspect("{{.State.Health.Status}}", "slow").equals("unhealthy"));
        assertThat(inspect("{{(index .State.Health.Log 0).ExitCode}} {{(index .State.Health.Log 0).Output}}", "slow"))
                .isEqualTo("-1 Health check exceeded timeout (200ms): begins");
        BERTH.docker("pause", "slow").ok();
        assertThat(BERTH.docker("top", "slow", "-o", "pid,stat,args").ok().lines().filter(line -> line.contains("sleep 7654") || line.contains(" Z")).count())
                .as("processes of at most the one probe that was under way").isLessThanOrEqualTo(3);
        var probes = inspect("{{(index .State.Health.Log 0).Start}}", "slow");
        BERTH.docker("unpause", "slow").ok();
        Eventually.holds("probes go on", () -> !inspect("{{(index .State.Health.Log 0).Start}}", "slow").equals(probes));
    }

    @Test
    void failuresInTheStartPeriodDoNotCount() {
        BERTH.docker("run", "-d", "--name", "starts", "--health-cmd", "test -e /ready", "--health-interval", "1h", "--health-start-period", "1h",
                "--health-start-interval", "100ms", "--health-retries", "1", "busybox", "sleep", "1000").ok();
        Eventually.holds("failures were seen", () -> inspect("{{len .State.Health.Log}}", "starts").equals("5"));
        assertThat(inspect("{{.State.Health.Status}} {{.State.Health.FailingStreak}}", "starts")).isEqualTo("starting 0");
        BERTH.docker("exec", "starts", "touch", "/ready").ok();
        Eventually.holds("it is healthy", () -> inspect("{{.State.Health.Status}}", "starts").equals("healthy"));
    }

    @Test
    void probesGoOnWhileTheServiceIsAway() {
        BERTH.docker("run", "-d", "--name", "away", "--health-cmd", "test ! -e /bad", "--health-interval", "100ms", "--health-retries", "1", "busybox", "sleep", "1000").ok();
        Eventually.holds("it is healthy", () -> inspect("{{.State.Health.Status}}", "away").equals("healthy"));
        BERTH.kill();
        var init = Shims.of(BERTH.home()).getFirst().children().findFirst().orElseThrow();
        Command.run("touch", "/proc/" + init.pid() + "/root/bad").ok();
        BERTH.start();
        assertThat(inspect("{{.State.Health.Status}}", "away")).isEqualTo("unhealthy");
        assertThat(events("away").filter(action -> action.startsWith("health_status"))).containsExactly("health_status: healthy", "health_status: unhealthy");
    }

    @Test
    void healthComesFromTheImageOrNotAtAll() {
        BERTH.docker("run", "-d", "--name", "plain", "busybox", "sleep", "1000").ok();
        assertThat(inspect("{{json .State}}", "plain")).doesNotContain("Health");
        assertThat(BERTH.docker("ps", "--filter", "health=none", "--format", "{{.Names}}").ok()).isEqualTo("plain");
        BERTH.docker("run", "-d", "--name", "none", "--no-healthcheck", "busybox", "sleep", "1000").ok();
        assertThat(inspect("{{json .State}}", "none")).doesNotContain("Health");
        BERTH.docker("run", "-d", "--name", "absent", "--health-cmd", "exec /no/such", "--health-interval", "100ms", "--health-retries", "1", "busybox", "sleep", "1000").ok();
        Eventually.holds("a probe that cannot run is a failure", () -> inspect("{{.State.Health.Status}}", "absent").equals("unhealthy"));
        assertThat(BERTH.docker("create", "--health-cmd", "true", "--health-interval", "10us", "busybox").err())
                .contains("Interval in Healthcheck cannot be less than 1ms");
    }

    private static Stream<String> events(String container) {
        return BERTH.docker("events", "--since", "1h", "--until", Instant.now().toString(), "--filter", "container=" + container, "--format", "{{.Action}}").ok().lines();
    }

    private static String inspect(String format, String name) {
        return BERTH.docker("inspect", "-f", format, name).ok();
    }
}
