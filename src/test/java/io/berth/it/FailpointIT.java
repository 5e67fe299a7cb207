package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.instance.Failpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The service, or a shim, ends at each of its numbered steps: what was acknowledged is there afterwards, what was not is wholly there or not
 * at all, no line of a log is lost or doubled, and nothing is left over. A sample of the steps, or all with {@code -Pthorough}.
 */
class FailpointIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private final AdminApi api = new AdminApi(BERTH);

    private static final int SAMPLE = 2;
    /** Ends with 1 twice, its shim's restart between the two, then goes on until it is stopped. */
    private static final String PROGRAM = "mkdir -p /own; echo kept > /own/file; for i in 1 2 3; do echo $i; done; [ -e /second ] && touch /third && exec sleep 1000; [ -e /first ] && touch /second; touch /first; "
            + "sleep 0.3; exit 1";

    /** What the docker CLI was told was done, and what was tried last. */
    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> tried = new HashSet<>();
    /** The id of the container that is removed, and what it has printed. */
    private String subject = "";
    private List<String> printed = List.of();
    /** While the service runs that was started last. */
    private boolean shimsDie;

    /** One step that fails must not fail those after it. */
    @AfterEach
    void tidy() {
        if (shimsDie && BERTH.process().isAlive()) {
            BERTH.kill();
        }
        if (!BERTH.process().isAlive()) {
            BERTH.start();
        }
        BERTH.docker("ps", "-aq").ok().lines().forEach(id -> BERTH.docker("rm", "-f", "-v", id).ok());
        BERTH.docker("volume", "rm", "-f", "own").ok();
        BERTH.docker("network", "prune", "-f").ok();
    }

    static List<Failpoint> points() {
        var all = new ArrayList<>(Arrays.asList(Failpoint.values()));
        var named = System.getProperty("berth.failpoints", "");
        if (!named.isEmpty()) {
            return all.stream().filter(point -> point.name().matches(named)).toList();
        }
        if (Boolean.getBoolean("berth.thorough")) {
            return all;
        }
        Collections.shuffle(all, Chosen.random("failpoints"));
        return all.subList(0, SAMPLE);
    }

    @ParameterizedTest
    @MethodSource("points")
    void nothingAcknowledgedIsLostAndNothingIsLeftOver(Failpoint point) throws InterruptedException, IOException {
        BERTH.docker("network", "create", "lan").ok();
        BERTH.docker("run", "-d", "--name", "writer", "--network", "lan", "busybox", "sh", "-c", "i=0; while true; do i=$((i+1)); echo $i; usleep 5000; done").ok();
        BERTH.docker("run", "-d", "--name", "twin", "-v", "/kept", "busybox", "sh", "-c", "trap exit TERM; sleep 1000 & wait").ok();
        BERTH.kill();
        die(point);
        BERTH.start();
        check();
        BERTH.docker("stop", "-t", "0", "writer").ok();
        var lines = BERTH.docker("logs", "writer").ok().lines().toList();
        assertThat(lines).isEqualTo(IntStream.rangeClosed(1, lines.size()).mapToObj(Integer::toString).toList());
        BERTH.docker("rm", "-f", "-v", "twin").ok();
        BERTH.removeAndAudit();
        for (var name : List.of("subject", "renamed", "writer")) {
            BERTH.docker("create", "--name", name, "busybox", "true").ok();
        }
        BERTH.removeAndAudit();
    }

    private void die(Failpoint point) throws InterruptedException {
        var armed = List.of("-Dberth.test.failpoint=" + point);
        if (point.name().startsWith("RECOVERY")) {
            assertThat(BERTH.launch(armed).waitFor(60, TimeUnit.SECONDS)).as("the service ended at " + point).isTrue();
            return;
        }
        BERTH.start(armed);
        shimsDie = point.shimStep() != 0;
        scenario();
        if (point.shimStep() != 0) {
            BERTH.kill();
            return;
        }
        assertThat(BERTH.process().waitFor(30, TimeUnit.SECONDS)).as("the service ended at " + point).isTrue();
        assertThat(BERTH.process().exitValue()).isEqualTo(137);
    }

    /** Every change of a container's life, each once. */
    private void scenario() {
        attempt("create", "create", "--name", "subject", "--restart", "on-failure:1", "--health-cmd", "true", "--health-interval", "50ms", "-v", "/data", "busybox",
                "sh", "-c", PROGRAM);
        attempt("create network", "network", "create", "other");
        attempt("connect", "network", "connect", "other", "writer");
        attempt("disconnect", "network", "disconnect", "other", "writer");
        attempt("remove network", "network", "rm", "other");
        recreateTwin();
        attempt("start", "start", "subject");
        Eventually.holds("its first runs are over", () -> !BERTH.process().isAlive() || !state("subject").matches("running|restarting"));
        attempt("rename", "rename", "subject", "renamed");
        attempt("start", "start", "renamed");
        Eventually.holds("it runs on", () -> !BERTH.process().isAlive() || !state("renamed").equals("running")
                || BERTH.docker("exec", "renamed", "test", "-e", "/third").exitCode() == 0);
        attempt("stop", "stop", "-t", "1", "renamed");
        attemptRescue();
        subject = BERTH.docker("inspect", "-f", "{{.Id}}", "renamed").out().strip();
        printed = BERTH.docker("logs", "renamed").out().lines().toList();
        attempt("remove", "rm", "-v", "renamed");
        attemptForget();
    }

    /** Deletes what is kept of the log before its time. */
    private void attemptForget() {
        if (BERTH.process().isAlive()) {
            tried.add("forget");
            try {
                var answer = api.delete("/logs/removed/" + subject);
                // What never ran has no log.
                assertThat(answer.status()).isIn(204, shimsDie && printed.isEmpty() ? 404 : 204);
                acknowledged.add("forget");
            } catch (UncheckedIOException ended) {
                assertThat(BERTH.process().onExit().join().isAlive()).as("who does not answer has ended: %s", ended).isFalse();
            }
        }
    }

    /** The log is with its container, or kept, or was deleted: in one place, and all of it. */
    private void checkKeptLog(List<String> names) throws IOException {
        assertThat(BERTH.dataRoot().resolve("kept-logs")).isDirectoryNotContaining("glob:**.part");
        var kept = api.get("/logs/removed").expect(200).path("items").valueStream().filter(log -> log.path("id").asString().equals(subject)).toList();
        if (!tried.contains("remove") || !names.isEmpty()) {
            assertThat(kept).as("a log is kept of what is there").isEmpty();
        } else if (!tried.contains("forget")) {
            assertThat(kept).as("a log is lost").hasSize(1);
        }
        assertThat(kept.isEmpty() || !acknowledged.contains("forget")).as("a deleted log is back").isTrue();
        if (!kept.isEmpty()) {
            assertThat(api.get("/containers/" + subject + "/logs").expect(200).path("lines").valueStream().map(line -> line.path("text").asString()))
                    .isEqualTo(printed).isNotEmpty();
        }
    }

    /** Over the management API: docker has no word for it. */
    private void attemptRescue() {
        if (!BERTH.process().isAlive()) {
            return;
        }
        tried.add("rescue");
        try {
            var answer = api.post("/containers/renamed/rescue", Map.of("path", "/own", "volume", "own"));
            if (shimsDie && answer.status() == 404) {
                return; // it never came so far as to make the folder
            }
            var id = answer.expect(202).path("id").asString();
            Eventually.holds("the rescue has ended", () -> !BERTH.process().isAlive()
                    || !api.get("/operations/" + id).body().path("state").asString().equals("running"));
            if (BERTH.process().isAlive()) {
                acknowledged.add("rescue");
            }
        } catch (UncheckedIOException ended) {
            assertThat(BERTH.process().onExit().join().isAlive()).as("who does not answer has ended: %s", ended).isFalse();
        }
    }

    /** All of it or nothing: the volume is there and mounted, or neither is; what the container sees is the same. */
    private void checkRescue(List<String> names) throws IOException {
        var volumes = BERTH.docker("volume", "ls", "-q").ok().lines().toList();
        boolean rescued = names.stream().anyMatch(name -> BERTH.docker("inspect", "-f", "{{json .Mounts}}", name).ok().contains("\"own\""));
        boolean mayBeGone = tried.contains("remove");
        assertThat(volumes.contains("own")).as("the volume is there with its mount; tried %s", tried).isEqualTo(rescued || mayBeGone && acknowledged.contains("rescue"));
        assertThat(rescued || mayBeGone || !acknowledged.contains("rescue")).as("a rescue is lost").isTrue();
        if (acknowledged.contains("stop") && !names.isEmpty()) {
            assertThat(BERTH.docker("cp", names.getFirst() + ":/own/file", "-").ok()).contains("kept");
            var folder = BERTH.dataRoot().resolve("containers").resolve(BERTH.docker("inspect", "-f", "{{.Id}}", names.getFirst()).ok());
            assertThat(folder.resolve("rescue.json")).as("nothing is left of it").doesNotExist();
            var upper = BERTH.dataRoot().resolve("snapshots/active").resolve(folder.getFileName()).resolve("upper/own/file");
            assertThat(Files.exists(upper)).as("the bytes are in one place").isNotEqualTo(rescued);
        }
        // A shim that dies takes its program with it, be the folder made and its file not yet.
        if (volumes.contains("own") && !shimsDie) {
            assertThat(BERTH.dataRoot().resolve("volumes/own/_data/file")).hasContent("kept\n");
        }
    }

    private static String state(String name) {
        return BERTH.docker("inspect", "-f", "{{.State.Status}}", name).out().strip();
    }

    private void attempt(String what, String... command) {
        if (BERTH.process().isAlive()) {
            tried.add(what);
            if (BERTH.docker(command).exitCode() == 0) {
                acknowledged.add(what);
            }
        }
    }

    /** Docker's clients have no word for it. */
    private void recreateTwin() {
        if (BERTH.process().isAlive()) {
            var api = new AdminApi(BERTH);
            try {
                var answer = api.post("/containers/twin/recreate", Map.of("config", Map.of("Image", "busybox", "Cmd", List.of("sleep", "1000"), "Volumes",
                        Map.of("/kept", Map.of()), "Labels", Map.of("twin", "next"))));
                if (!shimsDie || answer.status() == 200) {
                    answer.expect(200);
                    acknowledged.add("recreate");
                }
            } catch (UncheckedIOException ended) {
                Eventually.holds("the service ends", () -> !BERTH.process().isAlive());
            }
        }
    }

    /** One of the two has the name and runs, with the volume. Where shims die it may have to be started. */
    private void checkTwin() {
        if (shimsDie) {
            BERTH.docker("start", "twin").ok();
        }
        Eventually.holds("the twin runs", () -> state("twin").equals("running"));
        var label = BERTH.docker("inspect", "-f", "{{index .Config.Labels \"twin\"}}", "twin").ok();
        assertThat(label.equals("next") || !acknowledged.contains("recreate")).as("what was acknowledged is there").isTrue();
        assertThat(BERTH.docker("exec", "twin", "ls", "-d", "/kept").ok()).isEqualTo("/kept");
    }

    private void check() throws IOException {
        checkNetworks();
        checkTwin();
        var names = BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok().lines().filter(name -> !name.equals("writer") && !name.equals("twin")).toList();
        assertThat(names).as("acknowledged %s, tried %s", acknowledged, tried).isIn(possible());
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines().filter(name -> !name.equals("own"))).as("anonymous volumes are there with their container, and only then")
                .hasSize(names.size() + 1);
        checkRescue(names);
        checkKeptLog(names);
        for (var name : names) {
            var state = BERTH.docker("inspect", "-f", "{{.State.Status}} {{.State.Pid}}", name).ok().split(" ");
            assertThat(state[0]).isIn("created", "running", "restarting", "exited");
            assertThat(ProcessHandle.of(Long.parseLong(state[1])).isPresent() && !state[1].equals("0")).as(name + " is " + state[0])
                    .isEqualTo(state[0].equals("running"));
            assertThat(BERTH.docker("logs", name).ok().replace("\n", "")).matches("(123)*(12?)?");
            if (acknowledged.contains("stop")) {
                assertThat(state[0]).isEqualTo("exited");
            }
        }
    }

    private void checkNetworks() {
        var networks = BERTH.docker("network", "ls", "--filter", "type=custom", "--format", "{{.Name}}").ok().lines().toList();
        boolean other = networks.contains("other");
        assertThat(networks).contains("lan");
        assertThat(other || !acknowledged.contains("create network") || tried.contains("remove network")).as("a network is lost").isTrue();
        assertThat(other && acknowledged.contains("remove network")).as("a removed network is back").isFalse();
        assertThat(tried.contains("create network") || !other).isTrue();
        var connected = BERTH.docker("inspect", "-f", "{{range $name, $n := .NetworkSettings.Networks}}{{$name}}={{$n.IPAddress}} {{end}}", "writer").ok();
        var interfaces = BERTH.docker("exec", "writer", "ls", "/sys/class/net").ok().split("\\s+");
        assertThat(interfaces).as(connected).hasSize(connected.split(" ").length + 1);
        assertThat(connected).contains("lan=");
        assertThat(connected.contains("other=") || !acknowledged.contains("connect") || tried.contains("disconnect")).as(connected).isTrue();
        assertThat(connected.contains("other=") && acknowledged.contains("disconnect")).as(connected).isFalse();
        assertThat(BERTH.docker("exec", "writer", "ip", "route").ok().lines().filter(line -> line.startsWith("default"))).hasSize(1);
        Eventually.holds("its name is known", () -> BERTH.docker("exec", "writer", "nslookup", "writer", "127.0.0.11").out().contains("Name:"));
    }

    /** The names that may be taken. */
    private List<List<String>> possible() {
        var possible = new ArrayList<List<String>>();
        if (!acknowledged.contains("create") || tried.contains("remove")) {
            possible.add(List.of());
        }
        if (!acknowledged.contains("remove")) {
            Stream.of("subject", "renamed").filter(name -> name.equals("subject") ? tried.contains("create") && !acknowledged.contains("rename")
                    : tried.contains("rename")).forEach(name -> possible.add(List.of(name)));
        }
        return possible;
    }
}
