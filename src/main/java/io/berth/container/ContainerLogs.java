package io.berth.container;

import io.berth.error.InternalException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.instance.Instance;
import io.berth.log.JsonFileLog;
import io.berth.log.KeptLog;
import io.berth.log.KeptLogs;
import io.berth.log.LogFollow;
import io.berth.log.LogLines;
import io.berth.log.LogPages;
import io.berth.log.LogPosition;
import io.berth.log.LogQuery;
import io.berth.log.LogReader;
import io.berth.log.LogSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What containers have printed, and those that were removed not long ago. Safe for use by many threads. */
@Component
public class ContainerLogs {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerLogs.class);

    private static final int MOST_STARTS = 1000;

    private final Containers containers;
    private final LiveContainers live;
    private final KeptLogs kept;
    private final EventJournal journal;
    private final Instance instance;
    private final Clock clock;

    ContainerLogs(Containers containers, LiveContainers live, KeptLogs kept, EventJournal journal, Instance instance, Clock clock) {
        this.containers = containers;
        this.live = live;
        this.kept = kept;
        this.journal = journal;
        this.instance = instance;
        this.clock = clock;
    }

    /**
     * A log that can be read.
     *
     * @param id the container's
     * @param removed when the container was; null while it is there
     * @param ended nothing more is written unless the container is started again
     */
    public record Source(ContainerId id, String name, @Nullable Instant removed, boolean ended, Path path) {}

    /**
     * The log of the container that a user means ({@link Containers#resolve}), or, by its id, of one that was removed.
     *
     * @throws NotFoundException there is neither
     * @throws NotImplementedException the container's output is not logged
     */
    public Source find(String ref) {
        try {
            var container = containers.resolve(ref);
            requireReadable(container);
            return new Source(container.id(), container.name(), null, !container.isRunning(), ContainerFolder.of(instance, container.id()).log());
        } catch (NotFoundException absent) {
            var log = kept.find(ref).orElseThrow(() -> absent);
            return new Source(new ContainerId(log.id()), log.name(), log.removed(), true, kept.path(log));
        }
    }

    /** The log in pages. */
    public LogPages pages(Source source) {
        return new LogPages(source.path(), source.ended());
    }

    /** What was written after a place, and what is written from now on; the caller closes it. */
    public LogLines follow(Source source, LogPosition after, LogSelection selection) {
        try {
            return LogLines.open(source.path(), after, false, selection, growth(source), true);
        } catch (IOException failure) {
            throw unreadable(source.id(), failure);
        }
    }

    /** The last lines, and what is written from now on; the caller closes it. */
    public LogLines tail(Source source, int lines, LogSelection selection) {
        try {
            var query = new LogQuery(true, true, null, null, lines, true);
            return LogLines.of(JsonFileLog.open(source.path(), query, growth(source)), selection);
        } catch (IOException failure) {
            throw unreadable(source.id(), failure);
        }
    }

    private @Nullable LogFollow growth(Source source) throws IOException {
        return source.ended() ? null : growth(containers.require(source.id()));
    }

    /** Tells when the container writes; null when it does not run. */
    private @Nullable LogFollow growth(Container container) throws IOException {
        if (!container.isRunning() || container.isRestarting()) {
            return null;
        }
        var running = live.find(container.id());
        return running.isPresent() ? running.get().shim().followLog() : null;
    }

    /** What a container has printed, entry by entry. The caller closes the reader. */
    public LogReader read(ContainerId id, LogQuery query) {
        var container = containers.require(id);
        requireReadable(container);
        try {
            return JsonFileLog.open(ContainerFolder.of(instance, id).log(), query, query.follow() ? growth(container) : null);
        } catch (IOException failure) {
            throw unreadable(id, failure);
        }
    }

    /** When the container was started, oldest first; the last ones of many. */
    public List<Instant> starts(Source source) {
        return journal.times(EventType.CONTAINER, "start", source.id().value(), MOST_STARTS);
    }

    /** How long what a container has printed could be read after its removal, zero for not at all; empty when it has printed nothing. */
    public Optional<Duration> promised(Container container) throws IOException {
        return kept.promised(ContainerFolder.of(instance, container.id()).log());
    }

    /** Keeps the log of a container that is being removed; what cannot be kept is left to be removed with its folder. */
    void keep(Container container) {
        try {
            kept.keep(new KeptLog(container.id().value(), container.name(), container.config().image(), container.created(), clock.instant()),
                    ContainerFolder.of(instance, container.id()).log());
        } catch (IOException failure) {
            LOG.warn("the log of container {} is not kept", container.id().shortId(), failure);
        }
    }

    /** Keeps the log of a container whose removal was cut off; what is left of one that was being made has none. */
    void keepLeft(ContainerFolder folder) {
        if (Files.exists(folder.log())) {
            keep(folder.described());
        }
    }

    private static void requireReadable(Container container) {
        if (container.hostConfig().logConfig().type().equals(LogOptions.NONE)) {
            throw new NotImplementedException("configured logging driver does not support reading");
        }
    }

    private static InternalException unreadable(ContainerId id, IOException failure) {
        return new InternalException("cannot read the log of container " + id.shortId() + ": " + failure.getMessage(), failure);
    }
}
