package io.berth.engineapi;

import io.berth.container.ContainerLifecycle;
import io.berth.container.Containers;
import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.http.EngineRoutes;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.ServletWebSocketHandlerRegistry;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** {@code ContainerAttachWebsocket} of the Docker Engine API. No browser reaches the Unix socket, so any origin that a proxy tells is fine. */
@Configuration(proxyBeanMethods = false)
class AttachSockets implements WebSocketConfigurer {

    private final Containers containers;
    private final ContainerLifecycle lifecycle;

    AttachSockets(Containers containers, ContainerLifecycle lifecycle) {
        this.containers = containers;
        this.lifecycle = lifecycle;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        if (registry instanceof ServletWebSocketHandlerRegistry ordered) {
            // Before the controllers: one of them answers for every address that nobody knows.
            ordered.setOrder(Ordered.HIGHEST_PRECEDENCE);
        }
        registry.addHandler(new AttachSocket(lifecycle), EngineRoutes.PREFIX + "/containers/{ref}/attach/ws")
                .addInterceptors(new Refusal()).setAllowedOriginPatterns("*");
    }

    /** Refuses before the upgrade, as other calls are refused. */
    private final class Refusal implements HandshakeInterceptor {

        @Override
        public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
                Map<String, Object> attributes) throws IOException {
            try {
                wanted(request).put(attributes);
                return true;
            } catch (EngineException refused) {
                DockerErrors.write(((ServletServerHttpResponse) response).getServletResponse(), DockerErrors.statusOf(refused),
                        refused.getMessage());
                return false;
            }
        }

        private AttachSocket.Wanted wanted(ServerHttpRequest request) {
            var query = Query.of(((ServletServerHttpRequest) request).getServletRequest());
            String[] path = request.getURI().getPath().split("/");
            var container = containers.resolve(path[path.length - 3]);
            if (container.isPaused()) {
                throw new ConflictException("container " + container.id() + " is paused, unpause the container before attach");
            }
            boolean input = query.flag("stdin") && query.flag("stream") && container.config().openStdin();
            var keys = DetachKeys.parse(query.text("detachKeys"));
            return new AttachSocket.Wanted(container.id(), ContainerStreamsController.flags(query, input),
                    container.config().tty() ? keys : null);
        }

        @Override
        public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
                @Nullable Exception failure) {
            // Nothing was taken before.
        }
    }
}
