package io.berth.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import tools.jackson.databind.json.JsonMapper;

/** Sends to one browser; blocks while it does not read. */
final class LiveSender {

    private static final JsonMapper JSON = new JsonMapper();

    private final WebSocketSession session;

    LiveSender(WebSocketSession session) {
        this.session = session;
    }

    synchronized void json(Object value) throws IOException {
        session.sendMessage(new TextMessage(JSON.writeValueAsString(value)));
    }

    synchronized void bytes(ByteBuffer bytes) throws IOException {
        session.sendMessage(new BinaryMessage(bytes));
    }
}
