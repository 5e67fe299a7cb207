package io.berth.event;

import org.jspecify.annotations.Nullable;

/**
 * A stream of events in the journal's order, without gaps: what a slow reader has not read yet is in the journal, not in memory. For one
 * reading thread; any may close.
 */
public interface EventSubscription extends AutoCloseable {

    /** The next event; waits for it. Null when the query's end has come or this is closed. */
    @Nullable EngineEvent next() throws InterruptedException;

    /** Ends the stream and wakes the reader. May be repeated. */
    @Override
    void close();
}
