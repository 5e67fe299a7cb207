package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The files of containers one by one over the management API, hostile containers among them; and what happened to containers. */
class InnerFilesIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String SCRIPT = "mkdir -p /srv; echo one > /srv/file; chown 12:34 /srv/file; chmod 2640 /srv/file; echo x >> /etc/group; ln -s /srv /link; "
            + "ln -s /srv/file /leads; touch /ready; exec sleep 10000";

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void removeAll() {
        BERTH.removeAndAudit();
        BERTH.docker("volume", "ls", "-q").ok().lines().filter(name -> !name.isEmpty()).forEach(name -> BERTH.docker("volume", "rm", name).ok());
    }

    private static void run(String name, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", name, "--stop-signal", "SIGKILL"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "sh", "-c", SCRIPT));
        BERTH.docker(command.toArray(String[]::new)).ok();
        Eventually.holds(name + " has written", () -> BERTH.docker("exec", name, "test", "-e", "/ready").exitCode() == 0);
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(api.uri("/api/v1/containers/" + path)).header("Authorization", api.authorization())
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        }
    }

    private JsonNode item(String container, String path, String name) {
        return api.get("/containers/" + container + "/files?path=" + path).expect(200).path("items").valueStream()
                .filter(item -> item.path("file").path("name").asString().equals(name)).findFirst().orElseThrow();
    }

    private String origin(String container, String path, String name) {
        var origin = item(container, path, name).path("origin");
        return (origin.path("kind").asString() + " " + origin.path("about").asString()).strip();
    }

    @Test
    void filesOfRunningAndStoppedContainersAreReadAndWritten() throws IOException, InterruptedException {
        run("web", "-v", "data:/data", "--tmpfs", "/memory", "-v", "inner:/deep/inner");
        BERTH.docker("exec", "web", "touch", "/deep/inner/kept").ok();
        for (boolean running : new boolean[] {true, false}) {
            var read = send("GET", "web/files/content?path=/srv/file", null);
            var version = read.headers().firstValue("ETag").orElseThrow();
            assertThat(read.body()).isEqualTo(running ? "one\n" : "two\n");
            var saved = send("PUT", "web/files/content?path=/srv/file", "two\n", "If-Match", version);
            assertThat(saved.statusCode()).isEqualTo(204);
            assertThat(saved.headers().firstValue("ETag").orElseThrow()).isNotEqualTo(version);
            var file = item("web", "/srv", "file").path("file");
            assertThat(file.path("uid").asInt() + ":" + file.path("gid").asInt() + " " + file.path("mode").asString()).isEqualTo("12:34 2640");
            var late = send("PUT", "web/files/content?path=/srv/file", "three\n", "If-Match", version);
            assertThat(late.statusCode() + late.body()).startsWith("409").contains("/srv/file has changed since it was read");
            assertThat(send("PUT", "web/files/content?path=/srv/file", "x", "If-None-Match", "*").statusCode()).isEqualTo(409);
            assertThat(send("PUT", "web/files/content?path=/data/in" + running, "in the volume").statusCode()).isEqualTo(204);
            assertThat(BERTH.dataRoot().resolve("volumes/data/_data/in" + running)).hasContent("in the volume");
            assertThat(send("POST", "web/files/folders?path=/srv/made", null).statusCode()).isEqualTo(201);
            assertThat(send("POST", "web/files/rename?path=/srv/made&to=/srv/called", null).statusCode()).isEqualTo(204);
            assertThat(send("POST", "web/files/rename?path=/srv/called&to=/data/called", null).body()).contains("they are on two file systems");
            assertThat(send("DELETE", "web/files?path=/srv/called", null).statusCode()).isEqualTo(204);
            for (var mounted : List.of("DELETE web/files?path=/data", "DELETE web/files?path=/deep", "DELETE web/files?path=/proc", "DELETE web/files?path=/etc",
                    "POST web/files/rename?path=/deep&to=/other", "PUT web/files/content?path=/etc/hosts")) {
                var words = mounted.split(" ");
                var refused = send(words[0], words[1], words[0].equals("PUT") ? "x" : null);
                assertThat(refused.statusCode() + refused.body()).as(mounted).startsWith("409").contains("something is mounted at /");
            }
            assertThat(BERTH.dataRoot().resolve("volumes/inner/_data/kept")).exists();
            assertThat(send("GET", "web/files/content?path=/srv", null).body()).contains("srv/file").contains("two\n");
            if (running) {
                BERTH.docker("stop", "web").ok();
            }
        }
    }

    @Test
    void eachFileSaysWhereItLives() {
        run("web", "-v", "data:/data");
        for (boolean running : new boolean[] {true, false}) {
            assertThat(List.of(origin("web", "/", "srv"), origin("web", "/", "bin"), origin("web", "/", "etc"), origin("web", "/", "data"), origin("web", "/", "proc")))
                    .containsExactly("layer", "image", "mixed", "mount volume data", "engine");
            assertThat(List.of(origin("web", "/etc", "group"), origin("web", "/etc", "passwd"), origin("web", "/etc", "hosts"))).containsExactly("layer", "image", "engine");
            assertThat(origin("web", "/link", "file")).as("through a link").isEqualTo("layer");
            assertThat(api.get("/containers/web/files?path=/data").expect(200).path("origin").path("about").asString()).isEqualTo("volume data");
            if (running) {
                BERTH.docker("stop", "web").ok();
            }
        }
    }

    @Test
    void whatMayOnlyBeReadIsNotWritten() throws IOException, InterruptedException {
        BERTH.docker("run", "-d", "--name", "web", "--stop-signal", "SIGKILL", "--read-only", "-v", "data:/data:ro", "busybox", "sleep", "10000").ok();
        for (boolean running : new boolean[] {true, false}) {
            assertThat(send("PUT", "web/files/content?path=/x", "x").statusCode()).isEqualTo(403);
            assertThat(send("PUT", "web/files/content?path=/data/x", "x").statusCode()).isEqualTo(403);
            assertThat(send("DELETE", "web/files?path=/bin/vi", null).statusCode()).isEqualTo(403);
            assertThat(send("POST", "web/files/rename?path=/bin/vi&to=/bin/x", null).statusCode()).isEqualTo(403);
            assertThat(send("GET", "web/files?path=/missing", null).body()).contains("container web: /missing: no such file or directory");
            assertThat(send("GET", "web/files?path=/etc/passwd", null).body()).contains("container web: /etc/passwd: not a directory");
            assertThat(send("GET", "web/files?path=../etc", null).body()).contains("path could lead out");
            assertThat(send("GET", "web/files/content?path=/dev/null", null).statusCode()).isEqualTo(running ? 400 : 404);
            assertThat(send("POST", "web/files/rename?path=/bin/vi", null).body()).contains("to is missing");
            assertThat(send("GET", "none/files", null).statusCode()).isEqualTo(404);
            if (running) {
                BERTH.docker("stop", "web").ok();
            }
        }
    }

    /** The container moves a folder away and puts a link to the host's folder in its place, again and again. */
    @Test
    void foldersThatBecomeLinksMeanwhileLeadNowhereElse() throws IOException, InterruptedException {
        var canary = Files.createDirectories(BERTH.home().resolve("canary"));
        Files.writeString(canary.resolve("secret"), "of the host");
        BERTH.docker("run", "-d", "--name", "race", "--stop-signal", "SIGKILL", "busybox", "sh", "-c", "mkdir -p /w/dir " + canary + "; echo inside > /w/dir/secret; echo inside > "
                + canary + "/secret; touch /ready; while :; do mv /w/dir /w/real; ln -s " + canary + " /w/dir; rm /w/dir; mv /w/real /w/dir; "
                + "mv /w/dir /w/real; ln -s /proc/1/root/../../../.." + canary + " /w/dir; rm /w/dir; mv /w/real /w/dir; done").ok();
        Eventually.holds("the container swaps", () -> BERTH.docker("exec", "race", "test", "-e", "/ready").exitCode() == 0);
        int read = 0;
        for (int i = 0; i < 60; i++) {
            var answer = send("GET", "race/files/content?path=/w/dir/secret", null);
            assertThat(answer.body()).doesNotContain("of the host");
            read += answer.statusCode() == 200 ? 1 : 0;
            send("PUT", "race/files/content?path=/w/dir/made", "x");
            send("DELETE", "race/files?path=/w/dir/secret2", null);
            send("POST", "race/files/rename?path=/w/dir/made&to=/w/dir/secret3", null);
            send("POST", "race/files/folders?path=/w/dir/folder" + i, null);
        }
        assertThat(read).as("reads that hit the folder").isPositive();
        try (var files = Files.list(canary)) {
            assertThat(files).containsExactly(canary.resolve("secret"));
        }
        assertThat(canary.resolve("secret")).hasContent("of the host");
    }

    @Test
    void historyIsToldNewestFirstInParts() {
        run("old");
        BERTH.docker("rename", "old", "web").ok();
        BERTH.docker("network", "create", "lan").ok();
        BERTH.docker("network", "connect", "lan", "web").ok();
        BERTH.docker("exec", "web", "sh", "-c", "exit 3").expect(3);
        BERTH.docker("stop", "web").ok();
        var all = api.get("/containers/web/events").expect(200);
        var actions = all.path("items").valueStream().map(item -> item.path("type").asString() + " " + item.path("action").asString().replaceFirst(":.*", "")).toList();
        assertThat(actions).containsSubsequence("container stop", "container die", "container kill", "container exec_die", "container exec_start", "container exec_create",
                "network connect", "container rename", "container start", "container create");
        assertThat(actions).doesNotContain("network create");
        assertThat(all.path("more").asBoolean()).isFalse();
        var first = api.get("/containers/web/events?limit=3").expect(200);
        assertThat(first.path("more").asBoolean()).isTrue();
        assertThat(first.path("items").get(0)).isEqualTo(all.path("items").get(0));
        var last = first.path("items").get(2).path("sequence").asLong();
        assertThat(api.get("/containers/web/events?before=" + last).expect(200).path("items").get(0)).isEqualTo(all.path("items").get(3));
        assertThat(api.get("/containers/web/events?after=" + last).expect(200).path("items").size()).isEqualTo(2);
        assertThat(api.get("/containers/web/events?limit=0").status()).isEqualTo(400);
        BERTH.docker("rm", "web").ok();
        BERTH.docker("network", "rm", "lan").ok();
    }
}
