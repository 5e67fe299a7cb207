package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Images go to registries: as they came, only what is missing travels, and a tag never leads to half of one. */
class PushIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final byte[] BUSYBOX = TestImages.busyboxRootfs();
    private static final String ATTESTATION = "application/vnd.in-toto+json";

    private final FakeRegistry registry = new FakeRegistry();

    @TempDir
    Path folder;

    @AfterEach
    void nothingStays() {
        registry.close();
        if (!BERTH.docker("images", "-q").ok().isEmpty()) {
            BERTH.docker("image", "prune", "-a", "-f").ok();
        }
        BERTH.removeAndAudit();
        assertThat(ingested()).as("half-made blobs").isEmpty();
    }

    private static List<String> ingested() {
        try (var files = Files.list(BERTH.dataRoot().resolve("blobs/ingest"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    private String name(String rest) {
        return registry.authority() + "/" + rest;
    }

    private static byte[] layer(String name, int bytes) {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return FakeRegistry.layer(Map.of(name, content));
    }

    private static void importAs(String name, byte[] tar) {
        BERTH.dockerWithInput(tar, "import", "-c", "CMD [\"sh\"]", "-", name).expect(0);
    }

    /** An image of the base and one layer on it. */
    private static void commitOn(String base, String file, String name) {
        var container = BERTH.docker("run", "-d", base, "sh", "-c", "echo " + file + " > /" + file).ok();
        BERTH.docker("wait", container).ok();
        BERTH.docker("commit", container, name).ok();
        BERTH.docker("rm", container).ok();
    }

    private static String inspect(String name, String format) {
        return BERTH.docker("inspect", "-f", format, name).ok();
    }

    @Test
    void onlyWhatIsMissingTravels() {
        importAs(name("team/app:1"), BUSYBOX);
        var pushed = BERTH.docker("push", name("team/app:1")).ok();
        var manifest = registry.manifest("team/app:1");
        assertThat(pushed).contains("The push refers to repository [" + name("team/app") + "]", ": Preparing", ": Pushed",
                "1: digest: " + manifest.digest() + " size: " + manifest.bytes().length);
        assertThat(new String(manifest.bytes())).as("what every client reads").contains(FakeRegistry.LAYER).doesNotContain("zstd");
        assertThat(inspect(name("team/app:1"), "{{.RepoDigests}}")).isEqualTo("[" + name("team/app") + "@" + manifest.digest() + "]");

        registry.forgetRequests();
        assertThat(BERTH.docker("push", name("team/app:1")).ok()).contains("Layer already exists", manifest.digest()).doesNotContain("Pushed");
        assertThat(registry.uploadedBytes()).isZero();
        assertThat(registry.requests()).noneMatch(request -> request.path().contains("/uploads/"));

        commitOn(name("team/app:1"), "more", name("team/app:2"));
        registry.forgetRequests();
        assertThat(BERTH.docker("push", name("team/app:2")).ok()).contains("Layer already exists", "Pushed");
        assertThat(registry.uploadedBytes()).as("the last layer and the config").isBetween(1L, 10_000L);

        BERTH.docker("tag", name("team/app:2"), name("other/copy:9")).ok();
        registry.forgetRequests();
        assertThat(BERTH.docker("push", name("other/copy:9")).ok()).contains("Mounted from team/app").doesNotContain("Pushed");
        assertThat(registry.uploadedBytes()).isZero();
        assertThat(registry.manifest("other/copy:9").digest()).isEqualTo(registry.manifest("team/app:2").digest());
    }

    private static FakeRegistry.Content inAnotherHand(FakeRegistry.Content manifest) {
        return new FakeRegistry.Content(manifest.mediaType(), (new String(manifest.bytes(), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatCameFromARegistryGoesOnAsItCame() {
        // In a hand that is not ours.
        var original = inAnotherHand(registry.image("team/app:0", List.of(BUSYBOX, layer("one", 200_000))));
        registry.put("team/app:1", original);
        BERTH.docker("pull", name("team/app:1")).ok();
        importAs("another:1", layer("another", 10));
        BERTH.docker("rmi", "another:1").ok();
        try (var second = new FakeRegistry()) {
            var there = second.authority() + "/copy:1";
            BERTH.docker("tag", name("team/app:1"), there).ok();
            assertThat(BERTH.docker("push", there).ok()).contains("1: digest: " + original.digest());
            assertThat(second.manifest("copy:1").bytes()).isEqualTo(original.bytes());
            BERTH.docker("rmi", name("team/app:1"), there).ok();
            assertThat(BERTH.docker("pull", there).ok()).contains("Digest: " + original.digest());
            registry.forgetRequests();
            BERTH.docker("tag", there, name("team/app:again")).ok();
            assertThat(BERTH.docker("push", name("team/app:again")).ok()).contains(original.digest());
            assertThat(registry.uploadedBytes()).isZero();
        }
    }

    /** An index of the manifest, what attests it, and one for another machine. */
    private FakeRegistry.Content index(String repository, FakeRegistry.Content host, String more) {
        String architecture = "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";
        var statement = new FakeRegistry.Content(ATTESTATION, "{\"predicate\":1}".getBytes(StandardCharsets.UTF_8));
        var config = new FakeRegistry.Content("application/vnd.oci.image.config.v1+json", "{\"architecture\":\"unknown\",\"os\":\"unknown\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}".getBytes(StandardCharsets.UTF_8));
        registry.putBlob(statement.bytes());
        registry.putBlob(config.bytes());
        var attestation = new FakeRegistry.Content(FakeRegistry.MANIFEST, ("{\"schemaVersion\":2,\"mediaType\":\"" + FakeRegistry.MANIFEST + "\",\"config\":"
                + FakeRegistry.descriptor(config.mediaType(), config.bytes()) + ",\"layers\":[" + FakeRegistry.descriptor(ATTESTATION, statement.bytes()) + "]}").getBytes(StandardCharsets.UTF_8));
        registry.put(repository + ":host", host);
        registry.put(repository + ":attestation", attestation);
        var text = "{\"schemaVersion\":2,\"mediaType\":\"" + FakeRegistry.INDEX + "\",\"manifests\":["
                + FakeRegistry.descriptor(FakeRegistry.MANIFEST, host.bytes()).replaceFirst("}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}},")
                + FakeRegistry.descriptor(FakeRegistry.MANIFEST, attestation.bytes()).replaceFirst("}$", ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\","
                        + "\"vnd.docker.reference.digest\":\"" + host.digest() + "\"},\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}") + more + "]}";
        return new FakeRegistry.Content(FakeRegistry.INDEX, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anIndexGoesOnWhenTheRegistryHasAllOfIt() {
        var host = inAnotherHand(registry.image("many:0", List.of(BUSYBOX)));
        var whole = index("many", host, "");
        registry.put("many:1", whole);
        BERTH.docker("pull", name("many:1")).ok();
        try (var second = new FakeRegistry()) {
            BERTH.docker("tag", name("many:1"), second.authority() + "/many:1").ok();
            assertThat(BERTH.docker("push", second.authority() + "/many:1").ok()).as("with its attestation").contains("1: digest: " + whole.digest());
            BERTH.docker("rmi", "-f", inspect(name("many:1"), "{{.Id}}")).ok();
            assertThat(BERTH.docker("pull", second.authority() + "/many:1").ok()).contains("Digest: " + whole.digest());
            BERTH.docker("rmi", second.authority() + "/many:1").ok();

            var other = registry.manifest(List.of(BUSYBOX, layer("other", 10)), "linux", "s390x");
            registry.put("many:other", other);
            var wider = index("many", host, "," + FakeRegistry.descriptor(FakeRegistry.MANIFEST, other.bytes())
                    .replaceFirst("}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}}"));
            registry.put("many:2", wider);
            BERTH.docker("pull", name("many:2")).ok();
            BERTH.docker("tag", name("many:2"), second.authority() + "/many:2").ok();
            assertThat(BERTH.docker("push", second.authority() + "/many:2").ok()).as("only what is here").contains("2: digest: " + host.digest());
            BERTH.docker("tag", name("many:2"), name("many:3")).ok();
            assertThat(BERTH.docker("push", name("many:3")).ok()).as("the rest is there already").contains("3: digest: " + wider.digest());
        }
    }

    @Test
    void aLoadedImageComesBackAsTheSame() {
        importAs("made:1", BUSYBOX);
        commitOn("made:1", "more", name("made:2"));
        Path archive = folder.resolve("made.tar");
        BERTH.docker("save", "-o", archive.toString(), name("made:2")).ok();
        BERTH.docker("rmi", name("made:2"), "made:1").ok();
        BERTH.docker("load", "-i", archive.toString()).ok();
        var before = inspect(name("made:2"), "{{.Id}} {{.RootFS.Layers}}");
        var digest = BERTH.docker("push", name("made:2")).ok().replaceAll("(?s).*digest: (\\S+).*", "$1");
        BERTH.docker("rmi", name("made:2")).ok();
        BERTH.docker("pull", name("made:2")).ok();
        assertThat(inspect(name("made:2"), "{{.Id}} {{.RootFS.Layers}}")).isEqualTo(before);
        assertThat(BERTH.docker("run", "--rm", name("made:2"), "cat", "/more").ok()).isEqualTo("more");

        BERTH.docker("rmi", name("made:2")).ok();
        BERTH.docker("load", "-i", archive.toString()).ok();
        assertThat(BERTH.docker("push", name("made:2")).ok()).as("compressed to the same bytes").contains(digest, "Layer already exists").doesNotContain("Pushed");
    }

    @Test
    void aBrokenUploadIsGoneOnWith() {
        importAs(name("shaky:1"), layer("big", 4 << 20));
        var broken = new AtomicInteger();
        registry.misbehave(exchange -> {
            if (!exchange.getRequestMethod().equals("PATCH") || broken.incrementAndGet() > 1) {
                return false;
            }
            registry.breakUpload(exchange, 1 << 20);
            return true;
        });
        assertThat(BERTH.docker("push", name("shaky:1")).ok()).contains("1: digest: ");
        assertThat(broken.get()).isGreaterThan(1);
        assertThat(registry.uploadedBytes()).as("each byte once, and the config").isBetween(4L << 20, (4L << 20) + 100_000);

        // A registry that has forgotten what it got.
        importAs(name("shaky:2"), layer("bigger", 3 << 20));
        var forgetful = new AtomicInteger();
        registry.misbehave(exchange -> {
            boolean isPatch = exchange.getRequestMethod().equals("PATCH");
            if (isPatch && forgetful.incrementAndGet() == 1) {
                registry.breakUpload(exchange, 1 << 20);
                return true;
            }
            if (exchange.getRequestMethod().equals("GET") && exchange.getRequestURI().getPath().contains("/uploads/")) {
                refuse(exchange, 404, "BLOB_UPLOAD_UNKNOWN", "gone");
                return true;
            }
            return false;
        });
        assertThat(BERTH.docker("push", name("shaky:2")).ok()).contains("2: digest: ");
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        exchange.getRequestBody().readAllBytes();
        FakeRegistry.send(exchange, status, "application/json",
                ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsRefusedIsToldInDockersWords() {
        assertThat(BERTH.docker("push", name("nowhere:1")).expect(1).err()).contains("An image does not exist locally with the tag: " + name("nowhere"));
        importAs(name("here:1"), BUSYBOX);
        assertThat(new EngineClient(BERTH.socket()).post("/v1.51/images/" + name("here") + "/push?tag=2", "").status()).isEqualTo(404);
        assertThat(BERTH.docker("push", name("here:2")).expect(1).err()).contains("tag does not exist: " + name("here:2"));
        registry.misbehave(exchange -> {
            refuse(exchange, 403, "DENIED", "requested access to the resource is denied");
            return true;
        });
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("denied: requested access to the resource is denied");
        registry.misbehave(exchange -> {
            refuse(exchange, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("unauthorized: authentication required");
        registry.misbehave(exchange -> {
            refuse(exchange, 429, "TOOMANYREQUESTS", "You have reached your push rate limit");
            return true;
        });
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("toomanyrequests: You have reached your push rate limit");
        registry.misbehave(exchange -> false);
        registry.close();
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("push " + name("here:1"));
    }

    @Test
    void onePlatformIsPushedWhenItIsThatOfTheImage() {
        importAs(name("one:1"), BUSYBOX);
        var engine = new EngineClient(BERTH.socket());
        String path = "/v1.46/images/" + name("one") + "/push?tag=1&platform=";
        assertThat(engine.post(path + "%7B%22os%22%3A%22linux%22%2C%22architecture%22%3A%22s390x%22%7D", ""))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(404))
                .extracting(EngineClient.Answer::body).asString().contains("does not match the specified platform: wanted linux/s390x");
        String architecture = "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";
        var answer = engine.post(path + "%7B%22os%22%3A%22linux%22%2C%22architecture%22%3A%22" + architecture + "%22%7D", "");
        assertThat(answer.body()).contains("\"aux\":{\"Tag\":\"1\",\"Digest\":\"" + registry.manifest("one:1").digest() + "\",\"Size\":");
    }

    @Test
    void allTagsOfARepositoryGo() {
        importAs(name("all:1"), BUSYBOX);
        BERTH.docker("tag", name("all:1"), name("all:2")).ok();
        long before = System.currentTimeMillis() / 1000;
        assertThat(BERTH.docker("push", "-a", name("all")).ok()).contains("1: digest: ", "2: digest: ");
        assertThat(registry.manifest("all:2").digest()).isEqualTo(registry.manifest("all:1").digest());
        assertThat(BERTH.docker("events", "--since", String.valueOf(before), "--until", String.valueOf(System.currentTimeMillis() / 1000 + 1), "--filter", "event=push",
                "--format", "{{.Actor.ID}} {{.Actor.Attributes.name}}").ok()).contains(name("all:1") + " " + name("all"), name("all:2") + " " + name("all"));
    }

    @Test
    void passwordsDoNotGoWhereTheBytesGo() throws IOException {
        importAs(name("secret:1"), BUSYBOX);
        var elsewhere = new CopyOnWriteArrayList<String>();
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0), 0);
        other.createContext("/", exchange -> {
            try (exchange) {
                elsewhere.add(exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
                if (elsewhere.size() == 1) {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"there\"");
                    exchange.sendResponseHeaders(401, -1);
                    return;
                }
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(exchange.getRequestMethod().equals("PUT") ? 201 : 202, -1);
            }
        });
        other.start();
        try {
            registry.misbehave(exchange -> {
                if (!("Basic " + Base64.getEncoder().encodeToString("user:hush".getBytes())).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"here\"");
                    refuse(exchange, 401, "UNAUTHORIZED", "no");
                    return true;
                }
                if (exchange.getRequestMethod().equals("POST")) {
                    exchange.getResponseHeaders().set("Location", "http://127.0.0.2:" + other.getAddress().getPort() + "/upload?id=1");
                    exchange.sendResponseHeaders(202, -1);
                    return true;
                }
                return false;
            });
            BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", registry.authority()).expect(0);
            BERTH.docker("push", name("secret:1")).expect(1);
            assertThat(elsewhere).containsExactly("PATCH []");
            BERTH.docker("push", name("secret:1")).expect(1);
            assertThat(elsewhere).contains("PUT []").allMatch(request -> request.endsWith(" []"), "without a word of who we are");
        } finally {
            other.stop(0);
            BERTH.docker("logout", registry.authority());
        }
    }

    @Test
    void aClientThatGoesAwayStopsThePush() throws InterruptedException {
        importAs(name("left:1"), layer("big", 32 << 20));
        var begun = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        registry.misbehave(exchange -> {
            if (!exchange.getRequestMethod().equals("PATCH")) {
                return false;
            }
            begun.countDown();
            await(left);
            try {
                registry.breakUpload(exchange, Integer.MAX_VALUE);
            } catch (IOException broken) {
                ended.countDown();
            }
            return true;
        });
        var client = BERTH.dockerProcess("push", name("left:1"));
        await(begun);
        client.destroyForcibly().waitFor();
        left.countDown();
        await(ended);
        Eventually.holds("nothing half-made is left", () -> ingested().isEmpty());
        assertThat(registry.manifest("left:1")).isNull();
        registry.misbehave(exchange -> false);
        assertThat(BERTH.docker("push", name("left:1")).ok()).contains("1: digest: ");
    }

    @Test
    void oneLayerThatIsRefusedStopsTheOthers() {
        registry.image("two:1", List.of(layer("one", 32 << 20), layer("two", 31 << 20)));
        BERTH.docker("pull", name("two:1")).ok();
        try (var second = new FakeRegistry()) {
            var both = new CountDownLatch(2);
            var over = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            var number = new AtomicInteger();
            second.misbehave(exchange -> {
                if (!exchange.getRequestMethod().equals("PATCH")) {
                    return false;
                }
                boolean isRefused = number.incrementAndGet() == 1;
                both.countDown();
                await(both);
                if (isRefused) {
                    refuse(exchange, 403, "DENIED", "requested access to the resource is denied");
                    return true;
                }
                await(over);
                try {
                    second.breakUpload(exchange, Integer.MAX_VALUE);
                } catch (IOException broken) {
                    ended.countDown();
                }
                return true;
            });
            BERTH.docker("tag", name("two:1"), second.authority() + "/two:1").ok();
            assertThat(BERTH.docker("push", second.authority() + "/two:1").expect(1).err()).contains("denied: requested access to the resource is denied");
            over.countDown();
            await(ended);
            assertThat(second.manifest("two:1")).isNull();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nothingHalfMadeOutlivesAKill() throws InterruptedException {
        importAs(name("killed:1"), layer("big", 4 << 20));
        var begun = new CountDownLatch(1);
        registry.misbehave(exchange -> {
            if (!exchange.getRequestMethod().equals("PATCH")) {
                return false;
            }
            begun.countDown();
            try {
                BERTH.process().waitFor();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        var client = BERTH.dockerProcess("push", name("killed:1"));
        await(begun);
        assertThat(ingested()).as("the layer, compressed").isNotEmpty();
        BERTH.kill();
        client.waitFor();
        BERTH.start();
        assertThat(ingested()).isEmpty();
        registry.misbehave(exchange -> false);
        assertThat(BERTH.docker("push", name("killed:1")).ok()).contains("1: digest: ");
    }

    @Test
    void aRegistryThatOthersUse() {
        try (var debian = new DebianRegistry(folder, false)) {
            String name = debian.authority("localhost") + "/team/app";
            importAs(name + ":1", BUSYBOX);
            var pushed = BERTH.docker("push", name + ":1").ok();
            assertThat(pushed).contains("Pushed", "1: digest: sha256:");
            assertThat(BERTH.docker("push", name + ":1").ok()).contains("Layer already exists").doesNotContain("Pushed");
            BERTH.docker("tag", name + ":1", debian.authority("localhost") + "/copy:1").ok();
            assertThat(BERTH.docker("push", debian.authority("localhost") + "/copy:1").ok()).contains("Mounted from team/app").doesNotContain("Pushed");
            var id = inspect(name + ":1", "{{.Id}}");
            BERTH.docker("rmi", "-f", id).ok();
            BERTH.docker("pull", name + ":1").ok();
            assertThat(inspect(name + ":1", "{{.Id}}")).isEqualTo(id);
        }
    }

    @Test
    void withTlsAndAPassword() {
        try (var debian = new DebianRegistry(folder, true)) {
            String name = debian.authority("127.0.0.1") + "/secret";
            importAs(name + ":1", BUSYBOX);
            assertThat(BERTH.docker("push", name + ":1").expect(1).err()).contains("authentication required");
            BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", debian.authority("127.0.0.1")).expect(0);
            assertThat(BERTH.docker("push", name + ":1").ok()).contains("1: digest: sha256:");
            BERTH.docker("logout", debian.authority("127.0.0.1")).ok();
        }
    }
}
