package io.berth.container;

import io.berth.event.EngineEvent;
import io.berth.event.EventJournal;
import io.berth.event.Gathering;
import java.util.LinkedHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Starts and ends that are seen and not yet in the database. The shim has written each of them down, so that a kill of this process loses
 * none; the database gets it with the next change of its container, or with those of others within milliseconds. Safe for use by many
 * threads; who adds or claims holds the container's lock.
 */
@Component
class UnwrittenRuns implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnwrittenRuns.class);

    /** @param container as it is since then @param events announced to the journal */
    record Run(Container container, List<EngineEvent> events) {}

    private final ContainerRows rows;
    private final EventJournal journal;
    private final TransactionTemplate transaction;
    private final Gathering<Run> waiting;

    UnwrittenRuns(ContainerRows rows, EventJournal journal, TransactionTemplate transaction) {
        this.rows = rows;
        this.journal = journal;
        this.transaction = transaction;
        this.waiting = new Gathering<>("berth-runs", this::write);
    }

    /** They are written in the order in which they are added. */
    void add(Run run) {
        waiting.add(run);
    }

    /** Those of which the caller has to write the events before what it changes, or to {@link #add} them again. */
    List<Run> claim(ContainerId id) {
        return waiting.claim(run -> run.container().id().equals(id));
    }

    /** What could not be written, as on a full disk, is tried again. */
    private boolean write(List<Run> runs) {
        try {
            transaction.executeWithoutResult(status -> {
                var last = new LinkedHashMap<ContainerId, Container>();
                runs.forEach(run -> last.put(run.container().id(), run.container()));
                last.values().forEach(rows::update);
                runs.forEach(run -> run.events().forEach(journal::append));
            });
            return true;
        } catch (RuntimeException failed) {
            LOG.warn("starts and ends that could not be written yet: {}", runs.stream().map(run -> run.container().name()).toList(), failed);
            return false;
        }
    }

    /** Writes what waits. */
    @Override
    public void close() {
        waiting.close();
    }
}
