package io.berth.engineapi;

import io.berth.container.ContainerId;
import io.berth.container.ContainerLifecycle;
import io.berth.error.EngineException;
import io.berth.runtime.AttachFlag;
import io.berth.runtime.IoSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * Carries bytes between WebSockets and containers: output in binary messages without frames of its own, whatever comes in as input. A
 * client that reads slowly makes its own stream wait, nobody else.
 */
final class AttachSocket extends AbstractWebSocketHandler {

    /** What a client asked for; an attribute of its session. @param keys by which it leaves; null when it has none */
    record Wanted(ContainerId container, Set<AttachFlag> flags, @Nullable DetachKeys keys) {

        private static final String ATTRIBUTE = "wanted";

        void put(Map<String, Object> attributes) {
            attributes.put(ATTRIBUTE, this);
        }

        static Wanted of(WebSocketSession session) {
            if (session.getAttributes().get(ATTRIBUTE) instanceof Wanted wanted) {
                return wanted;
            }
            throw new IllegalStateException("a session that nobody asked for");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(AttachSocket.class);

    private final ContainerLifecycle lifecycle;
    private final Map<String, IoSession> processes = new ConcurrentHashMap<>();

    AttachSocket(ContainerLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public boolean supportsPartialMessages() {
        return true;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) throws IOException {
        var wanted = Wanted.of(session);
        try {
            var process = lifecycle.attach(wanted.container(), wanted.flags());
            processes.put(session.getId(), process);
            Thread.ofVirtual().name("attach-ws-" + session.getId()).start(() -> carryOutput(session, process));
        } catch (EngineException refused) {
            LOG.debug("attach by WebSocket", refused);
            session.close(CloseStatus.SERVER_ERROR);
        }
    }

    private static void carryOutput(WebSocketSession session, IoSession process) {
        try (process) {
            for (var frame = process.read(); frame != null; frame = process.read()) {
                session.sendMessage(new BinaryMessage(frame.data()));
            }
            session.close(CloseStatus.NORMAL);
        } catch (IOException | IllegalStateException gone) {
            LOG.debug("attach by WebSocket: the client is gone", gone);
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws IOException {
        input(session, message.getPayload());
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
        input(session, ByteBuffer.wrap(message.asBytes()));
    }

    private void input(WebSocketSession session, ByteBuffer bytes) throws IOException {
        var wanted = Wanted.of(session);
        var process = processes.get(session.getId());
        if (process == null || !wanted.flags().contains(AttachFlag.STDIN)) {
            return;
        }
        ByteBuffer typed = wanted.keys() == null ? bytes : wanted.keys().filter(bytes);
        if (typed == null) {
            process.close();
            session.close(CloseStatus.NORMAL);
        } else {
            process.write(typed);
        }
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        var process = processes.remove(session.getId());
        if (process != null) {
            process.close();
        }
    }
}
