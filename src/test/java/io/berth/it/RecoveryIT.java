package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** The service may die at any instruction: no container is stopped, blocked or forgotten. */
class RecoveryIT {

    private static final JsonMapper JSON = new JsonMapper();

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

    /** The database may not have them yet: their shims do. */
    @Test
    void toldStartsAndEndsHoldAfterAKill() {
        var engine = new EngineClient(BERTH.socket());
        BERTH.docker("create", "--name", "begins", "busybox", "sleep", "1000").ok();
        BERTH.docker("create", "--name", "ends", "busybox", "sh", "-c", "exit 42").ok();
        assertThat(engine.post("/containers/begins/start", "").status()).isEqualTo(204);
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("exec", "begins", "echo", "runs").ok()).isEqualTo("runs");
        assertThat(engine.post("/containers/ends/start", "").status()).isEqualTo(204);
        assertThat(engine.post("/containers/ends/wait", "").body()).contains("42");
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", "ends").ok()).isEqualTo("42 exited");
        assertThat(actionsUntilNow(engine, "begins")).isEqualTo(List.of("create", "start", "exec_create: echo runs", "exec_start: echo runs", "exec_die"));
        assertThat(actionsUntilNow(engine, "ends")).isEqualTo(List.of("create", "start", "die"));
        BERTH.docker("rm", "-f", "begins", "ends").ok();
    }

    /** An event is seen when it is committed, and whoever asks for all until now waits for those on their way. */
    @Test
    void whatIsToldIsAmongTheEventsUntilThen() {
        var engine = new EngineClient(BERTH.socket());
        for (int i = 0; i < 20; i++) {
            BERTH.docker("create", "--name", "short", "busybox", "true").ok();
            assertThat(engine.post("/containers/short/start", "").status()).isEqualTo(204);
            assertThat(actionsUntilNow(engine, "short")).startsWith("create", "start");
            assertThat(engine.post("/containers/short/wait", "").status()).isEqualTo(200);
            assertThat(actionsUntilNow(engine, "short")).containsExactly("create", "start", "die");
            assertThat(engine.delete("/containers/short").status()).isEqualTo(204);
        }
    }

    private static List<String> actionsUntilNow(EngineClient engine, String container) {
        var id = JSON.readTree(engine.get("/containers/" + container + "/json").body()).path("Id").asString();
        var now = Instant.now();
        var filters = URLEncoder.encode("{\"container\":[\"" + id + "\"]}", StandardCharsets.UTF_8);
        var events = engine.get("/events?since=1&until=%d.%09d&filters=%s".formatted(now.getEpochSecond(), now.getNano(), filters));
        assertThat(events.status()).as(events.body()).isEqualTo(200);
        return events.body().lines().filter(line -> !line.isBlank()).map(line -> JSON.readTree(line).path("Action").asString()).toList();
    }

    @Test
    void orderlyStopLeavesContainersRunning() {
        BERTH.docker("run", "-d", "--name", "stays", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "paused", "--health-cmd", "true", "--health-interval", "50ms", "busybox", "sleep", "1000").ok();
        BERTH.docker("pause", "paused").ok();
        var pid = BERTH.docker("inspect", "-f", "{{.State.Pid}}", "stays").ok();
        BERTH.stop();
        assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
        BERTH.start();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Pid}}", "stays").ok()).isEqualTo(pid);
        assertThat(inspect("{{.State.Status}}", "paused")).isEqualTo("paused");
        BERTH.docker("unpause", "paused").ok();
        Eventually.holds("its health is looked at again", () -> inspect("{{.State.Health.Status}}", "paused").equals("healthy"));
        BERTH.docker("rm", "-f", "stays", "paused").ok();
    }

    @Test
    void killedShimsTakeTheirContainersWithThem() {
        BERTH.docker("run", "-d", "--name", "seen", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "unseen", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "frozen", "busybox", "sleep", "1000").ok();
        BERTH.docker("pause", "frozen").ok();
        BERTH.docker("run", "-d", "--name", "returns", "--restart", "always", "busybox", "sleep", "1000").ok();
        for (var name : List.of("seen", "frozen", "returns")) {
            BERTH.killShim(name);
        }
        for (var name : List.of("seen", "frozen")) {
            Eventually.holds("the end of " + name + " is seen", () -> inspect("{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}", name)
                    .equals("exited 137 the container was killed together with its shim"));
        }
        Eventually.holds("its policy brings it back", () -> inspect("{{.State.Status}}", "returns").equals("running"));
        BERTH.kill();
        Shims.kill(BERTH.home());
        BERTH.start();
        assertThat(inspect("{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}", "unseen")).isEqualTo("exited 137 the container was killed together with its shim");
        Eventually.holds("its policy brings it back", () -> inspect("{{.State.Status}}", "returns").equals("running"));
        BERTH.docker("start", "seen", "unseen", "frozen").ok();
        BERTH.docker("rm", "-f", "seen", "unseen", "frozen", "returns").ok();
    }

    @Test
    void damagedRowsAreMendedOrShown() throws Exception {
        BERTH.docker("volume", "create", "--label", "team=a", "labelled").ok();
        BERTH.docker("create", "--name", "mended", "-e", "WORD=kept", "busybox", "true").ok();
        var lost = BERTH.docker("run", "-d", "--name", "lost", "busybox", "sleep", "1000").ok();
        BERTH.stop();
        try (var database = DriverManager.getConnection("jdbc:h2:file:" + BERTH.dataRoot().resolve("db/berth"), "berth", "");
                var statement = database.createStatement()) {
            assertThat(statement.executeUpdate("update volume set labels = '{' where name = 'labelled'")).isEqualTo(1);
            assertThat(statement.executeUpdate("update container set document = '{\"id\":' where name in ('mended', 'lost')")).isEqualTo(2);
        }
        Files.delete(BERTH.dataRoot().resolve("containers").resolve(lost).resolve("container.json"));
        BERTH.start();
        assertThat(inspect("{{.State.Status}} {{.Config.Env}}", "mended")).startsWith("created").contains("WORD=kept");
        assertThat(inspect("{{.State.Status}} {{.State.Dead}} {{.State.Error}}", "lost")).startsWith("dead true its description is damaged");
        assertThat(Files.readString(BERTH.log())).contains("container lost (" + lost + ")");
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}} {{.Status}}").ok()).contains("lost Dead");
        assertThat(BERTH.docker("start", "lost").expect(1).err()).contains("is dead and can only be removed");
        BERTH.docker("rm", "-f", "lost", "mended").ok();
        assertThat(BERTH.docker("volume", "inspect", "-f", "{{.Labels.team}}", "labelled").ok()).isEqualTo("a");
        BERTH.docker("volume", "rm", "labelled").ok();
    }

    @Test
    void thrownAwayDatabaseComesBackFromWhatIsBesideTheData() throws Exception {
        BERTH.docker("volume", "create", "--label", "team=a", "kept").ok();
        BERTH.docker("run", "-d", "--name", "runs", "--memory", "64m", "-v", "kept:/data", "--restart", "unless-stopped", "busybox", "sh", "-c",
                "echo word > /data/file; echo begun; exec sleep 1000").ok();
        BERTH.docker("run", "--name", "ended", "busybox", "sh", "-c", "echo text > /file; exit 9").expect(9);
        BERTH.docker("rename", "ended", "named").ok();
        var pid = inspect("{{.State.Pid}}", "runs");
        BERTH.kill();
        try (var files = Files.newDirectoryStream(BERTH.dataRoot().resolve("db"))) {
            for (var file : files) {
                Files.delete(file);
            }
        }
        BERTH.start();
        assertThat(inspect("{{.State.Status}} {{.State.Pid}} {{.HostConfig.Memory}}", "runs")).isEqualTo("running " + pid + " 67108864");
        assertThat(inspect("{{.State.Status}} {{.State.ExitCode}}", "named")).isEqualTo("exited 9");
        assertThat(BERTH.docker("logs", "runs").ok()).isEqualTo("begun");
        assertThat(BERTH.docker("volume", "inspect", "-f", "{{.Labels.team}}", "kept").ok()).isEqualTo("a");
        assertThat(BERTH.docker("exec", "runs", "cat", "/data/file").ok()).isEqualTo("word");
        assertThat(BERTH.docker("images", "-q").ok()).isNotEmpty();
        BERTH.docker("start", "named").ok();
        assertThat(BERTH.docker("wait", "named").ok()).isEqualTo("9");
        BERTH.docker("run", "--rm", "busybox", "true").ok();
        BERTH.docker("rm", "-f", "runs", "named").ok();
        BERTH.docker("volume", "rm", "kept").ok();
    }

    @Test
    void damagedDatabaseIsPutAsideAndTheServiceStarts() throws Exception {
        BERTH.docker("run", "-d", "--name", "runs", "busybox", "sleep", "1000").ok();
        var pid = inspect("{{.State.Pid}}", "runs");
        BERTH.kill();
        var database = BERTH.dataRoot().resolve("db/berth.mv.db");
        var damaged = Files.readAllBytes(database);
        // Both headers and the pages stay in their places; what is in the pages is not what was written.
        for (int at = 2 * 4096 + 512; at < damaged.length; at += 64) {
            damaged[at] ^= 0x55;
        }
        Files.write(database, damaged);
        BERTH.start();
        assertThat(inspect("{{.State.Status}} {{.State.Pid}}", "runs")).isEqualTo("running " + pid);
        var warning = BERTH.docker("info", "-f", "{{range .Warnings}}{{println .}}{{end}}").ok();
        assertThat(warning).contains("The database was damaged and is kept as " + database + ".damaged-");
        var kept = warning.lines().filter(line -> line.contains("kept as")).findFirst().orElseThrow().replaceAll(".*kept as (\\S+)\\. .*", "$1");
        assertThat(Path.of(kept)).as("the same bytes").hasBinaryContent(damaged);
        Files.delete(Path.of(kept));
        assertThat(BERTH.docker("info").ok()).doesNotContain("damaged");
        BERTH.docker("rm", "-f", "runs").ok();
    }

    private static String inspect(String format, String name) {
        return BERTH.docker("inspect", "-f", format, name).ok();
    }

    @Test
    void secondServiceOnTheSameDataRootIsRefused() throws Exception {
        var second = BERTH.launch(List.of("--server.port=0"));
        assertThat(second.waitFor()).isNotZero();
        assertThat(BERTH.logTail()).contains("locked by pid " + BERTH.process().pid());
        assertThat(BERTH.docker("ps").exitCode()).isZero();
    }
}
