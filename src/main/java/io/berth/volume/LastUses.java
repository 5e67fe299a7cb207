package io.berth.volume;

import io.berth.event.EventJournal;
import io.berth.event.EventType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** When containers last began or ended to use volumes: what the journal remembers, read when first asked for, and what came since. */
final class LastUses {

    private final EventJournal journal;
    private final Map<String, Instant> noted = new ConcurrentHashMap<>();
    private @Nullable Map<String, Instant> remembered;

    LastUses(EventJournal journal) {
        this.journal = journal;
    }

    void note(Volume volume, Instant at) {
        noted.merge(volume.name(), at, LastUses::later);
    }

    void forget(String volume) {
        noted.remove(volume);
    }

    /** A volume that was removed may have had the same name: what was before this one is not its own. */
    Optional<Instant> of(Volume volume) {
        var since = Optional.ofNullable(noted.get(volume.name()));
        return since.or(() -> Optional.ofNullable(remembered().get(volume.name()))).filter(at -> !at.isBefore(volume.created()));
    }

    private synchronized Map<String, Instant> remembered() {
        if (remembered == null) {
            remembered = journal.latest(EventType.VOLUME, Set.of("mount", "unmount"));
        }
        return remembered;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
