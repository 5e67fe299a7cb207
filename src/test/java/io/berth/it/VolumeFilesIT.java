package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Volumes for people: looked at, read, written, backed up, restored and cloned over the management API. */
class VolumeFilesIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    /** Its containers are ordinary users of the host. */
    @RegisterExtension
    static final BerthInstance REMAPPED = BerthInstance.withDefaults("--berth.userns-remap=231072-296607");

    private static final JsonMapper JSON = new JsonMapper();
    private static final int BIG = 96 << 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FILL = "cd /data && umask 022 && mkdir -p sub && echo text > sub/file && chown 12:34 sub/file && chmod 4750 sub/file && ln sub/file twin "
            + "&& ln -s /etc/passwd out && ln -s sub inside && mkfifo pipe && truncate -s 32M holes && echo end >> holes && mknod null c 1 3 "
            + "&& touch -d '2001-02-03 04:05:06' sub/file sub && chown 5:6 . && chmod 1777 .";
    private static final String LOOK = "cd /data && stat -c '%n %a %u:%g %h %s %Y %F' sub sub/file twin pipe holes null && stat -c '%a %u:%g' . "
            + "&& readlink out && readlink inside && cat sub/file && tail -c 4 holes && du -k holes | cut -f1 && ls | sort | tr '\\n' ' '";

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void removeAll() {
        BERTH.removeAndAudit();
        var left = BERTH.docker("volume", "ls", "-q").ok();
        if (!left.isEmpty()) {
            var arguments = new ArrayList<>(List.of("volume", "rm"));
            arguments.addAll(left.lines().toList());
            BERTH.docker(arguments.toArray(String[]::new)).ok();
        }
    }

    private void fill(String volume) {
        BERTH.docker("run", "--rm", "-v", volume + ":/data", "busybox", "sh", "-c", FILL).ok();
    }

    private String looks(String volume) {
        return BERTH.docker("run", "--rm", "-v", volume + ":/data", "busybox", "sh", "-c", LOOK).ok();
    }

    /** Raw bytes in and out. */
    private HttpResponse<byte[]> raw(String method, String path, byte[] body) {
        return raw(api, method, path, body, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static <T> HttpResponse<T> raw(AdminApi api, String method, String path, byte[] body, HttpResponse.BodyHandler<T> handler) {
        var request = HttpRequest.newBuilder(api.uri("/api/v1" + path)).header("Authorization", api.authorization())
                .header("Content-Type", "application/octet-stream")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build();
        try {
            return HTTP.send(request, handler);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private String refused(int status, String method, String path, byte[] body) {
        var answer = raw(method, path, body);
        var text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(text).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        return JSON.readTree(text).path("detail").asString();
    }

    private static List<String> names(JsonNode listing) {
        return listing.path("items").valueStream().map(item -> item.path("name").asString()).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void volumesAreListedWithWhoUsesThem() {
        var made = api.post("/volumes", Map.of("name", "seen", "labels", Map.of("team", "blue"))).expect(201);
        assertThat(made.path("labels").path("team").asString()).isEqualTo("blue");
        assertThat(made.path("lastUsedAt").isNull()).isTrue();
        assertThat(made.path("users")).isEmpty();
        assertThat(api.post("/volumes", Map.of("name", "seen")).expect(409).path("detail").asString()).contains("exists already");
        assertThat(api.post("/volumes", Map.of("name", "a/b")).expect(400).path("detail").asString()).contains("includes invalid characters");
        assertThat(api.post("/volumes", Map.of()).expect(201).path("anonymous").asBoolean()).isTrue();

        BERTH.docker("run", "-d", "--name", "user", "-v", "seen:/data:ro", "busybox", "sleep", "1000").ok();
        var seen = api.get("/volumes/seen").expect(200);
        assertThat(seen.path("users")).hasSize(1);
        var user = seen.path("users").get(0);
        assertThat(List.of(user.path("name").asString(), user.path("state").asString(), user.path("destination").asString(), user.path("readOnly").asString()))
                .containsExactly("user", "running", "/data", "true");
        assertThat(seen.path("lastUsedAt").isNull()).isFalse();
        assertThat(seen.path("sizeBytes").isNumber()).isTrue();
        assertThat(seen.path("mountpoint").asString()).isEqualTo(BERTH.dataRoot().resolve("volumes/seen/_data").toString());
        var id = user.path("id").asString();
        assertThat(api.delete("/volumes/seen").expect(409).path("detail").asString()).isEqualTo("remove seen: volume is in use - [" + id + "]");

        BERTH.docker("rm", "-f", "user").ok();
        assertThat(api.get("/volumes").expect(200).path("items").get(0).path("sizeBytes").isNull()).isTrue();
        assertThat(api.get("/volumes?size=true").expect(200).path("items").get(0).path("sizeBytes").isNumber()).isTrue();
        var before = api.get("/volumes/seen").expect(200).path("lastUsedAt").asString();
        BERTH.stop();
        BERTH.start();
        assertThat(api.get("/volumes/seen").expect(200).path("lastUsedAt").asString()).as("what the journal remembers").isEqualTo(before);
        api.delete("/volumes/seen").expect(204);
        assertThat(api.get("/volumes/seen").expect(404).path("detail").asString()).isEqualTo("get seen: no such volume");
    }

    @Test
    void filesAreListedReadWrittenAndRemoved() throws IOException {
        fill("files");
        var listing = api.get("/volumes/files/files").expect(200);
        assertThat(names(listing)).containsExactly("holes", "inside", "null", "out", "pipe", "sub", "twin");
        assertThat(listing.path("more").asBoolean()).isFalse();
        assertThat(listing.path("items").get(3).path("target").asString()).isEqualTo("/etc/passwd");
        var first = api.get("/volumes/files/files?limit=2").expect(200);
        assertThat(first.path("more").asBoolean()).isTrue();
        assertThat(names(api.get("/volumes/files/files?limit=2&after=inside").expect(200))).containsExactly("null", "out");
        var file = api.get("/volumes/files/files?path=/sub").expect(200).path("items").get(0);
        assertThat(List.of(file.path("type").asString(), file.path("mode").asString(), file.path("uid").asString(), file.path("size").asString()))
                .containsExactly("file", "4750", "12", "5");
        assertThat(names(api.get("/volumes/files/files?path=inside").expect(200))).as("through a link within").containsExactly("file");

        var content = raw("GET", "/volumes/files/files/content?path=/sub/file", null);
        assertThat(content.body()).asString().isEqualTo("text\n");
        assertThat(content.headers().firstValue("Content-Disposition").orElse("")).startsWith("attachment").contains("file");
        var entries = new ArrayList<String>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(raw("GET", "/volumes/files/files/content?path=/sub", null).body()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.add(entry.getName() + " " + entry.getLongUserId());
            }
        }
        assertThat(entries).containsExactly("sub/ 0", "sub/file 12");

        assertThat(raw("PUT", "/volumes/files/files/content?path=/sub/file", bytes("other\n")).statusCode()).isEqualTo(204);
        assertThat(raw("PUT", "/volumes/files/files/content?path=/new", bytes("new\n")).statusCode()).isEqualTo(204);
        assertThat(raw("PUT", "/volumes/files/files/content?path=/own&uid=7&gid=8&mode=0600", bytes("")).statusCode()).isEqualTo(204);
        assertThat(raw("POST", "/volumes/files/files/folders?path=/made", null).statusCode()).isEqualTo(201);
        assertThat(BERTH.docker("run", "--rm", "-v", "files:/data", "busybox", "sh", "-c",
                "cd /data; stat -c '%n %a %u:%g' sub/file new own made; cat sub/file new; ls -a sub").ok())
                .isEqualTo("sub/file 4750 12:34\nnew 644 0:0\nown 600 7:8\nmade 755 0:0\nother\nnew\n.\n..\nfile");

        api.delete("/volumes/files/files?path=/sub").expect(204);
        api.delete("/volumes/files/files?path=/out").expect(204);
        assertThat(names(api.get("/volumes/files/files").expect(200))).containsExactly("holes", "inside", "made", "new", "null", "own", "pipe", "twin");
    }

    @Test
    void waysOutOfAVolumeAreRefused() {
        fill("closed");
        for (var path : List.of("../secret", "/sub/../../x", "a%00b", "a/".repeat(2500), "n".repeat(300))) {
            assertThat(refused(400, "GET", "/volumes/closed/files?path=" + path, null)).as(path).startsWith("path ");
            refused(400, "PUT", "/volumes/closed/files/content?path=" + path, bytes("x"));
            refused(400, "DELETE", "/volumes/closed/files?path=" + path, null);
        }
        assertThat(refused(400, "GET", "/volumes/closed/files/content?path=/out", null)).endsWith("/out is neither a regular file nor a folder");
        refused(400, "GET", "/volumes/closed/files/content?path=/pipe", null);
        refused(400, "PUT", "/volumes/closed/files/content?path=/out", bytes("x"));
        refused(400, "PUT", "/volumes/closed/files/content?path=/f&mode=99", bytes("x"));
        refused(400, "GET", "/volumes/closed/files/content", null);
        refused(400, "GET", "/volumes/closed/files?limit=0", null);
        refused(400, "GET", "/volumes/closed/files?path=/twin", null);
        refused(400, "DELETE", "/volumes/closed/files?path=/", null);
        refused(404, "GET", "/volumes/closed/files/content?path=/none", null);
        refused(404, "PUT", "/volumes/closed/files/content?path=/none/f", bytes("x"));
        refused(404, "DELETE", "/volumes/closed/files?path=/none", null);
        refused(409, "POST", "/volumes/closed/files/folders?path=/sub", null);
        refused(404, "GET", "/volumes/none/files", null);
        refused(404, "GET", "/volumes/none/backup", null);
        refused(404, "POST", "/volumes/none/restore", bytes("x"));
    }

    @Test
    void backupIsRestoredAsItWas() {
        fill("first");
        var looks = looks("first");
        var answer = raw("GET", "/volumes/first/backup", null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Disposition").orElse("")).contains("first.tar.zst");
        byte[] backup = answer.body();
        assertThat(backup.length).as("holes take nothing").isLessThan(100_000);

        api.post("/volumes", Map.of("name", "second")).expect(201);
        var made = raw("POST", "/volumes/second/restore", backup);
        assertThat(made.statusCode()).as(new String(made.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        assertThat(looks("second")).isEqualTo(looks);
        var operations = api.get("/operations?kind=restore").expect(200).path("items");
        assertThat(operations.get(0).path("state").asString()).isEqualTo("succeeded");
        assertThat(operations.get(0).path("bytesDone").asLong()).isEqualTo(backup.length);
        assertThat(api.get("/operations?kind=backup").expect(200).path("items").get(0).path("subject").asString()).isEqualTo("first");

        assertThat(refused(409, "POST", "/volumes/second/restore", backup)).startsWith("restore second: volume is not empty");
        BERTH.docker("run", "--rm", "-v", "second:/data", "busybox", "sh", "-c", "echo later > /data/later").ok();
        for (byte[] bad : List.of(Arrays.copyOf(backup, backup.length / 2), bytes("no archive".repeat(200)), new byte[0], escape())) {
            refused(400, "POST", "/volumes/second/restore?replace=true", bad);
        }
        assertThat(BERTH.docker("run", "--rm", "-v", "second:/data", "busybox", "cat", "/data/later", "/data/sub/file").ok()).isEqualTo("later\ntext");
        assertThat(BERTH.dataRoot().resolve("volumes/.stage")).isEmptyDirectory();

        BERTH.docker("run", "-d", "--name", "runs", "-v", "second:/data", "busybox", "sleep", "1000").ok();
        assertThat(refused(409, "POST", "/volumes/second/restore?replace=true", backup)).startsWith("volume second is in use - [");
        BERTH.docker("rm", "-f", "runs").ok();
        assertThat(raw("POST", "/volumes/second/restore?replace=true", backup).statusCode()).isEqualTo(200);
        assertThat(looks("second")).as("without what came later").isEqualTo(looks);
        assertThat(BERTH.dataRoot().resolve("volumes/.stage")).isEmptyDirectory();
    }

    private static byte[] escape() {
        var archive = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(archive)) {
            tar.putArchiveEntry(new TarArchiveEntry("../../escaped/", true));
            tar.closeArchiveEntry();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return archive.toByteArray();
    }

    @Test
    void cloneIsAsTheOriginalAndOnItsOwn() {
        api.post("/volumes", Map.of("name", "original", "labels", Map.of("team", "blue"))).expect(201);
        fill("original");
        var looks = looks("original");
        var begun = api.post("/volumes/original/clone", Map.of("name", "copy")).expect(202);
        assertThat(begun.path("kind").asString()).isEqualTo("clone");
        var id = begun.path("id").asString();
        awaitState(id, "succeeded");
        assertThat(looks("copy")).isEqualTo(looks);
        assertThat(api.get("/volumes/copy").expect(200).path("labels").path("team").asString()).isEqualTo("blue");
        BERTH.docker("run", "--rm", "-v", "copy:/data", "busybox", "rm", "-r", "/data/sub").ok();
        assertThat(looks("original")).isEqualTo(looks);
        assertThat(api.post("/volumes/original/clone", Map.of("name", "copy")).expect(409).path("detail").asString()).contains("exists already");
        api.post("/volumes/original/clone", Map.of("name", "a/b")).expect(400);
        api.post("/volumes/original/clone", Map.of()).expect(400);
        api.post("/volumes/none/clone", Map.of("name", "copy2")).expect(404);
    }

    @Test
    void whatOptionsMountIsReadInItsPlace() throws IOException {
        var elsewhere = Files.createDirectories(BERTH.home().resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "from elsewhere");
        api.post("/volumes", Map.of("name", "bound", "options", Map.of("type", "none", "o", "bind", "device", elsewhere.toString()))).expect(201);
        assertThat(names(api.get("/volumes/bound/files").expect(200))).containsExactly("file");
        assertThat(raw("PUT", "/volumes/bound/files/content?path=new", bytes("new")).statusCode()).isEqualTo(204);
        assertThat(elsewhere.resolve("new")).hasContent("new");
        assertThat(api.get("/volumes/bound").expect(200).path("sizeBytes").isNull()).isTrue();
        byte[] backup = raw("GET", "/volumes/bound/backup", null).body();
        assertThat(refused(400, "POST", "/volumes/bound/restore?replace=true", backup)).contains("mounted from elsewhere");
        api.post("/volumes", Map.of("name", "own")).expect(201);
        assertThat(raw("POST", "/volumes/own/restore", backup).statusCode()).isEqualTo(200);
        assertThat(BERTH.docker("run", "--rm", "-v", "own:/data", "busybox", "cat", "/data/file", "/data/new").ok()).isEqualTo("from elsewherenew");
        assertThat(Command.run("grep", "-c", "volumes/bound/_data", "/proc/self/mounts").out().strip()).as("nothing stays mounted").isEqualTo("0");
        api.delete("/volumes/bound").expect(204);
        assertThat(elsewhere.resolve("file")).exists();
        Command.run("rm", "-r", elsewhere.toString()).ok();
    }

    /** Noise: what is compressed away cannot fill a connection. */
    @Test
    void backupThatIsCancelledOrLeftIsNotTakenForWhole() throws IOException {
        BERTH.docker("run", "--rm", "-v", "big:/data", "busybox", "sh", "-c", "head -c " + BIG + " /dev/urandom > /data/noise").ok();
        try (var stream = raw(api, "GET", "/volumes/big/backup", null, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            assertThat(stream.readNBytes(1000)).hasSize(1000);
            var running = api.get("/operations?state=running&kind=backup").expect(200).path("items");
            assertThat(running).hasSize(1);
            assertThat(api.delete("/volumes/big").expect(409).path("detail").asString()).startsWith("remove big: volume is in use - [backup ");
            var id = running.get(0).path("id").asString();
            api.post("/operations/" + id + "/cancel", Map.of()).expect(202);
            assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
            awaitState(id, "cancelled");
        }
        var left = raw(api, "GET", "/volumes/big/backup", null, HttpResponse.BodyHandlers.ofInputStream()).body();
        assertThat(left.readNBytes(1000)).hasSize(1000);
        var id = api.get("/operations?state=running&kind=backup").expect(200).path("items").get(0).path("id").asString();
        left.close();
        awaitState(id, "failed");
        Eventually.holds("nobody uses it", () -> api.delete("/volumes/big").status() == 204);
    }

    private void awaitState(String id, String state) {
        Eventually.holds(() -> "it has " + state + ": " + api.get("/operations/" + id).expect(200),
                () -> api.get("/operations/" + id).expect(200).path("state").asString().equals(state));
    }

    @Test
    void ownersAreThoseInsideWhereContainersAreRemapped() {
        var there = new AdminApi(REMAPPED);
        REMAPPED.docker("run", "--rm", "-v", "mapped:/data", "busybox", "sh", "-c", "echo text > /data/file; chown 12:34 /data/file").ok();
        var file = there.get("/volumes/mapped/files").expect(200).path("items").get(0);
        assertThat(file.path("uid").asString() + ":" + file.path("gid").asString()).isEqualTo("12:34");
        var bytes = HttpResponse.BodyHandlers.ofByteArray();
        assertThat(raw(there, "PUT", "/volumes/mapped/files/content?path=own&uid=7&gid=8", bytes("own"), bytes).statusCode()).isEqualTo(204);
        assertThat(raw(there, "PUT", "/volumes/mapped/files/content?path=roots", bytes("roots"), bytes).statusCode()).isEqualTo(204);
        there.post("/volumes", Map.of("name", "again")).expect(201);
        var backup = raw(there, "GET", "/volumes/mapped/backup", null, bytes).body();
        assertThat(raw(there, "POST", "/volumes/again/restore", backup, bytes).statusCode()).isEqualTo(200);
        for (var volume : List.of("mapped", "again")) {
            assertThat(REMAPPED.docker("run", "--rm", "-v", volume + ":/data", "busybox", "sh", "-c", "cd /data && stat -c '%n %u:%g' . file own roots").ok())
                    .as(volume).isEqualTo(". 0:0\nfile 12:34\nown 7:8\nroots 0:0");
            there.delete("/volumes/" + volume).expect(204);
        }
    }
}
