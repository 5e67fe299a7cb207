package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pulls, loads and imports are seen while they run, and can be cancelled. */
class OperationsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final int BIG = 8 << 20;

    private final FakeRegistry registry = new FakeRegistry();
    private final AdminApi api = new AdminApi(BERTH);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void nothingStays() {
        release.countDown();
        registry.close();
        BERTH.docker("image", "prune", "-a", "-f").ok();
        BERTH.removeAndAudit();
    }

    private String name(String rest) {
        return registry.authority() + "/" + rest;
    }

    private static byte[] big(long seed) {
        var content = new byte[BIG];
        new Random(seed).nextBytes(content);
        return FakeRegistry.layer(Map.of("big", content));
    }

    private JsonNode operation(String id) {
        return api.get("/operations/" + id).expect(200);
    }

    private void awaitState(String id, String state) {
        Eventually.holds(() -> "it has " + state + ": " + operation(id), () -> operation(id).path("state").asString().equals(state));
    }

    @Test
    void pullIsSeenCancelledAndGoneOnWith() {
        registry.image("big:1", List.of(FakeRegistry.layer(Map.of("small", new byte[100])), big(1)));
        registry.stallHalfway(BIG / 2, release);
        var begun = api.post("/images/pull", Map.of("reference", name("big:1"))).expect(202);
        String id = begun.path("id").asString();
        assertThat(begun.path("kind").asString()).isEqualTo("pull");
        assertThat(begun.path("begunBy").asString()).isEqualTo("admin");
        Eventually.holds("half of it is here", () -> operation(id).path("bytesDone").asLong() >= BIG / 2);
        var running = operation(id);
        assertThat(running.path("state").asString()).isEqualTo("running");
        assertThat(running.path("subject").asString()).isEqualTo(name("big:1"));
        assertThat(running.path("bytesTotal").asLong()).isGreaterThan(BIG);
        assertThat(running.path("layers")).hasSize(2);
        assertThat(running.path("layers").get(1).path("step").asString()).isEqualTo("downloads");
        assertThat(api.get("/operations?state=running&kind=pull").expect(200).path("items")).hasSize(1);
        assertThat(api.get("/operations?kind=push").expect(200).path("items")).isEmpty();
        assertThat(api.get("/operations?state=unheard").status()).isEqualTo(400);

        api.post("/operations/" + id + "/cancel", Map.of()).expect(202);
        awaitState(id, "cancelled");
        assertThat(api.post("/operations/" + id + "/cancel", Map.of()).status()).isEqualTo(409);
        assertThat(api.get("/operations/none").status()).isEqualTo(404);
        assertThat(BERTH.docker("images", "-q", name("big")).ok()).isEmpty();

        release.countDown();
        registry.forgetRequests();
        String again = api.post("/images/pull", Map.of("reference", name("big:1"))).expect(202).path("id").asString();
        awaitState(again, "succeeded");
        assertThat(registry.requests()).as("from where it ended").anyMatch(request -> request.range().matches("bytes=[1-9][0-9]*-"));
        assertThat(registry.blobBytes()).isLessThan(BIG * 6 / 10);
        assertThat(operation(again).path("bytesDone").asLong()).isEqualTo(operation(again).path("bytesTotal").asLong());
    }

    @Test
    void pullOfADockerClientCanBeCancelledToo() throws Exception {
        registry.image("big:2", List.of(big(2)));
        registry.stallHalfway(BIG / 2, release);
        var client = BERTH.dockerProcess("pull", name("big:2"));
        Eventually.holds("it runs", () -> api.get("/operations?state=running").expect(200).path("items").path(0).path("bytesDone").asLong() > 0);
        var running = api.get("/operations?state=running").expect(200).path("items").path(0);
        assertThat(running.path("begunBy").isNull()).isTrue();
        api.post("/operations/" + running.path("id").asString() + "/cancel", Map.of()).expect(202);
        assertThat(client.waitFor()).isNotZero();
        assertThat(new String(client.getErrorStream().readAllBytes())).contains("pull of " + name("big:2") + " was cancelled");
    }

    @Test
    void allTagsOfARepositoryAreOneOperation() throws Exception {
        registry.image("all:1", List.of(FakeRegistry.layer(Map.of("small", new byte[100]))));
        registry.image("all:2", List.of(big(4)));
        registry.stallHalfway(BIG / 2, release);
        var client = BERTH.dockerProcess("pull", "-a", name("all"));
        Eventually.holds("the second is on its way", () -> api.get("/operations?state=running").expect(200).path("items").path(0).path("bytesDone").asLong() >= BIG / 2);
        var items = api.get("/operations?state=running").expect(200).path("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).path("subject").asString()).isEqualTo(name("all"));
        api.post("/operations/" + items.get(0).path("id").asString() + "/cancel", Map.of()).expect(202);
        assertThat(client.waitFor()).isNotZero();
        assertThat(new String(client.getErrorStream().readAllBytes())).contains("pull of " + name("all") + " was cancelled");
        assertThat(BERTH.docker("images", "--format", "{{.Tag}}", name("all")).ok()).as("what came whole stays").isEqualTo("1");
    }

    @Test
    void clientThatGoesAwayLeavesTheOtherItsDownload() throws Exception {
        registry.image("big:3", List.of(big(3)));
        registry.stallHalfway(BIG / 2, release);
        var first = BERTH.dockerProcess("pull", name("big:3"));
        String second = api.post("/images/pull", Map.of("reference", name("big:3"))).expect(202).path("id").asString();
        Eventually.holds("both have half of it", () -> {
            var items = api.get("/operations?state=running").expect(200).path("items");
            return items.size() == 2 && items.get(0).path("bytesDone").asLong() >= BIG / 2 && items.get(1).path("bytesDone").asLong() >= BIG / 2;
        });
        first.destroy();
        first.waitFor();
        release.countDown();
        awaitState(second, "succeeded");
    }

    @Test
    void loadsAndImportsAreSeenToo(@TempDir Path folder) {
        TestImages.importBusybox(BERTH);
        BERTH.docker("save", "-o", folder.resolve("archive").toString(), "busybox").ok();
        BERTH.docker("load", "-i", folder.resolve("archive").toString()).ok();
        BERTH.dockerWithInput(TestImages.busyboxRootfs(), "import", "-", "imported:1").expect(0);
        var items = api.get("/operations?state=succeeded").expect(200).path("items");
        assertThat(items.get(0).path("kind").asString()).isEqualTo("import");
        assertThat(items.get(0).path("subject").asString()).isEqualTo("imported:1");
        assertThat(items.get(0).path("bytesDone").asLong()).isGreaterThan(100_000);
        assertThat(items.get(1).path("kind").asString()).isEqualTo("load");
        assertThat(items.get(1).path("subject").asString()).isEqualTo("busybox:latest");
    }

    @Test
    void changesComeLiveAndNumbered() throws Exception {
        registry.image("live:1", List.of(FakeRegistry.layer(Map.of("a", new byte[1000]))));
        var messages = new LinkedBlockingQueue<JsonNode>();
        var socket = HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", api.authorization())
                .buildAsync(URI.create(api.uri("/ws/v1/operations").toString().replaceFirst("http", "ws")), new Collector(messages)).join();
        var snapshot = messages.poll(60, TimeUnit.SECONDS);
        assertThat(snapshot.path("type").asString()).isEqualTo("snapshot");
        String id = api.post("/images/pull", Map.of("reference", name("live:1"))).expect(202).path("id").asString();
        long sequence = snapshot.path("sequence").asLong();
        JsonNode item;
        do {
            var next = messages.poll(60, TimeUnit.SECONDS);
            assertThat(next.path("sequence").asLong()).isEqualTo(++sequence);
            item = next.path("item");
        } while (!item.path("id").asString().equals(id) || !item.path("state").asString().equals("succeeded"));
        socket.abort();
    }

    private static final class Collector implements WebSocket.Listener {

        private final LinkedBlockingQueue<JsonNode> messages;
        private final StringBuilder text = new StringBuilder();

        Collector(LinkedBlockingQueue<JsonNode> messages) {
            this.messages = messages;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(new JsonMapper().readTree(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
