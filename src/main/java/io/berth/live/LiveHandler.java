package io.berth.live;

import io.berth.error.EngineException;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.websocket.Constants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/** Gives each session its stream and ends both together. A browser that reads slowly makes its own stream wait, nobody else. */
final class LiveHandler extends AbstractWebSocketHandler {

    private static final Logger LOG = LoggerFactory.getLogger(LiveHandler.class);
    /** How long a browser may read nothing before its connection ends. It costs a thread and a buffer meanwhile, and goes on where it was. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String name;
    private final Opener opener;
    private final LiveSessions sessions;
    private final Map<String, LiveStream> streams = new ConcurrentHashMap<>();

    /** Makes the stream of a session. */
    @FunctionalInterface
    interface Opener {
        LiveStream open(LiveRequest request, LiveSender sender) throws IOException;
    }

    LiveHandler(String name, Opener opener, LiveSessions sessions) {
        this.name = name;
        this.opener = opener;
        this.sessions = sessions;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) throws IOException {
        sessions.add(session);
        if (session instanceof NativeWebSocketSession tomcat) {
            tomcat.getNativeSession(Session.class).getUserProperties().put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, PATIENCE.toMillis());
        }
        try {
            var stream = opener.open(LiveRequest.of(session), new LiveSender(session));
            streams.put(session.getId(), stream);
            Thread.ofVirtual().name("ws-" + name + "-" + session.getId()).start(() -> run(session, stream));
        } catch (EngineException refused) {
            new LiveSender(session).json(Map.of("type", "error", "message", String.valueOf(refused.getMessage())));
            session.close(CloseStatus.NORMAL);
        }
    }

    private void run(WebSocketSession session, LiveStream stream) {
        try {
            stream.run();
            session.close(CloseStatus.NORMAL);
        } catch (IOException vanished) {
            LOG.debug("{}: the browser is gone", name, vanished);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            // A send to a session that closes at this moment is no failure.
            if (session.isOpen()) {
                LOG.error("{}: failed", name, failure);
            }
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws IOException {
        var stream = streams.get(session.getId());
        if (stream != null) {
            stream.input(ByteBuffer.wrap(message.getPayload().array(), message.getPayload().arrayOffset() + message.getPayload().position(),
                    message.getPayload().remaining()));
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
        var stream = streams.get(session.getId());
        if (stream != null) {
            stream.message(message.getPayload());
        }
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        sessions.remove(session);
        var stream = streams.remove(session.getId());
        if (stream != null) {
            stream.close();
        }
    }
}
