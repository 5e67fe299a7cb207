package io.berth.live;

import io.berth.console.Consoles;
import io.berth.container.ContainerLogs;
import io.berth.container.ContainerViews;
import io.berth.container.Containers;
import io.berth.event.EventJournal;
import io.berth.http.Access;
import io.berth.http.RouteRule;
import io.berth.http.RouteRules;
import io.berth.operation.Operations;
import io.berth.stats.StatsSampler;
import io.berth.stats.UsageRounds;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;
import org.springframework.web.socket.server.support.HttpSessionHandshakeInterceptor;

/** The WebSockets and who may open them. Where a page may come from is checked before, for all of the TCP door. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class LiveSockets implements WebSocketConfigurer, RouteRules {

    private static final String CONTAINERS = "/ws/v1/containers";
    private static final String STATS = "/ws/v1/containers/{ref}/stats";
    private static final String LOGS = "/ws/v1/containers/{ref}/logs";
    private static final String CONSOLE = "/ws/v1/consoles/{id}";
    private static final String USAGE = "/ws/v1/usage";
    private static final String OPERATIONS = "/ws/v1/operations";
    private static final int BUFFER = 8 << 10;

    private final Containers containers;
    private final ContainerViews views;
    private final ContainerLogs logs;
    private final Consoles consoles;
    private final StatsSampler sampler;
    private final UsageRounds rounds;
    private final EventJournal journal;
    private final LiveSessions sessions;
    private final Operations operations;

    LiveSockets(Containers containers, ContainerViews views, ContainerLogs logs, Consoles consoles, StatsSampler sampler,
            UsageRounds rounds, EventJournal journal, LiveSessions sessions, Operations operations) {
        this.containers = containers;
        this.views = views;
        this.logs = logs;
        this.consoles = consoles;
        this.sampler = sampler;
        this.rounds = rounds;
        this.journal = journal;
        this.sessions = sessions;
        this.operations = operations;
    }

    @Override
    public List<RouteRule> rules() {
        return List.of(RouteRule.get(CONTAINERS, Access.ACCOUNT), RouteRule.get(STATS, Access.ACCOUNT), RouteRule.get(LOGS, Access.ACCOUNT),
                RouteRule.get(CONSOLE, Access.ACCOUNT), RouteRule.get(USAGE, Access.ACCOUNT), RouteRule.get(OPERATIONS, Access.ACCOUNT));
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        add(registry, CONTAINERS, "containers", (request, sender) -> new ContainersStream(containers, views, journal, sender));
        add(registry, STATS, "stats", (request, sender) -> new StatsStream(containers, sampler, containers.resolve(request.ref()), sender));
        add(registry, LOGS, "logs", (request, sender) -> LogStream.open(logs, request, sender));
        add(registry, CONSOLE, "console", (request, sender) -> ConsoleStream.open(consoles, request, sender));
        add(registry, USAGE, "usage", (request, sender) -> new UsageStream(rounds, sender));
        add(registry, OPERATIONS, "operations", (request, sender) -> new OperationsStream(operations, sender));
    }

    private void add(WebSocketHandlerRegistry registry, String path, String name, LiveHandler.Opener opener) {
        registry.addHandler(new LiveHandler(name, opener, sessions), path).addInterceptors(new HttpSessionHandshakeInterceptor());
    }

    /** Small buffers: there is one of each for every open page. */
    @Bean
    ServletServerContainerFactoryBean webSocketBuffers() {
        var factory = new ServletServerContainerFactoryBean();
        factory.setMaxTextMessageBufferSize(BUFFER);
        factory.setMaxBinaryMessageBufferSize(BUFFER);
        return factory;
    }
}
