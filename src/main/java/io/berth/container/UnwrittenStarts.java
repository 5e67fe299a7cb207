package io.berth.container;

import io.berth.event.EngineEvent;
import io.berth.event.EventJournal;
import io.berth.event.Gathering;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Starts that are seen and not yet in the database. The shim has written each of them down, so that a kill of this process loses none; the
 * database gets it with the next change of its container, which for a short run is its end, or with other starts within milliseconds. Safe
 * for use by many threads; who claims holds the container's lock.
 */
@Component
class UnwrittenStarts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnwrittenStarts.class);

    /** @param event announced to the journal */
    record Start(Container container, EngineEvent event) {}

    private final ContainerRows rows;
    private final EventJournal journal;
    private final TransactionTemplate transaction;
    private final Gathering<Start> waiting;

    UnwrittenStarts(ContainerRows rows, EventJournal journal, TransactionTemplate transaction) {
        this.rows = rows;
        this.journal = journal;
        this.transaction = transaction;
        this.waiting = new Gathering<>("berth-starts", this::write);
    }

    void add(Start start) {
        waiting.add(start);
    }

    /** A start of which the caller has to write the event before what it changes, or to {@link #add} it again; null when none waits. */
    @Nullable Start claim(ContainerId id) {
        return waiting.claim(start -> start.container().id().equals(id));
    }

    private void write(List<Start> starts) {
        try {
            transaction.executeWithoutResult(status -> starts.forEach(start -> {
                ContainerRow.of(start.container(), false).update(rows);
                journal.append(start.event());
            }));
        } catch (RuntimeException failed) {
            // The containers' next changes are whole, with what these would have said.
            LOG.warn("starts that could not be written: {}", starts.stream().map(start -> start.container().name()).toList(), failed);
            starts.forEach(start -> journal.giveUp(start.event()));
        }
    }

    /** Writes what waits. */
    @Override
    public void close() {
        waiting.close();
    }
}
