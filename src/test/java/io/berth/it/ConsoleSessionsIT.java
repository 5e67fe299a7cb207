package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Consoles that outlive their connections, and whose they are. */
class ConsoleSessionsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults("--berth.console.scrollback=64KB");

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void nothingStays() {
        BERTH.removeAndAudit();
    }

    private static void run(String name) {
        BERTH.docker("run", "-d", "--name", name, "busybox", "sleep", "100000").ok();
    }

    private String open(String container, Map<String, ?> wish) {
        return api.post("/containers/" + container + "/consoles", wish).expect(201).path("id").asString();
    }

    private ConsoleSocket look(String id, long from) {
        return new ConsoleSocket(BERTH.uri(""), api.authorization(), id, from);
    }

    private JsonNode console(String id) {
        return api.get("/consoles/" + id).expect(200);
    }

    @Test
    void lostConnectionIsTakenUpWithoutDoublesOrGaps() {
        run("long");
        var id = open("long", Map.of("rows", 30, "columns", 100));
        var all = new StringBuilder();
        var first = look(id, -1);
        first.awaitOutput("# ");
        // Slow enough to be cut in the middle, again and again; the last line is said when all others were.
        first.type("stty -echo; i=0; while [ $i -lt 1000 ]; do echo line-$i; [ $((i % 100)) != 0 ] || usleep 50000; i=$((i+1)); done; echo all-$((6*7))-said\n");
        first.awaitOutput("line-0");
        first.close();
        all.append(first.output());
        long position = first.await("attached").path("from").asLong() + all.length();
        for (int cut = 1; all.indexOf("all-42-said") < 0; cut++) {
            try (var next = look(id, position)) {
                assertThat(next.await("attached").path("from").asLong()).isEqualTo(position);
                assertThat(next.await("attached").path("missed").asLong()).isZero();
                next.awaitBytes(cut < 20 ? 1 : 500);
                var more = next.output();
                all.append(more);
                position += more.length();
            }
        }
        assertThat(all.toString()).contains(IntStream.range(0, 1000).mapToObj(i -> "line-" + i + "\r\n").collect(Collectors.joining()));
        assertThat(console(id).path("state").asString()).isEqualTo("running");
    }

    @Test
    void severalAreOpenAtOnceAndOneIsSeenByTwo() {
        run("two");
        var one = open("two", Map.of());
        var other = open("two", Map.of("shell", "/bin/sh", "user", "nobody", "workingDir", "/tmp"));
        try (var left = look(one, -1); var again = look(one, 0); var right = look(other, -1)) {
            left.say(Map.of("type", "resize", "rows", 33, "columns", 111));
            left.type("stty size; echo I-am-$(id -u)-in-$(pwd)\n");
            right.type("echo I-am-$(id -u)-in-$(pwd)\n");
            left.awaitOutput("33 111");
            left.awaitOutput("I-am-0-in-/\r");
            again.awaitOutput("I-am-0-in-/\r");
            right.awaitOutput("I-am-65534-in-/tmp\r");
            assertThat(right.output()).doesNotContain("I-am-0-in");
            assertThat(console(one).path("clients").asInt()).isEqualTo(2);
            assertThat(api.get("/containers/two/consoles").expect(200).path("items")).hasSize(2);
            left.say(Map.of("type", "ping"));
            left.await("pong");
            right.type("sleep 4321\n");
            Eventually.holds("it runs something", () -> api.get("/consoles/" + other + "/programs").expect(200).toString().contains("sleep"));
            left.type("exit 5\n");
            for (var who : List.of(left, again)) {
                assertThat(who.await("exit").path("console").path("exitCode").asInt()).isEqualTo(5);
                assertThat(who.await("exit").path("console").path("why").asString()).isEqualTo("program");
                who.awaitClosed();
            }
            api.delete("/consoles/" + other).expect(204);
            assertThat(right.await("exit").path("console").path("why").asString()).isEqualTo("closed");
        }
        Eventually.holds("what was closed has ended", () -> !BERTH.docker("top", "two").ok().contains("sleep 4321"));
        assertThat(api.get("/consoles/" + other).status()).isEqualTo(404);
        // The client asks up to the last full second.
        Eventually.holds("who began it is among the events", () -> BERTH.docker("events", "--since", "10m", "--until", "0s", "--filter", "container=two",
                "--filter", "event=exec_start").ok().lines().anyMatch(line -> line.contains("exec_start: /bin/sh") && line.contains("account=admin")));
    }

    @Test
    void lookersWhoComeLateGetWhatIsKept() {
        run("much");
        var id = open("much", Map.of());
        try (var busy = look(id, -1)) {
            busy.type("stty -echo; seq 100000; echo the-$((6*7))-end\n");
            busy.awaitOutput("the-42-end");
            assertThat(busy.output()).as("who reads misses nothing").contains(IntStream.rangeClosed(1, 100_000).mapToObj(i -> i + "\r\n").collect(Collectors.joining()));
        }
        try (var late = look(id, 100)) {
            var start = late.await("attached");
            assertThat(start.path("missed").asLong()).isEqualTo(start.path("from").asLong() - 100).isPositive();
            late.awaitOutput("the-42-end");
            assertThat(late.output().length()).isLessThanOrEqualTo(64 << 10);
            assertThat(late.output().lines().findFirst().orElse("")).as("it begins with a whole line").matches("\\d{5,6}");
        }
    }

    @Test
    void containersEndIsTheConsolesEnd() {
        run("ends");
        var id = open("ends", Map.of());
        try (var look = look(id, -1)) {
            look.awaitOutput("# ");
            BERTH.docker("rm", "-f", "ends").ok();
            look.await("exit");
            look.awaitClosed();
        }
        Eventually.holds("it is known why", () -> console(id).path("why").asString().equals("container"));
        try (var later = look(id, 0)) {
            later.awaitOutput("# ");
            assertThat(later.await("exit").path("console").path("state").asString()).isEqualTo("ended");
        }
        api.delete("/consoles/" + id).expect(204);
    }

    @Test
    void badWishesAreRefusedByName() {
        run("picky");
        BERTH.docker("create", "--name", "asleep", "busybox").ok();
        var wishes = new HashMap<Map<String, ?>, String>();
        wishes.put(Map.of("shell", "/bin/none"), "shell: ");
        wishes.put(Map.of("shell", "sh"), "shell: sh is no path");
        wishes.put(Map.of("user", "stranger"), "user: unable to find user stranger");
        wishes.put(Map.of("workingDir", "/nowhere"), "workingDir: ");
        wishes.put(Map.of("workingDir", "here"), "workingDir: here is no path");
        wishes.put(Map.of("rows", 0), "rows: 0");
        wishes.put(Map.of("columns", 5000), "columns: 5000");
        wishes.put(Map.of("shell", "/bin/sh", "toolbox", true), "shell: ");
        wishes.forEach((wish, why) -> {
            var answer = api.post("/containers/picky/consoles", wish);
            assertThat(answer.status()).as("%s", wish).isEqualTo(400);
            assertThat(answer.detail()).startsWith(why);
        });
        assertThat(api.post("/containers/asleep/consoles", Map.of()).status()).isEqualTo(409);
        assertThat(api.get("/containers/asleep/shells").status()).isEqualTo(409);
        assertThat(api.post("/containers/nothing/consoles", Map.of()).status()).isEqualTo(404);
        var choice = api.get("/containers/picky/shells").expect(200);
        assertThat(choice.path("shells").toString()).isEqualTo("[{\"name\":\"ash\",\"path\":\"/bin/ash\"},{\"name\":\"sh\",\"path\":\"/bin/sh\"}]");
        assertThat(choice.path("users").toString()).isEqualTo("[\"root\",\"nobody\"]");
        assertThat(api.get("/containers/picky/consoles").expect(200).path("items")).isEmpty();
    }

    @Test
    void consoleOfAnotherAccountDoesNotExist() throws Exception {
        BERTH.stop();
        try (var database = DriverManager.getConnection("jdbc:h2:file:" + BERTH.dataRoot().resolve("db/berth"), "berth", "");
                var statement = database.createStatement()) {
            statement.execute("insert into account select 'eve', password_hash, role, created from account where name = 'admin'");
        }
        BERTH.start();
        run("private");
        var id = open("private", Map.of());
        var asAdmin = new String(Base64.getDecoder().decode(api.authorization().substring("Basic ".length())), StandardCharsets.UTF_8);
        var asEve = "Basic " + Base64.getEncoder().encodeToString(asAdmin.replaceFirst("admin", "eve").getBytes(StandardCharsets.UTF_8));
        assertThat(status("GET", "/consoles", asEve)).isEqualTo(200);
        for (var path : List.of("/consoles/" + id, "/consoles/" + id + "/programs")) {
            assertThat(status("GET", path, asEve)).isEqualTo(404);
        }
        assertThat(status("DELETE", "/consoles/" + id, asEve)).isEqualTo(404);
        try (var foreign = new ConsoleSocket(BERTH.uri(""), asEve, id, 0)) {
            assertThat(foreign.await("error").path("message").asString()).contains("No such console: " + id);
            foreign.awaitClosed();
            assertThat(foreign.output()).isEmpty();
        }
        assertThat(console(id).path("state").asString()).isEqualTo("running");
        assertThat(status("GET", "/consoles/" + id, "Basic " + Base64.getEncoder().encodeToString("admin:wrong".getBytes(StandardCharsets.UTF_8)))).isEqualTo(401);
    }

    private static int status(String method, String path, String authorization) throws Exception {
        var request = HttpRequest.newBuilder(BERTH.uri("/api/v1" + path)).header("Authorization", authorization)
                .method(method, HttpRequest.BodyPublishers.noBody());
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void consolesEndWithTheServiceAndSaySo() {
        run("stays");
        for (var end : List.<Runnable>of(BERTH::stop, BERTH::kill)) {
            var id = open("stays", Map.of());
            try (var look = look(id, -1)) {
                look.type("sleep 4321\n");
                Eventually.holds("it sleeps", () -> BERTH.docker("top", "stays").ok().contains("sleep 4321"));
            }
            end.run();
            BERTH.start();
            Eventually.holds("nothing of the console runs on", () -> BERTH.docker("top", "stays").ok().lines().count() == 2);
            assertThat(api.get("/consoles/" + id).status()).isEqualTo(404);
            assertThat(api.get("/consoles/" + id).detail()).contains("The service was started anew at");
            try (var look = look(id, 0)) {
                assertThat(look.await("error").path("message").asString()).contains("The service was started anew at");
            }
        }
    }

    @Test
    void consoleThatNobodyComesBackToEndsAndThereAreNotTooMany() {
        BERTH.stop();
        BERTH.start(List.of("--berth.console.keep=1s", "--berth.console.sessions=1"));
        try {
            run("left");
            var id = open("left", Map.of());
            try (var look = look(id, -1)) {
                look.type("sleep 4321\n");
                assertThat(api.post("/containers/left/consoles", Map.of()).detail()).contains("berth.console.sessions");
                assertThat(console(id).path("endsAt").isNull()).isTrue();
            }
            Eventually.holds("it has ended, and is forgotten", () -> api.get("/consoles/" + id).status() == 404);
            assertThat(api.get("/consoles/" + id).detail()).contains("It was closed, or has ended some time ago");
            Eventually.holds("nothing of it runs on", () -> BERTH.docker("top", "left").ok().lines().count() == 2);
            open("left", Map.of());
        } finally {
            BERTH.stop();
            BERTH.start();
        }
    }
}
