package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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
        assertThat(BERTH.blobsBeingWritten()).as("half-made blobs").isEmpty();
    }

    private String name(String rest) {
        return registry.authority() + "/" + rest;
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
        TestImages.importAs(BERTH, name("team/app:1"), BUSYBOX);
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

    @Test
    void twoPushesAtOnceSendALayerOnce() throws InterruptedException {
        TestImages.importAs(BERTH, name("both:1"), FakeRegistry.noiseLayer("big", 4 << 20));
        BERTH.docker("tag", name("both:1"), name("both:2")).ok();
        var second = new CountDownLatch(2);
        registry.misbehave(exchange -> {
            if (exchange.getRequestMethod().equals("PATCH")) {
                // The other one is told to wait, or comes here, too.
                second.countDown();
                Eventually.counted(second);
            }
            return false;
        });
        var pushes = new ArrayList<Process>();
        for (String tag : List.of("both:1", "both:2")) {
            pushes.add(BERTH.dockerProcess("push", name(tag)));
        }
        var told = pushes.stream().map(push -> Thread.ofVirtual().start(() -> push.inputReader().lines().filter(line -> line.contains(": Waiting"))
                .forEach(line -> second.countDown()))).toList();
        for (Process push : pushes) {
            assertThat(push.waitFor()).isZero();
        }
        for (Thread reader : told) {
            reader.join();
        }
        assertThat(registry.uploadedBytes()).as("each byte once, and the config").isBetween(4L << 20, (4L << 20) + 100_000);
        assertThat(registry.manifest("both:1").digest()).isEqualTo(registry.manifest("both:2").digest());
    }

    private static FakeRegistry.Content inAnotherHand(FakeRegistry.Content manifest) {
        return new FakeRegistry.Content(manifest.mediaType(), (new String(manifest.bytes(), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatCameFromARegistryGoesOnAsItCame() {
        // In a hand that is not ours.
        var original = inAnotherHand(registry.image("team/app:0", List.of(BUSYBOX, FakeRegistry.noiseLayer("one", 200_000))));
        registry.put("team/app:1", original);
        BERTH.docker("pull", name("team/app:1")).ok();
        TestImages.importAs(BERTH, "another:1", FakeRegistry.noiseLayer("another", 10));
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
        String architecture = FakeRegistry.ARCHITECTURE;
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

            var other = registry.manifest(List.of(BUSYBOX, FakeRegistry.noiseLayer("other", 10)), "linux", "s390x");
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
        TestImages.importAs(BERTH, "made:1", BUSYBOX);
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
        TestImages.importAs(BERTH, name("shaky:1"), FakeRegistry.noiseLayer("big", 4 << 20));
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
        TestImages.importAs(BERTH, name("shaky:2"), FakeRegistry.noiseLayer("bigger", 3 << 20));
        var forgetful = new AtomicInteger();
        registry.misbehave(exchange -> {
            boolean isPatch = exchange.getRequestMethod().equals("PATCH");
            if (isPatch && forgetful.incrementAndGet() == 1) {
                registry.breakUpload(exchange, 1 << 20);
                return true;
            }
            if (exchange.getRequestMethod().equals("GET") && exchange.getRequestURI().getPath().contains("/uploads/")) {
                FakeRegistry.refuse(exchange, 404, "BLOB_UPLOAD_UNKNOWN", "gone");
                return true;
            }
            return false;
        });
        assertThat(BERTH.docker("push", name("shaky:2")).ok()).contains("2: digest: ");
    }

    @Test
    void whatIsRefusedIsToldInDockersWords() {
        assertThat(BERTH.docker("push", name("nowhere:1")).expect(1).err()).contains("An image does not exist locally with the tag: " + name("nowhere"));
        TestImages.importAs(BERTH, name("here:1"), BUSYBOX);
        assertThat(new EngineClient(BERTH.socket()).post("/v1.51/images/" + name("here") + "/push?tag=2", "").status()).isEqualTo(404);
        assertThat(BERTH.docker("push", name("here:2")).expect(1).err()).contains("tag does not exist: " + name("here:2"));
        registry.misbehave(exchange -> {
            FakeRegistry.refuse(exchange, 403, "DENIED", "requested access to the resource is denied");
            return true;
        });
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("denied: requested access to the resource is denied");
        registry.misbehave(exchange -> {
            FakeRegistry.refuse(exchange, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("unauthorized: authentication required");
        registry.misbehave(exchange -> {
            if (exchange.getRequestMethod().equals("HEAD")) {
                // An answer without a body says nothing.
                return false;
            }
            FakeRegistry.refuse(exchange, 429, "TOOMANYREQUESTS", "You have reached your push rate limit");
            return true;
        });
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("toomanyrequests: You have reached your push rate limit");
        registry.misbehave(exchange -> false);
        registry.close();
        assertThat(BERTH.docker("push", name("here:1")).expect(1).err()).contains("push " + name("here:1"));
    }

    @Test
    void onePlatformIsPushedWhenItIsThatOfTheImage() {
        TestImages.importAs(BERTH, name("one:1"), BUSYBOX);
        var engine = new EngineClient(BERTH.socket());
        String path = "/v1.46/images/" + name("one") + "/push?tag=1&platform=";
        assertThat(engine.post(path + "%7B%22os%22%3A%22linux%22%2C%22architecture%22%3A%22s390x%22%7D", ""))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(404))
                .extracting(EngineClient.Answer::body).asString().contains("image with reference " + name("one:1") + " was found but its platform (linux/" + FakeRegistry.ARCHITECTURE
                        + ") does not match the specified platform (linux/s390x)");
        String architecture = FakeRegistry.ARCHITECTURE;
        var answer = engine.post(path + "%7B%22os%22%3A%22linux%22%2C%22architecture%22%3A%22" + architecture + "%22%7D", "");
        assertThat(answer.body()).contains("\"aux\":{\"Tag\":\"1\",\"Digest\":\"" + registry.manifest("one:1").digest() + "\",\"Size\":");
    }

    @Test
    void allTagsOfARepositoryGo() {
        TestImages.importAs(BERTH, name("all:1"), BUSYBOX);
        BERTH.docker("tag", name("all:1"), name("all:2")).ok();
        long before = System.currentTimeMillis() / 1000;
        assertThat(BERTH.docker("push", "-a", name("all")).ok()).contains("1: digest: ", "2: digest: ");
        assertThat(registry.manifest("all:2").digest()).isEqualTo(registry.manifest("all:1").digest());
        assertThat(BERTH.docker("events", "--since", String.valueOf(before), "--until", String.valueOf(System.currentTimeMillis() / 1000 + 1), "--filter", "event=push",
                "--format", "{{.Actor.ID}} {{.Actor.Attributes.name}}").ok()).contains(name("all:1") + " " + name("all"), name("all:2") + " " + name("all"));
    }

    @Test
    void passwordsDoNotGoWhereTheBytesGo() throws IOException {
        TestImages.importAs(BERTH, name("secret:1"), BUSYBOX);
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
                if (FakeRegistry.refusesStranger(exchange, "Basic " + Base64.getEncoder().encodeToString("user:hush".getBytes()))) {
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


}
