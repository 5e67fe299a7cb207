package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images where no registry is at work: import, tag, save, load, list, remove. */
class ImagesIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LIMIT = 8 << 20;

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults("--berth.image.import-limit=" + LIMIT + "B");

    private final FakeRegistry web = new FakeRegistry();

    @AfterEach
    void nothingHalfMadeStays() {
        web.close();
        BERTH.removeAndAudit();
        assertThat(BERTH.blobsBeingWritten()).isEmpty();
    }

    @Test
    void savedImageLoadsAgainUnderItsNameAndId() throws IOException {
        var id = BERTH.docker("inspect", "-f", "{{.Id}}", "busybox").ok();
        BERTH.docker("tag", "busybox", "copy:1").ok();
        var archive = BERTH.home().resolve("copy.tar");
        BERTH.docker("save", "-o", archive.toString(), "copy:1").ok();
        assertThat(BERTH.docker("rmi", "copy:1").ok()).isEqualTo("Untagged: copy:1");
        assertThat(BERTH.docker("load", "-i", archive.toString()).ok()).contains("Loaded image: copy:1");
        assertThat(BERTH.docker("inspect", "-f", "{{.Id}}", "copy:1").ok()).isEqualTo(id);
        for (var compressor : new String[][] {{"gzip", "-kf"}, {"zstd", "-qkf"}}) {
            Command.run(compressor[0], compressor[1], archive.toString()).ok();
            var compressed = archive + (compressor[0].equals("gzip") ? ".gz" : ".zst");
            assertThat(BERTH.docker("load", "-i", compressed).ok()).contains("Loaded image: copy:1");
        }
        assertThat(BERTH.docker("images", "--format", "{{.Repository}}:{{.Tag}}", "copy").ok()).isEqualTo("copy:1");
        BERTH.docker("rmi", "copy:1").ok();
        Files.delete(archive);
    }

    @Test
    void lastTagTakesTheImageWithIt() {
        BERTH.dockerWithInput(TestImages.busyboxRootfs(), "import", "-m", "another", "-c", "ENV A=b", "-", "alone:1").expect(0);
        assertThat(BERTH.docker("run", "--rm", "alone:1", "sh", "-c", "echo $A").ok()).isEqualTo("b");
        assertThat(BERTH.docker("history", "--format", "{{.Comment}}", "alone:1").ok()).contains("another");
        assertThat(BERTH.docker("rmi", "alone:1").ok()).contains("Untagged: alone:1").contains("Deleted: sha256:");
    }

    @Test
    void aRepositoryIsSavedWithAllThatIsTaggedInIt() throws IOException {
        TestImages.importAs(BERTH, "all:1", FakeRegistry.noiseLayer("a", 10));
        TestImages.importAs(BERTH, "all:2", FakeRegistry.noiseLayer("a", 20));
        var archive = saved("all");
        BERTH.docker("rmi", "all:1", "all:2").ok();
        assertThat(BERTH.docker("load", "-i", archive).ok().lines()).containsExactlyInAnyOrder("Loaded image: all:1", "Loaded image: all:2");
        assertThat(BERTH.docker("save", "-o", archive, "all:3").expect(1).err()).contains("No such image: all:3");
        BERTH.docker("rmi", "all:1", "all:2").ok();
    }

    @Test
    void onePlatformCanBeAskedFor() throws IOException {
        BERTH.dockerWithInput(FakeRegistry.noiseLayer("a", 30), "import", "--platform", "linux/s390x", "-", "big:1").expect(0);
        BERTH.dockerWithInput(FakeRegistry.noiseLayer("a", 40), "import", "-", "small:1").expect(0);
        var archive = BERTH.home().resolve("both.tar").toString();
        BERTH.docker("save", "-o", archive, "big:1", "small:1").ok();
        var inspects = "image with reference big:1 was found but its platform (linux/s390x) does not match the specified platform (linux/arm/v7)";
        for (var command : new String[][] {{"save", "-o", archive + "2"}, {"history"}, {"image", "inspect"}}) {
            assertThat(BERTH.docker(with(command, "--platform", "linux/arm/v7", "big:1")).expect(1).err()).as(command[0])
                    .contains(command[0].equals("save") ? "no suitable export target found for platform linux/arm/v7" : inspects);
            BERTH.docker(with(command, "--platform", "linux/s390x", "big:1")).ok();
        }
        assertThat(BERTH.docker("image", "inspect", "--platform", "linux", "big:1").exitCode()).isNotZero();
        BERTH.docker("rmi", "big:1", "small:1").ok();
        assertThat(BERTH.docker("load", "-i", archive, "--platform", "linux/arm/v7").expect(1).err()).contains("no image for linux/arm/v7 in the archive");
        assertThat(BERTH.docker("load", "-i", archive, "--platform", "linux/s390x").ok()).isEqualTo("Loaded image: big:1");
        BERTH.docker("rmi", "big:1").ok();
        Files.delete(Path.of(archive));
        Files.delete(Path.of(archive + "2"));
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void aLoadTellsOfLayersAndOfNamesThatMove() throws IOException {
        TestImages.importAs(BERTH, "moves:1", FakeRegistry.noiseLayer("a", 100_000));
        var archive = saved("moves:1");
        BERTH.docker("rmi", "moves:1").ok();
        TestImages.importAs(BERTH, "moves:1", FakeRegistry.noiseLayer("a", 50));
        var other = BERTH.docker("inspect", "-f", "{{.Id}}", "moves:1").ok();
        var told = new EngineClient(BERTH.socket()).post("/v1.51/images/load", Files.readAllBytes(Path.of(archive)));
        assertThat(told.status()).isEqualTo(200);
        assertThat(told.body()).contains("\"status\":\"Loading layer\"", "\"current\":")
                .contains("The image moves:1 already exists, renaming the old one with ID " + other + " to empty string", "Loaded image: moves:1");
        assertThat(BERTH.docker("load", "-q", "-i", archive).ok()).isEqualTo("Loaded image: moves:1");
        BERTH.docker("rmi", "moves:1", other).ok();
    }

    private static String saved(String name) {
        var archive = BERTH.home().resolve("saved.tar").toString();
        BERTH.docker("save", "-o", archive, name).ok();
        return archive;
    }

    @Test
    void anArchiveComesFromAWebServer() {
        var rootfs = FakeRegistry.gzip(TestImages.busyboxRootfs());
        web.misbehave(exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/rootfs.tar.gz" -> FakeRegistry.send(exchange, 200, "application/gzip", rootfs);
                case "/moved" -> redirect(exchange, "/rootfs.tar.gz");
                case "/inside" -> redirect(exchange, "http://169.254.169.254/latest/meta-data");
                case "/file" -> redirect(exchange, "file:///etc/passwd");
                case "/endless" -> {
                    exchange.sendResponseHeaders(200, 0);
                    var noise = FakeRegistry.noise(1 << 20);
                    exchange.getResponseBody().write(FakeRegistry.noiseLayer("data", 64 << 20), 0, 512);
                    for (int i = 0; i < 63; i++) {
                        exchange.getResponseBody().write(noise);
                    }
                }
                default -> FakeRegistry.send(exchange, 404, "text/plain", "not here".getBytes(StandardCharsets.UTF_8));
            }
            return true;
        });
        String place = "http://" + web.authority();
        assertThat(BERTH.docker("import", "-c", "CMD [\"echo\",\"from the web\"]", place + "/moved", "web:1").ok()).contains("Downloading from " + place + "/moved", "sha256:");
        assertThat(BERTH.docker("run", "--rm", "web:1").ok()).isEqualTo("from the web");
        assertThat(BERTH.docker("history", "--format", "{{.Comment}}", "web:1").ok()).isEqualTo("Imported from " + place + "/moved");
        BERTH.docker("rmi", "web:1").ok();
        assertThat(BERTH.docker("import", place + "/none", "none:1").expect(1).err()).contains("failed to GET " + place + "/none with status 404 Not Found: not here");
        assertThat(new EngineClient(BERTH.socket()).post("/v1.51/images/create?fromSrc=" + web.authority() + "/none&repo=none", "").status()).isEqualTo(404);
        assertThat(BERTH.docker("import", place + "/inside", "none:1").expect(1).err()).contains("leads to 169.254.169.254", "refused");
        assertThat(BERTH.docker("import", place + "/file", "none:1").expect(1).err()).contains("redirects to where TLS would be lost");
        assertThat(BERTH.docker("import", place + "/endless", "none:1").expect(1).err()).contains("has more than " + LIMIT + " bytes");
        var other = new EngineClient(BERTH.socket()).post("/v1.51/images/create?fromSrc=ftp://127.0.0.1/rootfs&repo=none", "");
        assertThat(other.body()).contains("invalid URL \\\"ftp://127.0.0.1/rootfs\\\"");
        assertThat(other.status()).isEqualTo(400);
        assertThat(BERTH.dockerWithInput(FakeRegistry.noiseLayer("data", LIMIT), "import", "-", "none:1").expect(1).err()).contains("has more than " + LIMIT + " bytes");
        assertThat(BERTH.docker("images", "-q", "none").ok()).isEmpty();
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        FakeRegistry.send(exchange, 302, "text/plain", new byte[0]);
    }

    @Test
    void manifestsOfAnImageAreListed() {
        var here = web.manifest(List.of(FakeRegistry.noiseLayer("a", 1000)), "linux", FakeRegistry.ARCHITECTURE);
        var elsewhere = web.manifest(List.of(FakeRegistry.noiseLayer("a", 2000)), "linux", "s390x");
        web.put("list:here", here);
        web.put("list:1", new FakeRegistry.Content(FakeRegistry.INDEX, ("{\"schemaVersion\":2,\"manifests\":[" + FakeRegistry.entry(elsewhere, "s390x") + ","
                + FakeRegistry.entry(here, FakeRegistry.ARCHITECTURE) + "]}").getBytes(StandardCharsets.UTF_8)));
        var name = web.authority() + "/list:1";
        BERTH.docker("pull", name).ok();
        var user = BERTH.docker("create", name).ok();
        var engine = new EngineClient(BERTH.socket());
        var all = JSON.readTree(engine.get("/v1.51/images/json?manifests=1&filters=%7B%22reference%22:%5B%22" + name + "%22%5D%7D").body()).get(0).path("Manifests");
        assertThat(all.toString()).isEqualTo(JSON.readTree(engine.get("/v1.51/images/" + name + "/json?manifests=1").body()).path("Manifests").toString());
        assertThat(all).hasSize(2);
        assertThat(all.get(0).path("ID").asString()).isEqualTo(elsewhere.digest());
        assertThat(all.get(0).path("Available").asBoolean()).isFalse();
        assertThat(all.get(1).path("ID").asString()).isEqualTo(here.digest());
        assertThat(all.get(1).path("Available").asBoolean()).isTrue();
        assertThat(all.get(1).at("/ImageData/Platform/architecture").asString()).isEqualTo(FakeRegistry.ARCHITECTURE);
        assertThat(all.get(1).at("/ImageData/Containers/0").asString()).isEqualTo(user);
        assertThat(all.get(1).at("/ImageData/Size/Unpacked").asLong()).isEqualTo(1000);
        assertThat(engine.get("/v1.46/images/json?manifests=1").body()).doesNotContain("Manifests");
        assertThat(JSON.readTree(engine.get("/v1.51/images/busybox/json?manifests=1").body()).at("/Manifests/0/Available").asBoolean()).isTrue();
        BERTH.docker("rm", user).ok();
        BERTH.docker("rmi", name).ok();
    }

    @Test
    void aStrangeAttestationKeepsNoListFromBeingShown() {
        var here = web.manifest(List.of(FakeRegistry.noiseLayer("a", 3000)), "linux", FakeRegistry.ARCHITECTURE);
        var strange = FakeRegistry.descriptor(FakeRegistry.MANIFEST, new byte[] {1}).replaceFirst("}$", ",\"annotations\":{"
                + "\"vnd.docker.reference.type\":\"attestation-manifest\",\"vnd.docker.reference.digest\":\"no digest\"}}");
        web.put("strange:here", here);
        web.put("strange:1", new FakeRegistry.Content(FakeRegistry.INDEX, ("{\"schemaVersion\":2,\"manifests\":["
                + FakeRegistry.entry(here, FakeRegistry.ARCHITECTURE) + "," + strange + "]}").getBytes(StandardCharsets.UTF_8)));
        var name = web.authority() + "/strange:1";
        BERTH.docker("pull", name).ok();
        var listed = new EngineClient(BERTH.socket()).get("/v1.51/images/json?manifests=1");
        assertThat(listed.status()).isEqualTo(200);
        assertThat(listed.body()).contains("\"Kind\":\"attestation\",\"AttestationData\":{\"For\":\"no digest\"}");
        BERTH.docker("rmi", name).ok();
    }

    /** What others make of our archives, and we of theirs. */
    @Test
    void archivesAreUnderstoodByOthers() throws IOException {
        assumeTrue(Command.run("sh", "-c", "command -v skopeo").exitCode() == 0, "there is no skopeo here");
        BERTH.docker("run", "--name", "second", "busybox", "sh", "-c", "echo layer > /second").ok();
        BERTH.docker("commit", "second", "two:1").ok();
        BERTH.docker("rm", "second").ok();
        var id = BERTH.docker("inspect", "-f", "{{.Id}}", "two:1").ok();
        var diffIds = BERTH.docker("inspect", "-f", "{{json .RootFS.Layers}}", "two:1").ok();
        var archive = saved("two:1");
        Path layout = Files.createDirectory(BERTH.home().resolve("layout"));
        Command.run("tar", "-xf", archive, "-C", layout.toString()).ok();
        requireLayout(layout, id.replace("sha256:", ""), diffIds);
        Path theirs = BERTH.home().resolve("theirs");
        Command.run("skopeo", "--insecure-policy", "copy", "docker-archive:" + archive, "oci:" + theirs + ":theirs").ok();
        Path back = BERTH.home().resolve("back.tar");
        Command.run("skopeo", "--insecure-policy", "copy", "oci:" + layout, "docker-archive:" + back + ":back:1").ok();
        BERTH.docker("rmi", "two:1").ok();
        assertThat(BERTH.docker("load", "-i", back.toString()).ok()).isEqualTo("Loaded image: back:1");
        assertThat(BERTH.docker("inspect", "-f", "{{json .RootFS.Layers}}", "back:1").ok()).isEqualTo(diffIds);
        assertThat(BERTH.docker("run", "--rm", "back:1", "cat", "/second").ok()).isEqualTo("layer");
        Command.run("tar", "-cf", back.toString(), "-C", theirs.toString(), ".").ok();
        var loaded = BERTH.docker("load", "-i", back.toString()).ok().replace("Loaded image ID: ", "");
        assertThat(BERTH.docker("inspect", "-f", "{{json .RootFS.Layers}}", loaded).ok()).isEqualTo(diffIds);
        BERTH.docker("rmi", "back:1", loaded).ok();
    }

    /** Every blob is what its name says, and the index leads to this image by way of blobs with the sizes that are told. */
    private static void requireLayout(Path layout, String id, String diffIds) throws IOException {
        assertThat(Files.readString(layout.resolve("oci-layout"))).contains("\"imageLayoutVersion\":\"1.0.0\"");
        try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                assertThat(FakeRegistry.sha256(Files.readAllBytes(blob))).isEqualTo(blob.getFileName().toString());
            }
        }
        var index = JSON.readTree(layout.resolve("index.json"));
        assertThat(index.path("manifests")).hasSize(1);
        var manifest = JSON.readTree(content(layout, index.path("manifests").get(0)));
        assertThat(manifest.at("/config/digest").asString()).isEqualTo("sha256:" + id);
        content(layout, manifest.path("config"));
        var digests = new ArrayList<String>();
        for (var layer : manifest.path("layers")) {
            content(layout, layer);
            digests.add(layer.path("digest").asString());
        }
        assertThat(JSON.writeValueAsString(digests)).isEqualTo(diffIds);
    }

    private static byte[] content(Path layout, JsonNode descriptor) throws IOException {
        var bytes = Files.readAllBytes(layout.resolve("blobs/sha256").resolve(descriptor.path("digest").asString().replace("sha256:", "")));
        assertThat(bytes).hasSize(descriptor.path("size").asInt());
        return bytes;
    }

    @Test
    void aSearchSaysWhyThereIsNone() {
        assertThat(BERTH.docker("search", "busybox").expect(1).err()).contains("not supported: docker search");
    }
}
