package io.berth.event;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one journal of this instance. An event is written in the transaction of the change that it tells of and is seen by subscribers when
 * that is committed, in the order of the sequence numbers. Safe for use by many threads.
 */
@Component
public class EventJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventJournal.class);

    /** What is read from memory; who is further behind reads from the database. */
    private static final int RECENT = 4096;
    private static final int BATCH = 512;
    /** How long, at most, who asks for all events until now waits for those that are not written yet. */
    private static final long ON_ITS_WAY_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** What is kept; the rest is deleted at the next start. */
    private static final int KEPT = 100_000;

    private final EventRows rows;
    private final TransactionTemplate transaction;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition published = lock.newCondition();
    /** Events that are written with the next ones. */
    private final Gathering<EngineEvent> soon;
    /** Events whose transaction is not over, and committed ones that wait for those before them. Guarded by the lock. */
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private final ArrayDeque<EngineEvent> recent = new ArrayDeque<>();
    private final boolean isNew;
    private long lastTaken;
    private long lastPublished;
    private boolean closed;

    private static final class Pending {
        private final EngineEvent event;
        private boolean committed;

        Pending(EngineEvent event) {
            this.event = event;
        }
    }

    EventJournal(EventRows rows, TransactionTemplate transaction, Clock clock) {
        this.rows = rows;
        this.transaction = transaction;
        this.clock = clock;
        this.lastTaken = rows.findFirstByOrderBySequenceDesc().map(EventRow::getId).orElse(0L);
        this.lastPublished = lastTaken;
        this.isNew = lastTaken == 0;
        transaction.executeWithoutResult(status -> rows.deleteUpTo(lastTaken - KEPT));
        this.soon = new Gathering<>("berth-events", this::writeTogether);
    }

    /** Whether nothing had ever happened when this process started: the database is new, whatever there may be beside it. */
    public boolean isNew() {
        return isNew;
    }

    /** Writes an event that happens now, in the caller's transaction if it has one. */
    public void append(EventType type, String action, String subject, Map<String, String> attributes) {
        append(clock.instant(), type, action, subject, attributes);
    }

    /** Writes an event that happened at {@code at}, in the caller's transaction if it has one. */
    public void append(Instant at, EventType type, String action, String subject, Map<String, String> attributes) {
        transaction.executeWithoutResult(status -> {
            writeSoon();
            var event = announce(at, type, action, subject, attributes);
            afterwards(committed -> settle(event, committed));
            rows.save(EventRow.of(event));
        });
    }

    /**
     * Gives an event its place among the others. Nobody sees it, nor what comes after it, before {@link #append(EngineEvent)} has written
     * it or {@link #giveUp} has been called: one of the two has to follow at once.
     */
    public EngineEvent announce(Instant at, EventType type, String action, String subject, Map<String, String> attributes) {
        lock.lock();
        try {
            var event = new EngineEvent(++lastTaken, at, type, action, subject, attributes);
            pending.put(event.sequence(), new Pending(event));
            return event;
        } finally {
            lock.unlock();
        }
    }

    /** Writes an announced event in the caller's transaction; when that is rolled back, it is as before. */
    public void append(EngineEvent announced) {
        afterwards(committed -> {
            if (committed) {
                settle(announced, true);
            }
        });
        rows.save(EventRow.of(announced));
    }

    /** An announced event will not be written. */
    public void giveUp(EngineEvent announced) {
        settle(announced, false);
    }

    /**
     * Writes an event that happens now and is followed by others at once: in the transaction of the next one, or within milliseconds in one of
     * its own. Its place among the events is that of now. A kill of this process before that loses it.
     */
    public void appendSoon(EventType type, String action, String subject, Map<String, String> attributes) {
        soon.add(announce(clock.instant(), type, action, subject, attributes));
    }

    /** Writes what waits in the caller's transaction; when that is rolled back, it waits again. */
    private void writeSoon() {
        var events = soon.take();
        if (!events.isEmpty()) {
            afterwards(committed -> events.forEach(committed ? event -> settle(event, true) : soon::add));
            events.forEach(event -> rows.save(EventRow.of(event)));
        }
    }

    private static void afterwards(Consumer<Boolean> outcome) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                outcome.accept(status == STATUS_COMMITTED);
            }
        });
    }

    /** Once: what comes after them must not wait for them. */
    private boolean writeTogether(List<EngineEvent> events) {
        try {
            transaction.executeWithoutResult(status -> events.forEach(this::append));
        } catch (RuntimeException failed) {
            LOG.warn("events that could not be written: {}", events, failed);
            events.forEach(this::giveUp);
        }
        return true;
    }

    /** Writes what waits. */
    @Override
    public void close() {
        soon.close();
    }

    /** When one of these actions last happened to each subject, as far back as the journal goes. Reads all of it. */
    public Map<String, Instant> latest(EventType type, Set<String> actions) {
        return rows.latest(type, actions).stream().collect(Collectors.toMap(EventRows.Latest::getSubject, row -> EventRow.instant(row.getAtNanos())));
    }

    /** When this last happened to the subject, oldest first, as far back as the journal goes and at most so often. */
    public List<Instant> times(EventType type, String action, String subject, int most) {
        return rows.times(type, action, subject, most).reversed().stream().map(EventRow::instant).toList();
    }

    /**
     * What happened to a container, newest first, as far back as the journal goes: its own events, and its connections to networks.
     *
     * @param id full id
     * @param before only events with a smaller number
     * @param after only events with a larger number
     * @param limit how many at most
     */
    public List<EngineEvent> history(String id, long before, long after, int limit) {
        return rows.history(EventType.CONTAINER, id, "%\"container\":\"" + id + "\"%", before, after, limit).stream().map(EventRow::toDomain).toList();
    }

    /** Begins a stream. The caller closes it. */
    public EventSubscription subscribe(EventQuery query) {
        lock.lock();
        try {
            long from = lastPublished;
            if (query.since() != null) {
                from = rows.findFirstByAtNanosGreaterThanEqualOrderBySequence(EventRow.nanos(query.since()))
                        .map(row -> Math.min(row.getId() - 1, lastPublished)).orElse(lastPublished);
            }
            return new Subscription(query, from);
        } finally {
            lock.unlock();
        }
    }

    /** Publishes what no open transaction stands before. */
    private void settle(EngineEvent event, boolean committed) {
        lock.lock();
        try {
            if (committed) {
                pending.get(event.sequence()).committed = true;
            } else {
                pending.remove(event.sequence());
            }
            while (!pending.isEmpty() && pending.firstEntry().getValue().committed) {
                publish(pending.pollFirstEntry().getValue().event);
            }
            published.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void publish(EngineEvent event) {
        recent.addLast(event);
        if (recent.size() > RECENT) {
            recent.removeFirst();
        }
        lastPublished = event.sequence();
    }

    private final class Subscription implements EventSubscription {

        private final EventQuery query;
        private final ArrayDeque<EngineEvent> read = new ArrayDeque<>();
        private long cursor;
        private boolean closed;

        Subscription(EventQuery query, long cursor) {
            this.query = query;
            this.cursor = cursor;
        }

        @Override
        public @Nullable EngineEvent next() throws InterruptedException {
            while (true) {
                if (read.isEmpty() && !fill()) {
                    return null;
                }
                var event = read.removeFirst();
                if (query.until() != null && event.at().isAfter(query.until())) {
                    return null;
                }
                if ((query.since() == null || !event.at().isBefore(query.since())) && query.filter().test(event)) {
                    return event;
                }
            }
        }

        /** Waits for events after the cursor and takes some; false at the stream's end. */
        private boolean fill() throws InterruptedException {
            long upTo;
            lock.lock();
            try {
                while (!closed && lastPublished <= cursor) {
                    if (!awaitMore()) {
                        return false;
                    }
                }
                if (closed) {
                    return false;
                }
                upTo = lastPublished;
                if (!recent.isEmpty() && recent.getFirst().sequence() <= cursor + 1) {
                    recent.stream().filter(event -> event.sequence() > cursor).forEach(read::add);
                }
            } finally {
                lock.unlock();
            }
            if (read.isEmpty()) {
                List<EventRow> found = rows.after(cursor, BATCH);
                found.stream().filter(row -> row.sequence <= upTo).map(EventRow::toDomain).forEach(read::add);
            }
            cursor = read.isEmpty() ? upTo : read.getLast().sequence();
            return !read.isEmpty() || fill();
        }

        private boolean awaitMore() throws InterruptedException {
            if (query.until() == null) {
                published.await();
                return true;
            }
            long left = Duration.between(clock.instant(), query.until()).toNanos();
            if (left > 0) {
                published.await(left, TimeUnit.NANOSECONDS);
                return true;
            }
            // What had happened by then may be on its way to the database.
            long rest = left + ON_ITS_WAY_NANOS;
            boolean more = rest > 0 && pending.values().stream().anyMatch(later -> !later.event.at().isAfter(query.until()));
            if (more) {
                published.await(rest, TimeUnit.NANOSECONDS);
            }
            return more;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                published.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
