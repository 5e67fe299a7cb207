package io.berth.operation;

import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.NotFoundException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The long work of this service: what runs, and of what has ended the last {@value #KEPT} for an hour. A restart forgets all. Safe for
 * use by many threads.
 */
@Component
public class Operations implements DisposableBean {

    static final int KEPT = 100;
    static final Duration KEPT_FOR = Duration.ofHours(1);
    private static final int ID_BYTES = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** Long work. It tells its progress and looks at its {@link CancelToken}. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Progress progress);
    }

    private final Clock clock;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Tracked> known = new LinkedHashMap<>();

    private record Outcome(OperationState state, @Nullable String error, Instant at) {}

    private static final class Tracked {

        private final String id;
        private final OperationKind kind;
        private final @Nullable String begunBy;
        private final Instant begun;
        private final Progress progress;
        private volatile @Nullable Outcome outcome;

        Tracked(String id, OperationKind kind, @Nullable String begunBy, Instant begun, Progress progress) {
            this.id = id;
            this.kind = kind;
            this.begunBy = begunBy;
            this.begun = begun;
            this.progress = progress;
        }

        Operation toOperation() {
            Outcome end = outcome;
            return new Operation(id, kind, progress.subject(), begunBy, end == null ? OperationState.RUNNING : end.state, end == null ? null : end.error,
                    begun, end == null ? null : end.at, progress.layers(), progress.bytesDone(), progress.bytesTotal(),
                    end == null ? progress.bytesPerSecond() : null);
        }
    }

    @Autowired
    Operations(Clock clock) {
        this(clock, System::nanoTime);
    }

    Operations(Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Does work in the caller's thread. What it throws is the operation's failure and is thrown on. */
    public <T> T run(OperationKind kind, String subject, @Nullable String begunBy, Work<T> work) {
        return run(begin(kind, subject, begunBy), work);
    }

    /** Begins work in a thread of its own. */
    public Operation start(OperationKind kind, String subject, @Nullable String begunBy, Work<?> work) {
        Tracked tracked = begin(kind, subject, begunBy);
        Thread.ofVirtual().name("operation-" + tracked.id).start(() -> {
            try {
                run(tracked, work);
            } catch (EngineException told) {
                LOG.info("operation {} ({} of {}): {}", tracked.id, kind, subject, told.getMessage());
            } catch (RuntimeException failure) {
                LOG.error("operation {} ({} of {}) failed", tracked.id, kind, subject, failure);
            }
        });
        return tracked.toOperation();
    }

    private Tracked begin(OperationKind kind, String subject, @Nullable String begunBy) {
        var id = new byte[ID_BYTES];
        random.nextBytes(id);
        var words = kind.name().toLowerCase(Locale.ROOT) + " of " + subject;
        var tracked = new Tracked(HexFormat.of().formatHex(id), kind, begunBy, clock.instant(), new Progress(subject, new CancelToken(words), nanos));
        synchronized (known) {
            forget();
            known.put(tracked.id, tracked);
        }
        return tracked;
    }

    private <T> T run(Tracked tracked, Work<T> work) {
        try {
            T result = work.run(tracked.progress);
            tracked.outcome = new Outcome(OperationState.SUCCEEDED, null, clock.instant());
            return result;
        } catch (RuntimeException | Error failure) {
            var state = tracked.progress.cancel().isCancelled() ? OperationState.CANCELLED : OperationState.FAILED;
            var message = failure instanceof EngineException || failure.getMessage() != null ? failure.getMessage() : failure.toString();
            tracked.outcome = new Outcome(state, message, clock.instant());
            throw failure;
        }
    }

    /** What has ended goes after its time, and the first ones when there are too many. */
    private void forget() {
        Instant oldest = clock.instant().minus(KEPT_FOR);
        var ended = new ArrayList<Tracked>();
        for (Tracked one : known.values()) {
            if (one.outcome != null) {
                ended.add(one);
            }
        }
        for (int i = 0; i < ended.size(); i++) {
            Outcome end = ended.get(i).outcome;
            if (ended.size() - i > KEPT || end != null && end.at.isBefore(oldest)) {
                known.remove(ended.get(i).id);
            }
        }
    }

    /** All that are known, the one that began last first. */
    public List<Operation> list() {
        List<Tracked> all;
        synchronized (known) {
            forget();
            all = new ArrayList<>(known.values());
        }
        Collections.reverse(all);
        return all.stream().map(Tracked::toOperation).toList();
    }

    /** @throws NotFoundException there is none with this id, or it is forgotten */
    public Operation require(String id) {
        return tracked(id).toOperation();
    }

    /**
     * Asks an operation to end; it ends a moment later.
     *
     * @throws NotFoundException there is none with this id
     * @throws ConflictException it has ended
     */
    public Operation cancel(String id) {
        Tracked tracked = tracked(id);
        if (tracked.outcome != null) {
            throw new ConflictException("operation " + id + " has ended: it cannot be cancelled");
        }
        tracked.progress.cancel().cancel();
        return tracked.toOperation();
    }

    private Tracked tracked(String id) {
        Tracked found;
        synchronized (known) {
            forget();
            found = known.get(id);
        }
        if (found == null) {
            throw new NotFoundException("No such operation: " + id);
        }
        return found;
    }

    /** The service ends: what runs is told so. */
    @Override
    public void destroy() {
        synchronized (known) {
            known.values().stream().filter(one -> one.outcome == null).forEach(one -> one.progress.cancel().cancel());
        }
    }
}
