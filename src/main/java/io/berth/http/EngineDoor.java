package io.berth.http;

import io.berth.instance.DataRootLock;
import io.berth.instance.Instance;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * The Engine API's door: a second connector, on a Unix socket. Who may open the socket may do everything, as with every container engine,
 * so there is no login; {@link EngineRoutesFilter} sees to it that the doors share no route.
 */
@Configuration(proxyBeanMethods = false)
class EngineDoor {

    private final Path socket;
    private final Duration silence;

    /** @param lock held before anything of another Berth is touched */
    EngineDoor(EngineProperties properties, Instance instance, DataRootLock lock) {
        this.socket = properties.socketOf(instance);
        this.silence = properties.silence();
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> engineConnector() {
        return factory -> {
            EngineSocket.prepare(socket);
            var connector = connector();
            factory.addAdditionalConnectors(connector);
            factory.addEngineValves(new DoorValve(connector));
        };
    }

    @EventListener
    void admitGroup(WebServerInitializedEvent started) throws IOException {
        EngineSocket.admitGroup(socket);
    }

    private Connector connector() {
        var protocol = new EngineProtocol();
        protocol.setExecutor(new VirtualThreadExecutor("engine-"));
        protocol.setMaxKeepAliveRequests(-1);
        protocol.setConnectionTimeout(-1);
        protocol.setKeepAliveTimeout(-1);
        protocol.setDisableUploadTimeout(false);
        protocol.setConnectionUploadTimeout((int) silence.toMillis());
        protocol.setMaxSwallowSize(-1);
        protocol.setMaxHttpRequestHeaderSize(1 << 20);
        protocol.setRelaxedQueryChars("{}[]\"|<>^`\\");
        protocol.setRelaxedPathChars("{}[]\"|<>^`\\");
        var connector = new Connector(protocol);
        connector.setMaxPostSize(-1);
        connector.setEncodedSolidusHandling("decode");
        connector.setProperty("unixDomainSocketPath", socket.toString());
        connector.setProperty("unixDomainSocketPathPermissions", "rw-rw----");
        // Tomcat refuses a folder with other permissions than it is told of; whoever made the folder decides.
        connector.setProperty("unixDomainSocketParentPermissions", EngineSocket.folderPermissions(socket));
        return connector;
    }

    /** Writes on each request by which connector it came. */
    private static final class DoorValve extends ValveBase {

        private final Connector engine;

        DoorValve(Connector engine) {
            super(true);
            this.engine = engine;
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            request.setAttribute(Door.ATTRIBUTE, request.getConnector() == engine ? Door.ENGINE : Door.TCP);
            BrokenAnswer.prepare(request, response);
            getNext().invoke(request, response);
        }
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SecurityFilterChain engineChain(HttpSecurity http) throws Exception {
        return http.securityMatcher(request -> Door.of(request) == Door.ENGINE)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(AbstractHttpConfigurer::disable).headers(AbstractHttpConfigurer::disable).logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable).anonymous(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .build();
    }

    /** Names of images hold slashes, escaped or not: what a browser must not send, a docker client may. */
    @Bean
    HttpFirewall firewall() {
        var strict = new StrictHttpFirewall();
        return new HttpFirewall() {
            @Override
            public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
                return Door.of(request) == Door.ENGINE ? new PassedRequest(request) : strict.getFirewalledRequest(request);
            }

            @Override
            public HttpServletResponse getFirewalledResponse(HttpServletResponse response) {
                return strict.getFirewalledResponse(response);
            }
        };
    }

    private static final class PassedRequest extends FirewalledRequest {

        PassedRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public void reset() {
            // Nothing was changed.
        }
    }
}
