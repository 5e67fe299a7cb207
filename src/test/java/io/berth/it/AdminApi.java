package io.berth.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks {@code /api/v1} of an instance as its administrator. */
final class AdminApi {

    private static final JsonMapper JSON = new JsonMapper();

    private final BerthInstance berth;
    private final HttpClient client = HttpClient.newHttpClient();

    /** @param body of JSON; a missing node when there is none */
    record Answer(int status, JsonNode body) {

        JsonNode expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("status " + status + " in the place of " + wanted + ": " + body);
            }
            return body;
        }

        String detail() {
            return body.path("detail").asString("");
        }
    }

    AdminApi(BerthInstance berth) {
        this.berth = berth;
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer post(String path, Object body) {
        return send("POST", path, body);
    }

    Answer put(String path, Object body) {
        return send("PUT", path, body);
    }

    Answer delete(String path) {
        return send("DELETE", path, null);
    }

    /** The body of an answer that is no JSON. */
    byte[] bytes(String path) throws IOException, InterruptedException {
        var answer = client.send(HttpRequest.newBuilder(uri("/api/v1" + path)).header("Authorization", authorization()).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new AssertionError("status " + answer.statusCode() + " of " + path);
        }
        return answer.body();
    }

    /** The value of {@code Authorization}. */
    String authorization() {
        try {
            var password = Files.readAllLines(berth.dataRoot().resolve("admin-password")).getFirst();
            return "Basic " + Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    URI uri(String path) {
        return berth.uri(path);
    }

    private Answer send(String method, String path, Object body) {
        var request = HttpRequest.newBuilder(uri("/api/v1" + path)).header("Authorization", authorization()).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        try {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body().isEmpty() ? JSON.missingNode() : JSON.readTree(answer.body()));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
