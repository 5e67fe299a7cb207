package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Logs over the management API: pages, searches, whole lines, and logs of removed containers. */
class LogsApiIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void removeAll() {
        BERTH.removeAndAudit();
        for (var log : removed()) {
            api.delete("/logs/removed/" + log.path("id").asString()).expect(204);
        }
    }

    private JsonNode page(String container, String query) {
        return api.get("/containers/" + container + "/logs" + query).expect(200);
    }

    private static List<String> texts(JsonNode page) {
        return page.path("lines").valueStream().map(line -> line.path("text").asString()).toList();
    }

    private JsonNode removed() {
        return api.get("/logs/removed").expect(200).path("items");
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    private String text(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(api.uri("/api/v1" + path)).header("Authorization", api.authorization()).build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Disposition").orElse("")).startsWith("attachment");
            return answer.body();
        }
    }

    @Test
    void pagesAndSearchesGoOverAllFiles() throws IOException, InterruptedException {
        BERTH.docker("run", "--name", "many", "--log-opt", "max-size=20k", "--log-opt", "max-file=100", "--log-opt", "compress=true", "busybox", "seq", "5000").ok();
        var back = new ArrayList<String>();
        for (var page = page("many", "?limit=700");; page = page("many", "?limit=700&before=" + page.path("older").asString())) {
            back.addAll(0, texts(page));
            if (page.path("older").isNull()) {
                break;
            }
        }
        assertThat(back).isEqualTo(numbers(1, 5000));
        var forward = new ArrayList<String>();
        for (var page = page("many", "?limit=700&after=0.000000000-0-0");; page = page("many", "?limit=700&after=" + page.path("newer").asString())) {
            forward.addAll(texts(page));
            if (page.path("end").asBoolean()) {
                break;
            }
        }
        assertThat(forward).isEqualTo(numbers(1, 5000));
        var match = page("many", "?show=matching&regex=true&limit=5&search=" + URLEncoder.encode("^2?500$", StandardCharsets.UTF_8));
        assertThat(texts(match)).containsExactly("500", "2500");
        assertThat(match.path("lines").get(0).path("hits").toString()).isEqualTo("[[0,3]]");
        var around = match.path("lines").get(1).path("at").asString();
        assertThat(texts(page("many", "?limit=3&from=" + around))).containsExactly("2500", "2501", "2502");
        assertThat(texts(page("many", "?limit=2&before=" + around))).containsExactly("2498", "2499");
        assertThat(texts(page("many", "?show=others&search=1&limit=3"))).containsExactly("4998", "4999", "5000");
        assertThat(text("/containers/many/logs/download?timestamps=false").lines().toList()).isEqualTo(numbers(1, 5000));
        assertThat(text("/containers/many/logs/download?show=matching&search=499").lines().toList()).hasSize(15).contains("499", "1499", "4999");
        assertThat(text("/containers/many/logs/download?timestamps=true&show=matching&search=4999")).matches("20\\d\\d-.*Z 4999\n");
    }

    @Test
    void lineOfAMebibyteIsCutAndCanBeHadAsAWhole() throws IOException, InterruptedException {
        BERTH.docker("run", "--name", "long", "busybox", "sh", "-c", "echo before; head -c 1048576 /dev/zero | tr '\\0' x; echo; echo after").ok();
        var lines = page("long", "").path("lines");
        assertThat(lines.size()).isEqualTo(3);
        var line = lines.get(1);
        assertThat(line.path("bytes").asLong()).isEqualTo(1 << 20);
        assertThat(line.path("text").asString()).isEqualTo("x".repeat(4 << 10));
        assertThat(text("/containers/long/logs/line?from=" + line.path("from").asString())).isEqualTo("x".repeat(1 << 20));
        assertThat(text("/containers/long/logs/download?search=xx&show=matching")).isEqualTo("x".repeat(1 << 20) + "\n");
    }

    @Test
    void runsAreToldApart() {
        BERTH.docker("run", "--name", "twice", "busybox", "sh", "-c", "printf 'no newline'; echo to the other stream >&2").ok();
        BERTH.docker("start", "-a", "twice").ok();
        assertThat(texts(page("twice", ""))).containsExactlyInAnyOrder("no newline", "to the other stream", "no newline", "to the other stream");
        var starts = api.get("/containers/twice/logs/starts").expect(200).path("items");
        assertThat(starts.size()).isEqualTo(2);
        assertThat(page("twice", "?since=" + starts.get(1).asString()).path("lines").size()).isEqualTo(2);
    }

    @Test
    void badInputIsRefusedByItsName() {
        BERTH.docker("run", "--name", "one", "busybox", "echo", "a".repeat(100) + "!").ok();
        assertThat(api.get("/containers/one/logs?search=%28&regex=true").expect(400).path("detail").asString()).startsWith("search: the expression is malformed");
        assertThat(api.get("/containers/one/logs?search=" + URLEncoder.encode("(a+)+\\1b", StandardCharsets.UTF_8) + "&regex=true").expect(400).path("detail").asString())
                .startsWith("search: the expression takes too long");
        assertThat(api.get("/containers/one/logs?since=yesterday").expect(400).path("detail").asString()).startsWith("since: \"yesterday\" is no time");
        assertThat(api.get("/containers/one/logs?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z").expect(400).path("detail").asString()).startsWith("until: ");
        assertThat(api.get("/containers/one/logs?before=x").expect(400).path("detail").asString()).startsWith("before: ");
        assertThat(api.get("/containers/one/logs?limit=0").expect(400).path("detail").asString()).startsWith("limit: 0");
        assertThat(api.get("/containers/one/logs?show=some").expect(400).path("detail").asString()).startsWith("show: ");
        assertThat(api.get("/containers/one/logs/line?from=1.000000000-1-1").expect(404).path("detail").asString()).contains("no line at");
        assertThat(api.get("/containers/missing/logs").expect(404).path("detail").asString()).isEqualTo("No such container: missing");
        assertThat(api.delete("/logs/removed/missing").expect(404).path("detail").asString()).contains("missing");
        BERTH.docker("run", "--name", "silent", "--log-driver", "none", "busybox", "true").ok();
        assertThat(api.get("/containers/silent/logs").expect(501).path("detail").asString()).contains("does not support reading");
    }

    @Test
    void logOfARemovedContainerIsKeptForItsTime() throws IOException, InterruptedException {
        var id = BERTH.docker("run", "-d", "--name", "gone", "busybox", "sh", "-c", "echo last words; sleep 1000").ok();
        Eventually.holds("it has printed", () -> BERTH.docker("logs", "gone").ok().equals("last words"));
        BERTH.docker("run", "--rm", "--name", "quiet", "busybox", "true").ok();
        BERTH.docker("rm", "-f", "gone").ok();
        assertThat(BERTH.docker("logs", id).expect(1).err()).contains("No such container");
        assertThat(removed().size()).as("what printed nothing is not kept").isEqualTo(1);
        assertThat(removed().get(0).path("name").asString()).isEqualTo("gone");
        BERTH.kill();
        BERTH.start();
        var page = page(id, "");
        assertThat(texts(page)).containsExactly("last words");
        assertThat(page.path("removed").isNull()).isFalse();
        assertThat(text("/containers/" + id.substring(0, 12) + "/logs/download")).isEqualTo("last words\n");
        assertThat(api.get("/containers/" + id + "/logs/starts").expect(200).path("items").size()).isEqualTo(1);
        api.get("/containers/gone/logs").expect(404);
        BERTH.stop();
        BERTH.start(List.of("--berth.log.kept-after-removal=PT2S"));
        Eventually.holds("its time is over", () -> removed().isEmpty());
        api.get("/containers/" + id + "/logs").expect(404);
        assertThat(kept()).isEmpty();
        BERTH.stop();
        BERTH.start();
    }

    /** The container is gone when the service ends; its log, and nothing else of it, is there afterwards. */
    @Test
    void logOutlivesARemovalThatIsCutOff() throws IOException, InterruptedException {
        for (var step : List.of("REMOVE_COMMITTED", "REMOVE_LOG_KEPT")) {
            var id = BERTH.docker("run", "-d", "--name", "cut", "-e", "SECRET=1", "busybox", "echo", step).ok();
            BERTH.docker("wait", "cut").ok();
            BERTH.stop();
            BERTH.start(List.of("-Dberth.test.failpoint=" + step));
            assertThat(BERTH.docker("rm", "cut").exitCode()).isNotZero();
            BERTH.process().waitFor();
            BERTH.start();
            assertThat(texts(page(id, ""))).containsExactly(step);
            assertThat(kept()).filteredOn(file -> file.toString().contains(id)).extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder(id + "-json.log", "kept.json");
            assertThat(BERTH.dataRoot().resolve("containers")).isEmptyDirectory();
        }
    }

    private static List<Path> kept() throws IOException {
        try (var files = Files.walk(BERTH.dataRoot().resolve("kept-logs"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
