package io.berth.event;

import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which events are wanted.
 *
 * @param since first instant that counts; null for what happens from now on
 * @param until last instant that counts: the stream ends when it is over; null for no end
 */
public record EventQuery(@Nullable Instant since, @Nullable Instant until, Predicate<EngineEvent> filter) {

    /** Everything from now on. */
    public static EventQuery live() {
        return new EventQuery(null, null, event -> true);
    }
}
