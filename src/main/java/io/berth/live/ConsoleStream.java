package io.berth.live;

import io.berth.console.ConsoleClient;
import io.berth.console.ConsoleClient.Piece;
import io.berth.console.Consoles;
import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A console, looked at from some position of its output on. First {@code attached} says where what follows begins; then come bytes, each
 * right after the one before unless {@code missed} says otherwise; {@code exit} is the last. Bytes of the browser are typed, and texts are
 * {@code resize} and {@code ping}, which is answered. Closing it ends nothing but the look.
 */
final class ConsoleStream implements LiveStream {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int ROWS = 24;
    private static final int COLUMNS = 80;

    private final LiveSender sender;
    private final ConsoleClient client;

    private ConsoleStream(LiveSender sender, ConsoleClient client) {
        this.sender = sender;
        this.client = client;
    }

    /** @throws io.berth.error.NotFoundException the account has no such console */
    static ConsoleStream open(Consoles consoles, LiveRequest request, LiveSender sender) {
        return new ConsoleStream(sender, consoles.attach(request.account(), request.ref(), request.position("from")));
    }

    @Override
    public void run() throws IOException, InterruptedException {
        var start = client.start();
        sender.json(Map.of("type", "attached", "from", start.from(), "missed", start.missed(), "answered", start.answered(), "console", client.console()));
        for (var piece = client.next(); piece != null; piece = client.next()) {
            switch (piece) {
                case Piece.Output(var bytes) -> sender.bytes(ByteBuffer.wrap(bytes));
                case Piece.Missed(var from, var bytes) -> sender.json(Map.of("type", "missed", "from", from, "missed", bytes));
                case Piece.Ended(var console) -> {
                    sender.json(Map.of("type", "exit", "console", console));
                    return;
                }
            }
        }
    }

    @Override
    public void input(ByteBuffer bytes) {
        client.type(bytes);
    }

    @Override
    public void message(String text) throws IOException {
        try {
            var asked = JSON.readTree(text);
            switch (asked.path("type").asString("")) {
                case "resize" -> client.resize(asked.path("rows").asInt(ROWS), asked.path("columns").asInt(COLUMNS));
                case "ping" -> sender.json(Map.of("type", "pong"));
                default -> throw new InvalidArgumentException("a message of a type that a console does not know");
            }
        } catch (JacksonException malformed) {
            throw new InvalidArgumentException("a message that is no JSON", malformed);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
