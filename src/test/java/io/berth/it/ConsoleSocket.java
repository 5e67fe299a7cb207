package io.berth.it;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One look at a console over its WebSocket: what came, and what is typed. */
final class ConsoleSocket implements WebSocket.Listener, AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
    private final StringBuffer output = new StringBuffer();
    private final StringBuilder partial = new StringBuilder();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final WebSocket socket;

    /** @param from position of the first byte that is wanted; less than 0 for all */
    ConsoleSocket(URI service, String authorization, String id, long from) {
        var address = URI.create("ws://" + service.getAuthority() + "/ws/v1/consoles/" + id + (from < 0 ? "" : "?from=" + from));
        socket = HttpClient.newHttpClient().newWebSocketBuilder().header("Authorization", authorization).buildAsync(address, this).join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(JSON.readTree(partial.toString()));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        output.append(StandardCharsets.ISO_8859_1.decode(data));
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(null);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(null);
    }

    /** The first message of a type. */
    JsonNode await(String type) {
        Eventually.holds(() -> "a message " + type + " came; there were " + messages + " and " + output, () -> find(type) != null);
        return find(type);
    }

    private JsonNode find(String type) {
        return messages.stream().filter(message -> message.path("type").asString("").equals(type)).findFirst().orElse(null);
    }

    void awaitOutput(String text) {
        Eventually.holds(() -> "there is " + text + " in " + output, () -> output.indexOf(text) >= 0);
    }

    void awaitBytes(int count) {
        Eventually.holds(() -> "there are " + count + " bytes: " + output.length(), () -> output.length() >= count);
    }

    void awaitClosed() {
        Eventually.holds("the server closes it", closed::isDone);
    }

    String output() {
        return output.toString();
    }

    void type(String text) {
        socket.sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), true).join();
    }

    void say(Object message) {
        socket.sendText(JSON.writeValueAsString(message), true).join();
    }

    /** As a cable that is pulled: nobody says good-bye. */
    @Override
    public void close() {
        socket.abort();
    }
}
