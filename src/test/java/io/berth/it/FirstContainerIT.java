package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The docker CLI's daily commands, as a user types them. */
class FirstContainerIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.fromPackedJar();

    /** A client may act on the first output before the start is written down. */
    @Test
    void aSignalAtTheFirstOutputArrives() throws Exception {
        var engine = new EngineClient(BERTH.socket());
        for (int i = 0; i < 10; i++) {
            var process = BERTH.dockerProcess("run", "--rm", "--name", "quick" + i, "busybox", "sh", "-c",
                    "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done");
            assertThat(process.inputReader().readLine()).isEqualTo("ready");
            assertThat(engine.post("/v1.51/containers/quick" + i + "/kill?signal=TERM", "").status()).isEqualTo(204);
            assertThat(process.waitFor()).isEqualTo(5);
        }
    }

    @Test
    void versionAndInfoAnswer() {
        assertThat(BERTH.docker("version", "--format", "{{.Server.APIVersion}}").ok()).isEqualTo("1.51");
        assertThat(BERTH.docker("info", "--format", "{{.OSType}} {{.Driver}}").ok()).isEqualTo("linux overlay2");
    }

    @Test
    void runPrintsOutputAndPassesTheExitCode() {
        var result = BERTH.docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7");
        assertThat(result.expect(7).out()).isEqualTo("out\n");
        assertThat(result.err()).isEqualTo("err\n");
    }

    @Test
    void standardInputIsReadToItsEnd() {
        assertThat(BERTH.dockerWithInput("hi\n".getBytes(StandardCharsets.UTF_8), "run", "-i", "--rm", "busybox", "cat").expect(0).out())
                .isEqualTo("hi\n");
    }

    @Test
    void megabytesGoThroughUnchanged() {
        var in = new byte[8 << 20];
        new java.util.Random(42).nextBytes(in);
        assertThat(BERTH.dockerWithInput(in, "run", "-i", "--rm", "--network", "none", "busybox", "md5sum").ok())
                .startsWith(md5(in));
        assertThat(BERTH.docker("run", "--rm", "--network", "none", "busybox", "sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x").expect(0).out())
                .hasSize(20_000_000);
    }

    @Test
    void optionsReachTheProcess() {
        assertThat(BERTH.docker("run", "--rm", "-e", "COLOUR=blue", "-w", "/srv/app", "-u", "65534:65534", "--hostname", "web1", "busybox",
                "sh", "-c", "echo $COLOUR; pwd; id -u; id -g; hostname").ok()).isEqualTo("blue\n/srv/app\n65534\n65534\nweb1");
        assertThat(BERTH.docker("run", "--rm", "--entrypoint", "/bin/echo", "busybox", "a", "b").ok()).isEqualTo("a b");
    }

    @Test
    void detachedContainerIsListedInspectedStoppedAndRemoved() {
        var id = BERTH.docker("run", "-d", "--name", "sleeper", "--label", "tier=web", "busybox", "sleep", "1000").ok();
        assertThat(id).hasSize(64);
        assertThat(BERTH.docker("ps", "--filter", "label=tier=web", "--format", "{{.Names}} {{.State}}").ok()).isEqualTo("sleeper running");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Running}} {{.HostConfig.NetworkMode}}", "sleeper").ok()).isEqualTo("true bridge");
        assertThat(BERTH.docker("top", "sleeper").ok()).contains("sleep 1000");
        assertThat(BERTH.docker("stop", "-t", "1", "sleeper").ok()).isEqualTo("sleeper");
        assertThat(BERTH.docker("ps", "-a", "--filter", "name=sleeper", "--format", "{{.Status}}").ok()).startsWith("Exited (137)");
        assertThat(BERTH.docker("rm", "sleeper").ok()).isEqualTo("sleeper");
        assertThat(BERTH.docker("ps", "-aq", "--filter", "name=sleeper").ok()).isEmpty();
    }

    @Test
    void createStartWaitAndLogs() {
        BERTH.docker("create", "--name", "steps", "busybox", "sh", "-c", "echo one; echo two; exit 3").ok();
        BERTH.docker("start", "steps").ok();
        assertThat(BERTH.docker("wait", "steps").ok()).isEqualTo("3");
        assertThat(BERTH.docker("logs", "steps").expect(0).out()).isEqualTo("one\ntwo\n");
        assertThat(BERTH.docker("logs", "--tail", "1", "steps").expect(0).out()).isEqualTo("two\n");
        assertThat(BERTH.docker("logs", "-t", "--tail", "1", "steps").expect(0).out()).matches("\\d{4}-\\d\\d-\\d\\dT\\S+Z two\n");
        BERTH.docker("restart", "steps").ok();
        assertThat(BERTH.docker("wait", "steps").ok()).isEqualTo("3");
        assertThat(BERTH.docker("logs", "-f", "steps").expect(0).out()).isEqualTo("one\ntwo\none\ntwo\n");
        BERTH.docker("rm", "steps").ok();
    }

    @Test
    void execRunsInsideWithItsOwnOptions() {
        BERTH.docker("run", "-d", "--name", "target", "-e", "BASE=1", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "-e", "X=2", "-w", "/tmp", "-u", "nobody", "target", "sh", "-c", "echo $BASE$X; pwd; id -un").ok())
                .isEqualTo("12\n/tmp\nnobody");
        BERTH.docker("exec", "target", "sh", "-c", "exit 9").expect(9);
        assertThat(BERTH.dockerWithInput("in\n".getBytes(StandardCharsets.UTF_8), "exec", "-i", "target", "cat").expect(0).out()).isEqualTo("in\n");
        BERTH.docker("exec", "-d", "target", "sh", "-c", "echo done > /tmp/flag").ok();
        Eventually.holds("the detached exec wrote its file", () -> BERTH.docker("exec", "target", "cat", "/tmp/flag").out().equals("done\n"));
        BERTH.docker("rm", "-f", "target").ok();
    }

    @Test
    void initReapsAndForwards() {
        assertThat(BERTH.docker("run", "--rm", "--init", "busybox", "ps", "-o", "pid,args").ok()).containsPattern("1 .*init");
    }

    @Test
    void eventsTellTheStory() {
        BERTH.docker("run", "--rm", "--name", "story", "busybox", "true").ok();
        // The client cuts both times to whole seconds.
        var until = Long.toString(java.time.Instant.now().getEpochSecond() + 1);
        var events = BERTH.docker("events", "--since", "10m", "--until", until, "--filter", "container=story", "--format", "{{.Action}}").ok();
        assertThat(events.lines()).containsSubsequence("create", "attach", "start", "die", "destroy");
    }

    @Test
    void statsMoveAndNameTheLimit() {
        BERTH.docker("run", "-d", "--name", "busy", "--memory", "64m", "busybox", "sh", "-c", "while :; do :; done").ok();
        assertThat(BERTH.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", "busy").ok()).startsWith("busy").endsWith("64MiB");
        assertThat(Double.parseDouble(BERTH.docker("stats", "--no-stream", "--format", "{{.CPUPerc}}", "busy").ok().replace("%", ""))).isGreaterThan(5);
        BERTH.docker("rm", "-f", "busy").ok();
    }

    private static String md5(byte[] data) {
        try {
            return java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("MD5").digest(data));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
