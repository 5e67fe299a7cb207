package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The service may die at any instruction: no container is stopped, blocked or forgotten. */
class RecoveryIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void containersLogsAndExitCodesSurviveAKillOfTheService() {
        BERTH.docker("run", "-d", "--name", "writer", "busybox", "sh", "-c", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; usleep 2000; done; sleep 1000").ok();
        BERTH.docker("run", "-d", "--name", "ends", "busybox", "sh", "-c", "sleep 3; exit 42").ok();
        BERTH.docker("run", "-d", "--name", "published", "-p", "127.0.0.1::80", "busybox", "httpd", "-f", "-h", "/etc").ok();
        BERTH.kill();
        Eventually.holds("the short one ended while nobody looked", () -> Command.run("pgrep", "-f", "sleep 3; exit 42").exitCode() != 0);
        BERTH.start();
        assertThat(BERTH.docker("ps", "--format", "{{.Names}}").ok().lines()).contains("writer", "published").doesNotContain("ends");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", "ends").ok()).isEqualTo("42 exited");
        Eventually.holds("the writer wrote its last line", () -> BERTH.docker("logs", "--tail", "1", "writer").out().equals("line 3000\n"));
        var expected = IntStream.rangeClosed(1, 3000).mapToObj(i -> "line " + i).toList();
        assertThat(BERTH.docker("logs", "writer").expect(0).out().lines().toList()).isEqualTo(expected);
        assertThat(BERTH.docker("exec", "writer", "echo", "still").ok()).isEqualTo("still");
        var port = BERTH.docker("port", "published", "80").ok().replaceAll(".*:", "");
        assertThat(Command.run("curl", "-sf", "http://127.0.0.1:" + port + "/passwd").ok()).contains("root");
        BERTH.docker("rm", "-f", "writer", "ends", "published").ok();
    }

    @Test
    void answeredChangesHoldAfterAKill() {
        BERTH.docker("create", "--name", "before", "busybox", "true").ok();
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok().lines()).contains("before");
        BERTH.docker("rename", "before", "after").ok();
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok().lines()).contains("after").doesNotContain("before");
        BERTH.docker("rm", "after").ok();
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok().lines()).doesNotContain("after");
    }

    @Test
    void orderlyStopLeavesContainersRunning() {
        BERTH.docker("run", "-d", "--name", "stays", "busybox", "sleep", "1000").ok();
        var pid = BERTH.docker("inspect", "-f", "{{.State.Pid}}", "stays").ok();
        BERTH.stop();
        assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
        BERTH.start();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Pid}}", "stays").ok()).isEqualTo(pid);
        BERTH.docker("rm", "-f", "stays").ok();
    }

    @Test
    void secondServiceOnTheSameDataRootIsRefused() throws Exception {
        var second = BERTH.launch(java.util.List.of("--server.port=0"));
        assertThat(second.waitFor()).isNotZero();
        assertThat(BERTH.logTail()).contains("locked by pid " + BERTH.process().pid());
        assertThat(BERTH.docker("ps").exitCode()).isZero();
    }
}
