package io.berth.live;

import io.berth.container.ContainerId;
import io.berth.container.ContainerViews;
import io.berth.container.Containers;
import io.berth.event.EngineEvent;
import io.berth.event.EventJournal;
import io.berth.event.EventQuery;
import io.berth.event.EventSubscription;
import io.berth.event.EventType;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** All containers, then each change: {@code snapshot}, {@code upsert}, {@code remove}, numbered without gaps. */
final class ContainersStream implements LiveStream {

    private static final Set<String> NO_CHANGE = Set.of("attach", "detach", "resize", "top", "kill", "oom");

    private final Containers containers;
    private final ContainerViews views;
    private final LiveSender sender;
    private final EventSubscription events;
    private long sequence;

    ContainersStream(Containers containers, ContainerViews views, EventJournal journal, LiveSender sender) {
        this.containers = containers;
        this.views = views;
        this.sender = sender;
        // Before the snapshot is taken: what changes meanwhile comes twice rather than never.
        this.events = journal.subscribe(new EventQuery(null, null, ContainersStream::isChange));
    }

    private static boolean isChange(EngineEvent event) {
        return event.type() == EventType.CONTAINER && !event.action().startsWith("exec_") && !NO_CHANGE.contains(event.action())
                || event.type() == EventType.NETWORK && event.attributes().containsKey("container");
    }

    @Override
    public void run() throws IOException, InterruptedException {
        sender.json(Map.of("type", "snapshot", "sequence", sequence, "items", containers.list().stream().map(views::of).toList()));
        for (var event = events.next(); event != null; event = events.next()) {
            tell(new ContainerId(event.type() == EventType.NETWORK ? event.attributes().get("container") : event.subject()));
        }
    }

    private void tell(ContainerId id) throws IOException {
        var container = containers.find(id);
        sequence++;
        sender.json(container.isPresent()
                ? Map.of("type", "upsert", "sequence", sequence, "item", views.of(container.get()))
                : Map.of("type", "remove", "sequence", sequence, "id", id.value()));
    }

    @Override
    public void close() {
        events.close();
    }
}
