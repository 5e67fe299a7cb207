package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.instance.Failpoint;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Containers that are made anew with other settings: what stays, what is rolled back, and what a crash in between leaves. */
class RecreateIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final AdminApi API = new AdminApi(BERTH);
    private static final JsonMapper JSON = new JsonMapper();

    @AfterEach
    void tidy() {
        if (!BERTH.process().isAlive()) {
            BERTH.start();
        }
        BERTH.docker("ps", "-aq").ok().lines().forEach(id -> BERTH.docker("rm", "-f", "-v", id).ok());
    }

    /** Its settings, with a part of them changed. */
    private static ObjectNode settings(String name, String part, Map<String, Object> changes) {
        var settings = (ObjectNode) API.get("/containers/" + name + "/settings").expect(200);
        changes.forEach((field, value) -> settings.withObjectProperty(part).set(field, JSON.valueToTree(value)));
        settings.remove(List.of("id", "running", "imageMoved"));
        return settings;
    }

    private static String inspect(String name, String format) {
        return BERTH.docker("inspect", "-f", format, name).ok();
    }

    private static List<String> names() {
        return BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok().lines().sorted().toList();
    }

    private static void web(String... further) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", "web", "-v", "/nameless", "-v", "recreate-kept:/kept"));
        command.addAll(List.of(further));
        command.addAll(List.of("busybox", "sh", "-c", "[ -e /nameless/file ] || echo first > /nameless/file; echo only here > /layer; trap exit TERM; sleep 1000 & wait"));
        BERTH.docker(command.toArray(String[]::new)).ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "web", "test", "-e", "/layer").exitCode() == 0);
    }

    @Test
    void theNextOneHasItsNameItsVolumesAndTheOtherSettings() {
        web("--network", "bridge", "-e", "MODE=old", "-p", "127.0.0.1::80");
        var id = inspect("web", "{{.Id}}");
        var volume = inspect("web", "{{range .Mounts}}{{if eq .Destination \"/nameless\"}}{{.Name}}{{end}}{{end}}");
        BERTH.docker("exec", "web", "sh", "-c", "echo changed > /nameless/file").ok();
        var made = API.post("/containers/web/recreate", settings("web", "config", Map.of("Env", List.of("MODE=new")))).expect(200);
        assertThat(made.path("name").asString()).isEqualTo("web");
        assertThat(made.path("state").asString()).isEqualTo("running");
        assertThat(made.path("id").asString()).isNotEqualTo(id);
        assertThat(names()).containsExactly("web");
        assertThat(BERTH.docker("exec", "web", "sh", "-c", "cat /nameless/file; echo $MODE; hostname").ok().lines().toList())
                .containsExactly("changed", "new", made.path("id").asString().substring(0, 12));
        assertThat(inspect("web", "{{range .Mounts}}{{if eq .Destination \"/nameless\"}}{{.Name}}{{end}}{{end}}")).isEqualTo(volume);
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).containsExactlyInAnyOrder("recreate-kept", volume);
        BERTH.docker("rm", "-f", "-v", "web").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).as("it is nameless for the next one, too").isEqualTo("recreate-kept");
    }

    @Test
    void oneThatDoesNotStartLeavesTheOldOneRunning() {
        web();
        var id = inspect("web", "{{.Id}}");
        var refused = API.post("/containers/web/recreate", settings("web", "config", Map.of("Cmd", List.of("/no/such")))).expect(400);
        assertThat(refused.path("detail").asString()).contains("could not take the place of web, which is as it was", "no such file or directory");
        assertThat(names()).containsExactly("web");
        assertThat(inspect("web", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");
        assertThat(BERTH.docker("exec", "web", "cat", "/layer").ok()).isEqualTo("only here");
        assertThat(BERTH.docker("exec", "web", "cat", "/nameless/file").ok()).isEqualTo("first");
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).hasSize(2);
    }

    @Test
    void oneThatIsRefusedLeavesTheOldOneAlone() {
        web();
        var before = inspect("web", "{{.Id}} {{.State.StartedAt}} {{.State.Pid}}");
        API.post("/containers/web/recreate", settings("web", "config", Map.of("Image", "no-such"))).expect(404);
        assertThat(API.post("/containers/web/recreate", settings("web", "hostConfig", Map.of("Memory", 1))).expect(400).path("field").asString()).isEqualTo("hostConfig.Memory");
        BERTH.docker("create", "--name", "taken", "busybox").ok();
        var other = settings("web", "config", Map.of());
        other.put("name", "taken");
        API.post("/containers/web/recreate", other).expect(409);
        assertThat(inspect("web", "{{.Id}} {{.State.StartedAt}} {{.State.Pid}}")).isEqualTo(before);
        assertThat(names()).containsExactly("taken", "web");
    }

    /** It takes its time to end, so that there is time for others. */
    @Test
    void oneThatIsBeingMadeAnewIsLeftAloneByOtherWork() throws Exception {
        BERTH.docker("run", "-d", "--name", "slow", "--stop-timeout", "4", "busybox", "sh", "-c", "trap '' TERM; while :; do sleep 1; done").ok();
        var old = "/containers/" + inspect("slow", "{{.Id}}");
        var settings = settings("slow", "config", Map.of("Env", List.of("MODE=new")));
        var first = CompletableFuture.supplyAsync(() -> API.post(old + "/recreate", settings));
        Eventually.holds("the next one is made", () -> names().size() == 2);
        assertThat(API.post(old + "/rescue", Map.of("path", "/bin", "volume", "rescued-late")).expect(409).path("detail").asString())
                .isEqualTo("container slow is being made anew: try again when that has ended");
        assertThat(API.post(old + "/recreate", settings).expect(409).path("detail").asString()).isEqualTo("container slow is being made anew already");
        first.get(1, TimeUnit.MINUTES).expect(200);
        assertThat(names()).containsExactly("slow");
        assertThat(inspect("slow", "{{.Config.Env}}")).contains("MODE=new");
        assertThat(API.get("/volumes").expect(200).toString()).doesNotContain("rescued-late");
    }

    @Test
    void oneThatIsToGoAtItsEndIsReplacedAndPutBackAllTheSame() {
        web("--rm");
        var id = inspect("web", "{{.Id}}");
        API.post("/containers/web/recreate", settings("web", "config", Map.of("Cmd", List.of("/no/such")))).expect(400);
        assertThat(inspect("web", "{{.Id}} {{.State.Running}}")).isEqualTo(id + " true");
        API.post("/containers/web/recreate", settings("web", "config", Map.of("Labels", Map.of("a", "b")))).expect(200);
        assertThat(inspect("web", "{{.State.Running}} {{.HostConfig.AutoRemove}} {{index .Config.Labels \"a\"}}")).isEqualTo("true true b");
        BERTH.docker("stop", "-t", "0", "web").ok();
        Eventually.holds("it is gone", () -> names().isEmpty());
    }

    @Test
    void oneThatDoesNotRunIsNotStartedAndMayHaveAnotherName() {
        BERTH.docker("create", "--name", "web", "--restart", "always", "busybox", "sleep", "1000").ok();
        var wish = settings("web", "hostConfig", Map.of("CapDrop", List.of("ALL")));
        wish.put("name", "site");
        API.post("/containers/web/recreate", wish).expect(200);
        assertThat(names()).containsExactly("site");
        assertThat(inspect("site", "{{.State.Status}} {{.HostConfig.CapDrop}} {{.HostConfig.RestartPolicy.Name}}")).isEqualTo("created [ALL] always");
    }

    @Test
    void limitsPolicyAndNameChangeInPlaceAndNothingElseDoes() {
        web("--memory", "64m");
        var id = inspect("web", "{{.Id}} {{.State.Pid}}");
        var wish = settings("web", "hostConfig", Map.of("Memory", 96 << 20, "PidsLimit", 40, "RestartPolicy", Map.of("Name", "unless-stopped")));
        wish.put("name", "site");
        API.put("/containers/web/settings", wish).expect(200);
        assertThat(inspect("site", "{{.Id}} {{.State.Pid}}")).isEqualTo(id);
        assertThat(inspect("site", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}}"))
                .isEqualTo((96 << 20) + " " + (192 << 20) + " 40 unless-stopped");
        var fixed = API.put("/containers/site/settings", settings("site", "config", Map.of("Env", List.of("A=b"), "Tty", true))).expect(409);
        assertThat(fixed.path("detail").asString()).isEqualTo("these settings can only be changed by making the container anew: Env, Tty");
        API.put("/containers/site/settings", settings("site", "hostConfig", Map.of("Memory", 0))).expect(409);
    }

    static List<Failpoint> points() {
        return Arrays.stream(Failpoint.values()).filter(point -> point.name().startsWith("RECREATE")).toList();
    }

    @ParameterizedTest
    @MethodSource("points")
    void aCrashInBetweenLosesNothing(Failpoint point) throws InterruptedException {
        web("--rm", "-e", "MODE=old");
        var id = inspect("web", "{{.Id}}");
        var wish = settings("web", "config", Map.of("Env", List.of("MODE=new")));
        BERTH.kill();
        BERTH.start(List.of("-Dberth.test.failpoint=" + point));
        try {
            throw new AssertionError("the service did not end: " + API.post("/containers/web/recreate", wish));
        } catch (UncheckedIOException ended) {
            assertThat(BERTH.process().waitFor(30, TimeUnit.SECONDS)).as("the service ended at " + point).isTrue();
        }
        BERTH.start();
        Eventually.holds("it runs", () -> BERTH.docker("inspect", "-f", "{{.State.Running}}", "web").out().strip().equals("true"));
        assertThat(names()).containsExactly("web");
        boolean replaced = point == Failpoint.RECREATE_STARTED;
        assertThat(inspect("web", "{{.Id}}").equals(id)).isEqualTo(!replaced);
        assertThat(BERTH.docker("exec", "web", "sh", "-c", "cat /nameless/file; echo $MODE").ok().lines().toList()).containsExactly("first", replaced ? "new" : "old");
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).hasSize(2);
        BERTH.removeAndAudit();
    }
}
