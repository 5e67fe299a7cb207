package io.berth.live;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.security.web.session.HttpSessionDestroyedEvent;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.server.support.HttpSessionHandshakeInterceptor;

/** The open WebSockets by login: they end when it does. Safe for use by many threads. */
@Component
class LiveSessions {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSessions.class);

    private final Map<String, WebSocketSession> open = new ConcurrentHashMap<>();

    void add(WebSocketSession session) {
        open.put(session.getId(), session);
    }

    void remove(WebSocketSession session) {
        open.remove(session.getId());
    }

    @EventListener
    void loggedOut(HttpSessionDestroyedEvent ended) {
        open.values().stream()
                .filter(session -> ended.getId().equals(session.getAttributes().get(HttpSessionHandshakeInterceptor.HTTP_SESSION_ID_ATTR_NAME)))
                .forEach(LiveSessions::close);
    }

    private static void close(WebSocketSession session) {
        try {
            session.close(CloseStatus.POLICY_VIOLATION);
        } catch (IOException gone) {
            LOG.debug("the browser is gone", gone);
        }
    }
}
