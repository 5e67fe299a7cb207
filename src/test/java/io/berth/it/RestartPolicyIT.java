package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers are started again by their policies: by their shims, whether the service is there or not, and by the service when it starts. */
class RestartPolicyIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String STATE = "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}";

    @AfterEach
    void removeContainers() {
        BERTH.docker("ps", "-aq").ok().lines().forEach(id -> BERTH.docker("rm", "-f", id).ok());
    }

    @Test
    void failuresAreRetriedAsOftenAsAskedAndTheLogGoesOn() {
        BERTH.docker("run", "-d", "--name", "fails", "--restart", "on-failure:2", "busybox", "sh", "-c", "echo line; exit 3").ok();
        Eventually.holds("the retries are over", () -> inspect("fails", STATE).equals("exited 3 2"));
        assertThat(BERTH.docker("logs", "fails").ok()).isEqualTo("line\nline\nline");
        var events = BERTH.docker("events", "--since", "1h", "--until", Instant.now().toString(), "--filter", "container=fails", "--format",
                "{{.Action}} {{.Actor.Attributes.exitCode}}").ok().lines().toList();
        var round = List.of("start <no value>", "die 3");
        assertThat(events).startsWith("create <no value>").containsSequence(round.get(0), round.get(1), round.get(0), round.get(1), round.get(0),
                round.get(1));
        assertThat(BERTH.docker("run", "--name", "succeeds", "--restart", "on-failure", "busybox", "true").exitCode()).isZero();
        assertThat(inspect("succeeds", STATE)).isEqualTo("exited 0 0");
    }

    @Test
    void waitingForARestartIsAStateOfItsOwn() {
        BERTH.docker("run", "-d", "--name", "loops", "--restart", "always", "busybox", "sh", "-c", "exit 4").ok();
        Eventually.holds("it waits for seconds", () -> Integer.parseInt(inspect("loops", "{{.RestartCount}}")) >= 5
                && inspect("loops", "{{.State.Status}}").equals("restarting"));
        assertThat(inspect("loops", "{{.State.Running}} {{.State.Restarting}} {{.State.Pid}} {{.State.ExitCode}}")).isEqualTo("true true 0 4");
        assertThat(BERTH.docker("ps", "--format", "{{.Status}}").ok()).matches("Restarting \\(4\\) .* ago");
        assertThat(BERTH.docker("exec", "loops", "true").expect(1).err()).contains("is restarting, wait until the container is running");
        assertThat(BERTH.docker("rm", "loops").expect(1).err()).contains("container is restarting: stop the container before removing or force remove");
        assertThat(BERTH.docker("wait", "loops").ok()).isEqualTo("4");
        Eventually.holds("it waits again", () -> inspect("loops", "{{.State.Status}}").equals("restarting"));
        BERTH.docker("stop", "loops").ok();
        assertThat(inspect("loops", "{{.State.Status}} {{.State.ExitCode}} {{.State.Restarting}}")).isEqualTo("exited 4 false");
        BERTH.docker("start", "loops").ok();
        assertThat(Integer.parseInt(inspect("loops", "{{.RestartCount}}"))).isLessThan(5);
    }

    /** It looks ended for a second after its shim was killed: a stop in that time is no stop of nothing. */
    @Test
    void stopEndsARestartThatTheEngineIsAboutToDo() {
        for (var name : List.of("stopped", "witness")) {
            BERTH.docker("run", "-d", "--name", name, "--restart", "always", "busybox", "sleep", "1000").ok();
        }
        var before = inspect("stopped", "{{.State.Pid}}");
        BERTH.killShim("stopped");
        Eventually.holds("the loss is seen", () -> !inspect("stopped", "{{.State.Pid}}").equals(before));
        BERTH.docker("stop", "-t", "0", "stopped").ok();
        var witness = inspect("witness", "{{.State.Pid}}");
        BERTH.killShim("witness");
        Eventually.holds("one that was lost later runs again", () -> !Set.of("0", witness).contains(inspect("witness", "{{.State.Pid}}")));
        assertThat(inspect("stopped", "{{.State.Status}}")).isEqualTo("exited");
    }

    @Test
    void stoppedByHandStaysStoppedButOtherSignalsDoNotCount() {
        BERTH.docker("run", "-d", "--name", "kept", "--restart", "always", "busybox", "sleep", "1000").ok();
        BERTH.docker("kill", "-s", "ABRT", "kept").ok();
        BERTH.docker("run", "-d", "--name", "term", "--restart", "always", "busybox", "sh", "-c", "trap 'exit 5' USR1; while true; do sleep 0.05; done").ok();
        BERTH.docker("kill", "-s", "USR1", "term").ok();
        Eventually.holds("the signal that is no stop is followed by a restart", () -> inspect("term", "{{.State.Status}} {{.RestartCount}}").equals("running 1"));
        BERTH.docker("kill", "kept", "term").ok();
        assertThat(inspect("kept", "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
        assertThat(inspect("term", "{{.State.Status}} {{.State.ExitCode}}")).isEqualTo("exited 137");
    }

    @Test
    void restartsGoOnWhileTheServiceIsAway() {
        BERTH.docker("run", "-d", "--name", "away", "--restart", "always", "-p", "127.0.0.1::80", "busybox", "sh", "-c",
                "echo begun; httpd -h /etc; until [ -e /stop ]; do sleep 0.05; done; rm /stop; exit 6").ok();
        var address = inspect("away", "{{.NetworkSettings.IPAddress}}");
        BERTH.kill();
        var init = Shims.of(BERTH.home()).getFirst().children().findFirst().orElseThrow();
        Command.run("touch", "/proc/" + init.pid() + "/root/stop").ok();
        Eventually.holds("another run has begun", () -> !init.isAlive() && Shims.of(BERTH.home()).getFirst().children().findAny().isPresent());
        BERTH.start();
        assertThat(inspect("away", "{{.State.Status}} {{.RestartCount}} {{.NetworkSettings.IPAddress}}")).isEqualTo("running 1 " + address);
        assertThat(BERTH.docker("logs", "away").ok()).isEqualTo("begun\nbegun");
        assertThat(BERTH.docker("events", "--since", "1h", "--until", Instant.now().toString(), "--filter", "container=away", "--format", "{{.Action}}").ok().lines())
                .containsSubsequence("create", "start", "die", "start");
        var port = BERTH.docker("port", "away", "80").ok().replaceAll(".*:", "");
        var url = "http://127.0.0.1:" + port + "/passwd";
        Eventually.holds(() -> "its port answers: " + Command.run("curl", "-sv", url) + BERTH.docker("exec", "away", "netstat", "-ltn") + BERTH.logTail(),
                () -> Command.run("curl", "-sf", url).exitCode() == 0);
        assertThat(BERTH.docker("run", "--rm", "--network", "container:away", "busybox", "wget", "-qO-", "http://127.0.0.1/group").ok()).contains("root");
    }

    @Test
    void afterTheHostWasDownThePolicySaysWhoReturns() throws IOException {
        for (var policy : List.of("no", "always", "unless-stopped", "on-failure")) {
            BERTH.docker("run", "-d", "--name", policy, "--restart", policy, "busybox", "sleep", "1000").ok();
            BERTH.docker("run", "-d", "--name", policy + "-stopped", "--restart", policy, "busybox", "sleep", "1000").ok();
        }
        BERTH.docker("run", "-d", "--name", "failing", "--restart", "on-failure", "busybox", "sh", "-c", "[ -e /once ] && exec sleep 1000; touch /wait; exit 1").ok();
        BERTH.docker("create", "--name", "never", "--restart", "always", "busybox", "sleep", "1000").ok();
        BERTH.docker("stop", "-t", "0", "no-stopped", "always-stopped", "unless-stopped-stopped", "on-failure-stopped").ok();
        Eventually.holds("it waits to be started again", () -> inspect("failing", "{{.State.Status}}").equals("restarting"));
        BERTH.hostDown();
        BERTH.start();
        Eventually.holds("those that are to return do", () -> running().containsAll(List.of("always", "always-stopped", "unless-stopped", "failing")));
        assertThat(running()).containsExactlyInAnyOrder("always", "always-stopped", "unless-stopped", "failing");
        assertThat(inspect("no", "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}")).startsWith("exited 255 the host went down");
        assertThat(inspect("never", "{{.State.Status}}")).isEqualTo("created");
    }

    @Test
    void restartByHandDoesNotRemoveWhatIsToGoAfterItsRun() {
        BERTH.docker("run", "-d", "--rm", "--name", "passing", "busybox", "sh", "-c", "echo x >> /file; exec sleep 1000").ok();
        BERTH.docker("restart", "-t", "0", "passing").ok();
        assertThat(BERTH.docker("exec", "passing", "cat", "/file").ok()).isEqualTo("x\nx");
        BERTH.docker("stop", "-t", "0", "passing").ok();
        Eventually.holds("it is removed", () -> BERTH.docker("ps", "-aq").ok().isEmpty());
    }

    @Test
    void badPoliciesAreRefused() {
        assertThat(BERTH.docker("create", "--restart", "always:3", "busybox").err()).contains("maximum retry count");
        assertThat(BERTH.docker("create", "--restart", "sometimes", "busybox").err()).contains("sometimes");
        assertThat(BERTH.docker("create", "--rm", "--restart", "always", "busybox").exitCode()).isNotZero();
        BERTH.docker("create", "--name", "missing", "--restart", "always", "busybox", "/no/such/program").ok();
        BERTH.docker("start", "missing").expect(1);
        assertThat(inspect("missing", STATE)).isEqualTo("created 127 0");
    }

    private static List<String> running() {
        return BERTH.docker("ps", "--format", "{{.Names}}").ok().lines().toList();
    }

    private static String inspect(String name, String format) {
        return BERTH.docker("inspect", "-f", format, name).ok();
    }
}
