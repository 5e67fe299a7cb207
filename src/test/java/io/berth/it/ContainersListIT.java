package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboard's list of containers in a browser, and the actions of the management API that it stands on. */
class ContainersListIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String PROJECT = "com.docker.compose.project=";

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void removeAll() {
        BERTH.removeAndAudit();
    }

    private static void run(String name, String label, String command) {
        var arguments = new ArrayList<>(List.of("run", "-d", "--name", name, "--stop-signal", "KILL", "--label", label, "busybox", "sh", "-c", command + "; sleep 1000"));
        BERTH.docker(arguments.toArray(String[]::new)).ok();
    }

    private static String state(String name) {
        return BERTH.docker("inspect", "-f", "{{.State.Status}}", name).ok();
    }

    @Test
    void userFiltersGroupsSelectsAndActsOnMany() throws IOException {
        run("list-web", PROJECT + "shop", "true");
        run("list-db", PROJECT + "shop", "head -c 3000000 /dev/zero > /big");
        run("list-cache", PROJECT + "shop", "true");
        run("list-odd", PROJECT + "<img src=x onerror=alert(1)>\u202e", "true");
        run("list-gone", "any=one", "true");
        run("list-still", "any=one", "true");
        BERTH.docker("pause", "list-still").ok();
        BERTH.docker("run", "--name", "list-ended", "busybox", "sh", "-c", "exit 3").expect(3);
        BERTH.docker("create", "--name", "list-broken", "busybox", "/no/such/program").ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "list-db", "stat", "-c", "%s", "/big").out().strip().equals("3000000"));
        BrowserScript.run(BERTH, "list.mjs", "list");
    }

    @Test
    void actionsDoWhatTheyAreNamedFor() {
        run("acted", "any=one", "true");
        api.post("/containers/acted/pause", null).expect(204);
        assertThat(state("acted")).isEqualTo("paused");
        assertThat(api.post("/containers/acted/pause", null).expect(409).path("detail").asString()).contains("is already paused");
        api.post("/containers/acted/unpause", null).expect(204);
        assertThat(state("acted")).isEqualTo("running");
        assertThat(api.post("/containers/acted/unpause", null).expect(409).path("detail").asString()).contains("is not paused");
        var pid = BERTH.docker("inspect", "-f", "{{.State.Pid}}", "acted").ok();
        api.post("/containers/acted/restart", null).expect(204);
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Pid}}", "acted").ok()).isNotEqualTo(pid);
        assertThat(api.post("/containers/acted/kill?signal=NONE", null).expect(400).path("detail").asString()).contains("invalid signal: NONE");
        api.post("/containers/acted/kill", null).expect(204);
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "acted").ok()).isEqualTo("exited 137");
        api.post("/containers/acted/kill", null).expect(409);
        api.post("/containers/acted/restart", null).expect(204);
        assertThat(state("acted")).as("restart starts what has ended, too").isEqualTo("running");
    }

    @Test
    void renamingTellsWhatIsWrongWithAName() {
        run("before", "any=one", "true");
        BERTH.docker("create", "--name", "taken", "busybox", "true").ok();
        var view = api.post("/containers/before/rename", Map.of("name", "after")).expect(200);
        assertThat(view.path("name").asString()).isEqualTo("after");
        assertThat(BERTH.docker("ps", "--format", "{{.Names}}").ok()).isEqualTo("after");
        assertThat(api.post("/containers/after/rename", Map.of()).expect(400).path("detail").asString()).contains("name is missing");
        assertThat(api.post("/containers/after/rename", Map.of("name", "not a name")).expect(400).path("detail").asString()).contains("not a name");
        assertThat(api.post("/containers/after/rename", Map.of("name", "taken")).expect(409).path("detail").asString()).contains("taken");
        for (var action : List.of("restart", "kill", "pause", "unpause")) {
            assertThat(api.post("/containers/missing/" + action, null).expect(404).path("detail").asString()).contains("No such container: missing");
        }
    }

    @Test
    void viewTellsRestartsHealthAndNetworks() {
        BERTH.docker("network", "create", "list-net").ok();
        BERTH.docker("run", "-d", "--name", "looked-after", "--network", "list-net", "--health-cmd", "true", "--health-interval", "1s", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "restless", "--restart", "on-failure:2", "busybox", "sh", "-c", "exit 1").ok();
        Eventually.holds("it is healthy", () -> api.get("/containers/looked-after").expect(200).path("health").asString("").equals("healthy"));
        assertThat(api.get("/containers/looked-after").expect(200).path("networks").valueStream().map(name -> name.asString()).toList()).containsExactly("list-net");
        Eventually.holds("it was started again twice", () -> api.get("/containers/restless").expect(200).path("restarts").asInt() == 2);
        assertThat(api.get("/containers/restless").expect(200).path("health").isNull()).isTrue();
        BERTH.docker("rm", "-f", "looked-after").ok();
        BERTH.docker("network", "rm", "list-net").ok();
    }
}
