package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images come from registries: only what is missing travels, nothing is believed, and nothing half-made stays. */
class PullIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final byte[] BUSYBOX = TestImages.busyboxRootfs();

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void nothingStays() {
        registry.close();
        if (!BERTH.docker("images", "-q").ok().isEmpty()) {
            BERTH.docker("image", "prune", "-a", "-f").ok();
        }
        BERTH.removeAndAudit();
    }

    private String name(String rest) {
        return registry.authority() + "/" + rest;
    }

    @Test
    void onlyWhatIsMissingTravels() {
        var manifest = registry.image("team/app:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("one", 300_000)));
        var pulled = BERTH.docker("pull", name("team/app:1")).ok();
        assertThat(pulled).contains("1: Pulling from team/app", "Pull complete", "Digest: " + manifest.digest(),
                "Status: Downloaded newer image for " + name("team/app:1"));
        assertThat(BERTH.docker("run", "--rm", name("team/app:1"), "sha256sum", "/one").ok()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(300_000)));
        assertThat(BERTH.docker("inspect", "-f", "{{.RepoDigests}}", name("team/app:1")).ok()).isEqualTo("[" + name("team/app") + "@" + manifest.digest() + "]");

        registry.forgetRequests();
        assertThat(BERTH.docker("pull", name("team/app:1")).ok()).contains("Status: Image is up to date for " + name("team/app:1"));
        assertThat(registry.requests()).filteredOn(request -> request.path().contains("/blobs/")).as("the config at most").hasSizeLessThanOrEqualTo(1);

        registry.image("team/app:2", List.of(BUSYBOX, FakeRegistry.noiseLayer("one", 300_000), FakeRegistry.noiseLayer("two", 20_000)));
        registry.forgetRequests();
        assertThat(BERTH.docker("pull", name("team/app:2")).ok()).contains("Already exists");
        assertThat(registry.blobBytes()).as("the last layer and the config").isBetween(20_000L, 30_000L);
        assertThat(BERTH.docker("run", "--rm", name("team/app:2"), "ls", "/one", "/two").ok()).isEqualTo("/one\n/two");
        assertThat(BERTH.docker("run", "--rm", "--pull", "always", name("team/app@" + manifest.digest()), "echo", "by digest").ok()).isEqualTo("by digest");
    }

    @Test
    void pullThatWasKilledIsGoneOnWith() throws InterruptedException {
        registry.image("big:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("big", 8 << 20)));
        var halfSent = new CountDownLatch(1);
        registry.misbehave(exchange -> {
            byte[] blob = registry.asked(exchange);
            if (blob == null || blob.length < 4 << 20 || halfSent.getCount() == 0) {
                return false;
            }
            FakeRegistry.sendPart(exchange, blob, blob.length / 2);
            halfSent.countDown();
            // The other half never comes: the client is gone first.
            try {
                BERTH.process().waitFor();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        var client = BERTH.dockerProcess("pull", name("big:1"));
        assertThat(halfSent.await(60, TimeUnit.SECONDS)).isTrue();
        Eventually.holds("half of it is on the disk", () -> partialBytes() >= 4 << 20);
        BERTH.kill();
        client.waitFor();
        registry.forgetRequests();
        BERTH.start();
        assertThat(BERTH.docker("pull", name("big:1")).ok()).contains("Downloaded newer image");
        assertThat(registry.requests()).as("from where it ended").anyMatch(request -> request.range().matches("bytes=[1-9][0-9]*-"));
        assertThat(registry.blobBytes()).isLessThan(6 << 20);
        assertThat(BERTH.docker("run", "--rm", name("big:1"), "sha256sum", "/big").ok()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(8 << 20)));
    }

    private static long partialBytes() {
        try (var files = Files.walk(BERTH.dataRoot())) {
            return files.filter(file -> file.getFileName().toString().startsWith("partial-")).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | java.io.UncheckedIOException changing) {
            return 0;
        }
    }

    @Test
    void twoClientsAtOnceFetchOnce() throws InterruptedException {
        registry.image("shared:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("big", 4 << 20)));
        var both = new CountDownLatch(2);
        registry.misbehave(exchange -> {
            if (exchange.getRequestURI().getPath().contains("/manifests/")) {
                // Both know what they want before the first byte of it travels.
                both.countDown();
                Eventually.counted(both);
            }
            return false;
        });
        var first = BERTH.dockerProcess("pull", name("shared:1"));
        var second = BERTH.dockerProcess("pull", name("shared:1"));
        assertThat(first.waitFor()).isZero();
        assertThat(second.waitFor()).isZero();
        assertThat(both.getCount()).isZero();
        assertThat(registry.blobBytes()).as("less than twice").isLessThan(6 << 20);
        assertThat(BERTH.docker("images", "-q").ok().lines()).hasSize(1);
    }

    @Test
    void thePlatformIsChosenFromAList() {
        var host = registry.manifest(List.of(BUSYBOX, FakeRegistry.noiseLayer("host", 10)), "linux", FakeRegistry.ARCHITECTURE);
        var other = registry.manifest(List.of(BUSYBOX, FakeRegistry.noiseLayer("other", 10)), "linux", "s390x");
        String index = "{\"schemaVersion\":2,\"mediaType\":\"" + FakeRegistry.INDEX + "\",\"manifests\":[" + FakeRegistry.entry(other, "s390x") + ","
                + FakeRegistry.entry(host, FakeRegistry.ARCHITECTURE) + ","
                + FakeRegistry.entry(other, "unknown").replace("\"linux\"", "\"unknown\"") + "]}";
        registry.put("many:one", host);
        registry.put("many:two", other);
        registry.put("many:1", new FakeRegistry.Content(FakeRegistry.INDEX, index.getBytes(StandardCharsets.UTF_8)));
        BERTH.docker("pull", name("many:1")).ok();
        assertThat(BERTH.docker("run", "--rm", name("many:1"), "ls", "/host").ok()).isEqualTo("/host");
        assertThat(BERTH.docker("pull", "--platform", "linux/arm/v6", name("many:1")).expect(1).err())
                .contains("no matching manifest for linux/arm/v6 in the manifest list entries");
        BERTH.docker("pull", "--platform", "linux/s390x", name("many:1")).ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.Architecture}}", name("many:1")).ok()).isEqualTo("s390x");
        assertThat(BERTH.docker("pull", "--platform", "linux/s390x", name("many:one")).ok()).as("a name for one platform alone").contains(
                "WARNING: image with reference " + name("many:one") + " was found but its platform (linux/" + FakeRegistry.ARCHITECTURE
                + ") does not match the specified platform (linux/s390x)\nStatus: Downloaded newer image");
    }

    @Test
    void theNearestVariantIsChosen() {
        var entries = new ArrayList<String>();
        for (String variant : List.of("v3", "v1", "v2")) {
            var manifest = registry.manifest(List.of(BUSYBOX, FakeRegistry.noiseLayer(variant, 10)), "linux", "amd64");
            registry.put("variants:" + variant, manifest);
            entries.add(FakeRegistry.entry(manifest, "amd64").replace("\"amd64\"", "\"amd64\",\"variant\":\"" + variant + "\""));
        }
        registry.put("variants:1", new FakeRegistry.Content(FakeRegistry.INDEX,
                ("{\"schemaVersion\":2,\"mediaType\":\"" + FakeRegistry.INDEX + "\",\"manifests\":[" + String.join(",", entries) + "]}").getBytes(StandardCharsets.UTF_8)));
        for (var asked : Map.of("linux/amd64", "v1", "linux/amd64/v2", "v2", "linux/amd64/v4", "v3").entrySet()) {
            BERTH.docker("pull", "--platform", asked.getKey(), name("variants:1")).ok();
            var created = BERTH.docker("create", name("variants:1")).ok();
            BERTH.docker("cp", created + ":/" + asked.getValue(), "-").expect(0);
            BERTH.docker("rm", created).ok();
        }
    }

    @Test
    void allTagsOfARepositoryCome() {
        registry.image("many:1", List.of(BUSYBOX));
        registry.image("many:2", List.of(BUSYBOX, FakeRegistry.noiseLayer("data", 1000)));
        registry.image("many:latest", List.of(BUSYBOX));
        registry.image("other:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("data", 2000)));
        assertThat(BERTH.docker("pull", "-a", name("many")).ok()).contains("Status: Downloaded newer image for " + name("many"));
        assertThat(BERTH.docker("images", "--format", "{{.Repository}}:{{.Tag}}").ok().lines())
                .containsExactlyInAnyOrder(name("many:1"), name("many:2"), name("many:latest"));
        assertThat(BERTH.docker("pull", "-a", name("many")).ok()).contains("Status: Image is up to date for " + name("many"));
        assertThat(BERTH.docker("pull", "-a", name("none")).expect(1).err()).contains(name("none"));
    }

    @Test
    void whatIsNotThereIsNamedInDockersWords() {
        registry.image("there:1", List.of(BUSYBOX));
        assertThat(BERTH.docker("pull", name("there:2")).expect(1).err())
                .contains("manifest for " + name("there:2") + " not found: manifest unknown: unknown");
        registry.misbehave(exchange -> {
            FakeRegistry.refuse(exchange, 401, "UNAUTHORIZED", "authentication required");
            return true;
        });
        assertThat(BERTH.docker("pull", name("there:1")).expect(1).err()).contains("pull access denied for " + name("there")
                + ", repository does not exist or may require 'docker login'");
        assertThat(BERTH.docker("images", "-q").ok()).isEmpty();
    }

    @Test
    void lyingRegistriesLeaveNothing() {
        var manifest = registry.image("liar:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("data", 200_000)));
        var lies = new java.util.LinkedHashMap<String, FakeRegistry.Mischief>();
        lies.put("verification failed for digest", exchange -> {
            byte[] blob = registry.asked(exchange);
            if (blob == null || blob.length < 150_000 || blob.length > 250_000) {
                return false;
            }
            byte[] other = blob.clone();
            other[other.length / 2] ^= 1;
            registry.sendBlob(exchange, other);
            return true;
        });
        lies.put("sends more than the", exchange -> {
            byte[] blob = registry.asked(exchange);
            if (blob == null || blob.length < 150_000 || blob.length > 250_000) {
                return false;
            }
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(blob);
            }
            return true;
        });
        lies.put("longer than a manifest may be", exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/manifests/")) {
                return false;
            }
            FakeRegistry.send(exchange, 200, FakeRegistry.MANIFEST, new byte[5 << 20]);
            return true;
        });
        lies.put("invalid manifest", exchange -> {
            if (!exchange.getRequestURI().getPath().contains("/manifests/")) {
                return false;
            }
            FakeRegistry.send(exchange, 200, "text/html", "<html>log in</html>".getBytes(StandardCharsets.UTF_8));
            return true;
        });
        lies.put("redirects more than", exchange -> {
            exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getPath() + "?again");
            FakeRegistry.send(exchange, 307, "text/plain", new byte[0]);
            return true;
        });
        lies.forEach((words, lie) -> {
            registry.misbehave(lie);
            assertThat(BERTH.docker("pull", name("liar:1")).expect(1).err()).as(words).contains(words);
            assertThat(BERTH.docker("images", "-q").ok()).as(words).isEmpty();
        });
        registry.misbehave(exchange -> false);
        assertThat(BERTH.docker("pull", name("liar@" + manifest.digest())).ok()).contains(manifest.digest());
    }

    @Test
    void brokenDownloadsAreTriedAgainFromWhereTheyEnded() {
        registry.image("shaky:1", List.of(BUSYBOX, FakeRegistry.noiseLayer("data", 2 << 20)));
        var broken = new AtomicInteger();
        registry.misbehave(exchange -> {
            byte[] blob = registry.asked(exchange);
            if (blob == null || blob.length < 2 << 20 || broken.incrementAndGet() > 1) {
                return false;
            }
            FakeRegistry.sendPart(exchange, blob, 1 << 20);
            // Closed with less than was promised.
            return true;
        });
        assertThat(BERTH.docker("pull", name("shaky:1")).ok()).contains("Downloaded newer image");
        assertThat(registry.requests()).anyMatch(request -> request.range().startsWith("bytes="));
        assertThat(BERTH.docker("run", "--rm", name("shaky:1"), "sha256sum", "/data").ok()).startsWith(FakeRegistry.sha256(FakeRegistry.noise(2 << 20)));
    }

    @Test
    void passwordsGoToTheRegistryAndToNobodyElse() throws IOException {
        registry.image("secret:1", List.of(BUSYBOX));
        var elsewhere = new CopyOnWriteArrayList<String>();
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0), 0);
        other.createContext("/", exchange -> {
            try (exchange) {
                elsewhere.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
                byte[] blob = registry.asked(exchange);
                if (blob != null) {
                    FakeRegistry.send(exchange, 200, "application/octet-stream", blob);
                } else {
                    FakeRegistry.send(exchange, 200, "application/json", "{\"token\":\"stolen\"}".getBytes(StandardCharsets.UTF_8));
                }
            }
        });
        other.start();
        String place = "http://127.0.0.2:" + other.getAddress().getPort();
        try {
            registry.misbehave(exchange -> {
                if (FakeRegistry.refusesStranger(exchange, "Basic " + Base64.getEncoder().encodeToString("user:hush".getBytes()))) {
                    return true;
                }
                if (exchange.getRequestURI().getPath().contains("/blobs/")) {
                    exchange.getResponseHeaders().set("Location", place + exchange.getRequestURI().getPath());
                    FakeRegistry.send(exchange, 307, "text/plain", new byte[0]);
                    return true;
                }
                return false;
            });
            assertThat(BERTH.docker("pull", name("secret:1")).expect(1).err()).contains("pull access denied");
            assertThat(BERTH.dockerWithInput("wrong".getBytes(), "login", "-u", "user", "--password-stdin", registry.authority()).expect(1).err()).contains("401");
            BERTH.dockerWithInput("hush".getBytes(), "login", "-u", "user", "--password-stdin", registry.authority()).expect(0);
            BERTH.docker("pull", name("secret:1")).ok();
            assertThat(elsewhere).isNotEmpty().allMatch(request -> request.endsWith(" []"), "without a word of who we are");

            BERTH.docker("rmi", name("secret:1")).ok();
            elsewhere.clear();
            registry.misbehave(exchange -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"" + place + "/token\",service=\"mine\"");
                FakeRegistry.refuse(exchange, 401, "UNAUTHORIZED", "no");
                return true;
            });
            BERTH.docker("pull", name("secret:1")).expect(1);
            assertThat(elsewhere).isNotEmpty().allMatch(request -> request.endsWith(" []"), "asked as nobody");
            assertThat(Files.readString(BERTH.log())).doesNotContain("hush").doesNotContain(Base64.getEncoder().encodeToString("user:hush".getBytes()));
        } finally {
            other.stop(0);
            BERTH.docker("logout", registry.authority());
        }
    }
}
