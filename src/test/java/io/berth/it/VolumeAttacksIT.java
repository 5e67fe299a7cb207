package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Volumes whose folders become links while the engine is at work in them, and requests whose words try to leave: nothing outside changes. */
class VolumeAttacksIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final String SECRET = "of the host and of nobody else";
    private static final int ROUNDS = Boolean.getBoolean("berth.thorough") ? 500 : 20;
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final AdminApi api = new AdminApi(BERTH);
    private Path canary;

    @BeforeEach
    void plant() throws IOException {
        canary = Files.createDirectories(BERTH.home().resolve("canary"));
        Files.writeString(canary.resolve("secret"), SECRET);
    }

    @AfterEach
    void requireUnharmed() throws IOException {
        BERTH.removeAndAudit();
        for (var volume : BERTH.docker("volume", "ls", "-q").ok().lines().toList()) {
            BERTH.docker("volume", "rm", volume).ok();
        }
        try (var files = Files.list(canary)) {
            assertThat(files).containsExactly(canary.resolve("secret"));
        }
        assertThat(canary.resolve("secret")).hasContent(SECRET);
        Files.delete(canary.resolve("secret"));
        Files.delete(canary);
    }

    /** Has a container swap the folder {@code d} of the volume {@code race} with links out of it, and sees that who follows them is led out. */
    private void swap() {
        BERTH.docker("run", "-d", "--name", "swapper", "-v", "race:/v", "busybox", "sh", "-c", "mkdir /v/d; echo inside > /v/d/secret; echo inside > /v/d/f; "
                + "while :; do for to in " + canary + " ../../../../../../.." + canary
                + "; do mv /v/d /v/e; ln -s $to /v/d; rm /v/d; mv /v/e /v/d; done; done").ok();
        Path byPath = BERTH.dataRoot().resolve("volumes/race/_data/d/secret");
        Eventually.holds("the race can be lost", () -> Command.run("cat", byPath.toString()).out().equals(SECRET));
    }

    /** T05, of a part of a volume: what is mounted is in the volume, whatever its path becomes on the way. */
    @Test
    void partsOfVolumesThatAreSwappedStayInside() {
        swap();
        Rounds.of(ROUNDS, (i, rounds) -> {
            var run = BERTH.docker("run", "--rm", "--mount", "type=volume,src=race,dst=/m,volume-subpath=d", "busybox", "sh", "-c", "cat /m/secret; touch /m/made");
            assertThat(run.out()).doesNotContain(SECRET);
            rounds.count("starts that hit the folder", run.out().strip().equals("inside"));
        });
    }

    /** T05, of a place that has to be made in a shared volume. */
    @Test
    void placesOfVolumesThatAreSwappedAreMadeInside() {
        swap();
        Rounds.of(ROUNDS, (i, rounds) -> rounds.count("starts that hit the folder",
                BERTH.docker("run", "--rm", "-v", "race:/w", "-v", "inner:/w/d/in", "busybox", "true").exitCode() == 0));
    }

    /** T08: files, backups and copies of a volume whose folders become links. */
    @Test
    void filesOfVolumesThatAreSwappedAreThoseInside() throws Exception {
        swap();
        Rounds.of(ROUNDS, (i, rounds) -> {
            var content = send("GET", "/files/content?path=/d/secret", null);
            assertThat(text(content)).doesNotContain(SECRET);
            rounds.count("reads that hit the folder", text(content).strip().equals("inside"));
            rounds.count("writes that hit the folder", send("PUT", "/files/content?path=/d/put", "of a client".getBytes(StandardCharsets.UTF_8)).length == 0);
            send("PUT", "/files/content?path=/d/secret", "inside".getBytes(StandardCharsets.UTF_8));
            send("POST", "/files/folders?path=/d/made" + i, new byte[0]);
            send("DELETE", "/files?path=/d/put", null);
            send("DELETE", "/files?path=/d/made" + i, null);
            assertThat(text(send("GET", "/files/content?path=/d", null))).as("a folder as an archive").doesNotContain(SECRET);
            var backup = send("GET", "/backup", null);
            if (backup.length > 0 && backup[0] != '{') {
                var plain = text(new ZstdInputStream(new ByteArrayInputStream(backup)).readAllBytes());
                assertThat(plain).doesNotContain(SECRET);
                rounds.count("backups that hit the folder", plain.contains("inside"));
            }
        });
        var id = api.post("/volumes/race/clone", Map.of("name", "copy")).expect(202).path("id").asString();
        Eventually.holds("the copy is made", () -> api.get("/operations/" + id).expect(200).path("state").asString().equals("succeeded"));
        assertThat(Command.run("grep", "-rl", SECRET, BERTH.dataRoot().resolve("volumes/copy").toString()).out()).isEmpty();
    }

    private byte[] send(String method, String path, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(api.uri("/api/v1/volumes/race" + path)).header("Authorization", api.authorization())
                .header("Content-Type", "application/octet-stream")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build();
        return HTTP.send(request, BodyHandlers.ofByteArray()).body();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** T09: each hostile word is refused, and the same request without it is not. */
    @Test
    void wordsThatTryToLeaveAreRefusedAndMakeNothing() {
        var benign = volume("own", "/x", Map.of("Subpath", "a/../b"));
        assertThat(created(Map.of("Mounts", List.of(benign)))).isEqualTo(201);
        assertThat(created(Map.of("Binds", List.of(canary + ":/x:ro,rprivate")))).isEqualTo(201);
        assertThat(created(Map.of("Mounts", List.of(bind(canary.toString(), "rslave"))))).isEqualTo(201);
        BERTH.removeAndAudit();
        BERTH.docker("volume", "rm", "own").ok();
        for (var host : hostile()) {
            assertThat(created(host)).as(host.toString()).isEqualTo(400);
        }
        var engine = new EngineClient(BERTH.socket());
        for (var name : List.of("..", ".stage", "../x", "a/b", "/abs", "a\nb", "a\u0000", "é", "n".repeat(300))) {
            assertThat(engine.post("/volumes/create", JSON.writeValueAsString(Map.of("Name", name))).status()).as(name).isEqualTo(400);
            var removed = engine.delete("/volumes/" + name.replace("/", "%2F").replace("\n", "%0A").replace("\u0000", "%00").replace("é", "%C3%A9"));
            assertThat(removed.status()).as("removal of " + name).isIn(400, 404);
        }
        for (var options : List.of(Map.of("type", "none", "o", "bind", "device", "../../etc"), Map.of("type", "none", "device", "/", "mountpoint", "/etc"),
                Map.of("type", "tmpfs", "device", "tmp\u0000fs"))) {
            assertThat(engine.post("/volumes/create", JSON.writeValueAsString(Map.of("Name", "opted", "DriverOpts", options))).status())
                    .as(options.toString()).isEqualTo(400);
        }
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEmpty();
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
        assertThat(Command.run("ls", "-A", BERTH.dataRoot().resolve("volumes").toString()).out().strip()).isEqualTo(".stage");
    }

    private List<Map<String, Object>> hostile() {
        var requests = new ArrayList<Map<String, Object>>();
        for (var subpath : List.of("..", "../x", "/etc", "a/../../x", "a\u0000b")) {
            requests.add(Map.of("Mounts", List.of(volume("own", "/x", Map.of("Subpath", subpath)))));
        }
        for (var name : List.of("..", "../x", "a/b", ".stage", "a\nb", "n".repeat(300))) {
            requests.add(Map.of("Mounts", List.of(volume(name, "/x", Map.of()))));
            requests.add(Map.of("Binds", List.of(name + ":/x")));
        }
        for (var target : List.of("/", "/..", "/proc/sys", "/a/../proc", "relative", "", "/a\u0000b")) {
            requests.add(Map.of("Mounts", List.of(volume("own", target, Map.of()))));
            requests.add(Map.of("Binds", List.of("own:" + target)));
        }
        for (var word : List.of("rshared\nro", "shared ", "rprivate,suid", "RSLAVE", "all", "../x")) {
            requests.add(Map.of("Mounts", List.of(bind(canary.toString(), word))));
            requests.add(Map.of("Binds", List.of(canary + ":/x:" + word)));
        }
        requests.add(Map.of("Mounts", List.of(bind("../canary", ""))));
        requests.add(Map.of("Tmpfs", Map.of("/t", "size=1m,upperdir=/etc")));
        requests.add(Map.of("Tmpfs", Map.of("/proc/t", "")));
        requests.add(Map.of("VolumesFrom", List.of("../x")));
        return requests;
    }

    private static Map<String, Object> volume(String name, String target, Map<String, Object> options) {
        return Map.of("Type", "volume", "Source", name, "Target", target, "VolumeOptions", options);
    }

    private static Map<String, Object> bind(String source, String propagation) {
        return Map.of("Type", "bind", "Source", source, "Target", "/x", "BindOptions", Map.of("Propagation", propagation));
    }

    private static int created(Map<String, Object> host) {
        return new EngineClient(BERTH.socket()).post("/containers/create", JSON.writeValueAsString(Map.of("Image", "busybox", "HostConfig", host))).status();
    }
}
