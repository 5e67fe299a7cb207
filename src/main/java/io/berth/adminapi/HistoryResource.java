package io.berth.adminapi;

import io.berth.container.Container;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import io.berth.event.EngineEvent;
import io.berth.event.EventJournal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What happened to a container, from the journal. */
@RestController
@RequestMapping("/api/v1/containers/{ref}/events")
class HistoryResource {

    private static final int MOST = 1000;

    private final Containers containers;
    private final EventJournal journal;

    HistoryResource(Containers containers, EventJournal journal) {
        this.containers = containers;
        this.journal = journal;
    }

    /**
     * An event on the wire.
     *
     * @param type {@code container} or {@code network}
     * @param action a word of the Docker Engine API, as in {@code die} or {@code exec_create: sh}
     * @param attributes without the labels and the image of the container, which each event repeats
     */
    record EventView(long sequence, Instant at, String type, String action, Map<String, String> attributes) {}

    /** A part of the history, newest first. @param more whether older ones are left: ask with {@code before}, the last number here */
    record HistoryView(List<EventView> items, boolean more) {}

    /** @param before only events with a smaller number @param after only events with a larger number */
    @GetMapping
    HistoryView list(@PathVariable String ref, @RequestParam(defaultValue = "" + Long.MAX_VALUE) long before, @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "50") int limit) {
        if (limit < 1 || limit > MOST) {
            throw new InvalidArgumentException("limit is to be from 1 to " + MOST);
        }
        var container = containers.resolve(ref);
        var found = journal.history(container.id().value(), before, after, limit + 1);
        return new HistoryView(found.stream().limit(limit).map(event -> view(container, event)).toList(), found.size() > limit);
    }

    private static EventView view(Container container, EngineEvent event) {
        var attributes = new TreeMap<>(event.attributes());
        attributes.keySet().removeAll(container.config().labels().keySet());
        attributes.remove("image");
        return new EventView(event.sequence(), event.at(), FileWire.word(event.type()), event.action(), attributes);
    }
}
