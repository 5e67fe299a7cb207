package io.berth.container;

import io.berth.error.ConflictException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.stereotype.Component;

/**
 * What stops containers, changes what they are and starts them again: of a container one such work goes on at a time. Unlike the lock of a
 * container it is no wait: who comes second is refused. Safe for use by many threads.
 */
@Component
class LongWork {

    /** A work. @param words what is done to the container with the name {@code %s} */
    enum Kind {
        RECREATION("container %s is being made anew"),
        RESCUE("files of container %s are being rescued");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private final ConcurrentMap<ContainerId, Kind> going = new ConcurrentHashMap<>();

    /** Begins; who has begun calls {@link #end}. @throws ConflictException another one goes on, and which */
    void begin(Container container, Kind kind) {
        var other = going.putIfAbsent(container.id(), kind);
        if (other != null) {
            throw new ConflictException(other.words.formatted(container.name()) + (other == kind ? " already" : ": try again when that has ended"));
        }
    }

    void end(ContainerId id) {
        going.remove(id);
    }
}
