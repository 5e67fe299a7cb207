package io.berth.engineapi;

import io.berth.event.EngineEvent;
import io.berth.event.EventJournal;
import io.berth.event.EventQuery;
import io.berth.event.EventType;
import io.berth.http.ApiVersion;
import io.berth.http.Hijack;
import io.berth.json.DockerJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.ByteBuffer;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code SystemEvents} of the Docker Engine API: the journal as a stream. */
@RestController
class EventsController {

    private static final Set<String> FILTERS = Set.of("config", "container", "daemon", "event", "image", "label", "label!", "network", "node", "plugin",
            "scope", "secret", "service", "type", "volume");

    private final EventJournal journal;

    EventsController(EventJournal journal) {
        this.journal = journal;
    }

    @GetMapping("/events")
    void events(HttpServletRequest request, HttpServletResponse response) {
        var filters = Filters.of(request, FILTERS);
        var query = Query.of(request);
        var subscription = journal.subscribe(new EventQuery(query.instant("since"), query.instant("until"), event -> wanted(event, filters)));
        boolean old = !ApiVersion.of(request).atLeast(52);
        Hijack.stream(request, response, "application/json", connection -> {
            try (subscription) {
                connection.onHangUp(subscription::close);
                for (var event = subscription.next(); event != null; event = subscription.next()) {
                    connection.write(ByteBuffer.wrap(DockerJson.line(wire(event, old))));
                }
            }
        });
    }

    private static boolean wanted(EngineEvent event, Filters filters) {
        return filters.any("type", type -> event.type().word().equals(type))
                && filters.any("event", action -> event.action().equals(action) || event.action().startsWith(action + ":"))
                && filters.any("scope", scope -> scope.equals("local"))
                && subject(event, filters, "container", EventType.CONTAINER)
                && subject(event, filters, "volume", EventType.VOLUME)
                && subject(event, filters, "network", EventType.NETWORK)
                && image(event, filters)
                && filters.labels(event.attributes());
    }

    private static boolean subject(EngineEvent event, Filters filters, String key, EventType type) {
        if (!filters.has(key)) {
            return true;
        }
        String name = event.attributes().getOrDefault("name", "");
        return event.type() == type && filters.any(key, value -> event.subject().startsWith(value) || name.equals(value.replaceFirst("^/", "")));
    }

    private static boolean image(EngineEvent event, Filters filters) {
        if (!filters.has("image")) {
            return true;
        }
        String name = event.attributes().getOrDefault(event.type() == EventType.CONTAINER ? "image" : "name", "");
        boolean about = event.type() == EventType.CONTAINER || event.type() == EventType.IMAGE;
        return about && filters.any("image", value -> name.equals(value) || name.startsWith(value + ":") || event.subject().equals(value));
    }

    private static Wire wire(EngineEvent event, boolean old) {
        var wire = Wire.object();
        if (old && (event.type() == EventType.CONTAINER || event.type() == EventType.IMAGE)) {
            wire.with("status", event.action()).with("id", event.subject());
            if (event.type() == EventType.CONTAINER) {
                wire.with("from", event.attributes().getOrDefault("image", ""));
            }
        }
        return wire.with("Type", event.type().word()).with("Action", event.action())
                .with("Actor", Wire.of("ID", event.subject()).with("Attributes", event.attributes())).with("scope", "local")
                .with("time", event.at().getEpochSecond()).with("timeNano", event.at().getEpochSecond() * 1_000_000_000L + event.at().getNano());
    }
}
