package io.berth.log;

import io.berth.archive.TreeRemoval;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.Native;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.instance.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Logs of removed containers, for a while: {@code <data-root>/kept-logs/<id>} with the files as they were and {@code kept.json}. Nothing of
 * it is synced to the disk: a removal does not wait for what nobody may ever read, and a power cut may cost it. An end of this process costs
 * nothing: the files of a log are there twice until all of them are here, by hard links, and what goes has another name first. Safe for use
 * by many threads.
 */
@Component
public class KeptLogs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLogs.class);

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ABOUT = "kept.json";
    /** What is being made, or deleted, has this at the end of its name; what is left of it goes at the next start. */
    private static final String UNFINISHED = ".part";
    private static final int MOST = 10_000;
    private static final long BLOCK = 4096;
    private static final int SHORTEST_PREFIX = 4;
    private static final Duration MOST_PAUSE = Duration.ofMinutes(10);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

    private final Path folder;
    private final LogProperties properties;
    private final Clock clock;
    private final Map<String, Kept> all = new HashMap<>();
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("berth-kept-logs").daemon().factory());

    /** @param bytes that it takes on the disk, about */
    private record Kept(KeptLog about, long bytes) {}

    KeptLogs(Instance instance, LogProperties properties, Clock clock) throws IOException {
        this.folder = instance.dataRoot().resolve("kept-logs");
        this.properties = properties;
        this.clock = clock;
        Native.load(instance.dataRoot().resolve("native"));
        PrivateFolder.createAll(folder);
        readAll();
        sweep();
        long pause = Math.clamp(properties.keptAfterRemoval().toMillis() / 10, LEAST_PAUSE.toMillis(), MOST_PAUSE.toMillis());
        timer.scheduleWithFixedDelay(this::sweep, pause, pause, TimeUnit.MILLISECONDS);
    }

    private void readAll() throws IOException {
        List<Path> found;
        try (var folders = Files.list(folder)) {
            found = folders.toList();
        }
        for (var each : found) {
            var name = each.getFileName().toString();
            try {
                var about = JSON.readValue(Files.readAllBytes(each.resolve(ABOUT)), KeptLog.class);
                if (about != null && name.equals(about.id())) {
                    all.put(name, new Kept(about, bytes(files(logIn(each, name)))));
                    continue;
                }
            } catch (IOException | JacksonException unfinished) {
                LOG.debug("{} is no kept log and goes", each, unfinished);
            }
            clear(name);
        }
    }

    /** How long they are kept; zero when they are not. */
    public Duration keptFor() {
        return properties.keptAfterRemoval();
    }

    /** Disk that all of them may take. */
    public DataSize most() {
        return properties.keptSize();
    }

    /** All that are not too old, what was removed last first. */
    public synchronized List<KeptLog> list() {
        var now = clock.instant();
        return all.values().stream().map(Kept::about).filter(about -> now.isBefore(end(about)))
                .sorted(Comparator.comparing(KeptLog::removed).reversed()).toList();
    }

    /**
     * The one that a user means by a full id or the start of one; names are given again and name none.
     *
     * @throws InvalidArgumentException several ids start so
     */
    public Optional<KeptLog> find(String ref) {
        var fitting = list().stream().filter(about -> about.id().equals(ref) || ref.length() >= SHORTEST_PREFIX && about.id().startsWith(ref)).toList();
        if (fitting.size() > 1) {
            throw new InvalidArgumentException("Multiple IDs found with provided prefix: " + ref);
        }
        return fitting.stream().findFirst();
    }

    /** When it goes. */
    public Instant end(KeptLog log) {
        return log.removed().plus(properties.keptAfterRemoval());
    }

    /** The file that was written last; the others are beside it. */
    public Path path(KeptLog log) {
        return logIn(folder.resolve(log.id()), log.id());
    }

    /** Bytes on the disk, about. */
    public synchronized long bytes(KeptLog log) {
        var kept = all.get(log.id());
        return kept == null ? 0 : kept.bytes();
    }

    /**
     * How long a log would be kept if its container were removed now: zero when it would go with it.
     *
     * @param log as for {@link #keep}, but it may still be written
     * @return empty when there is nothing in it
     */
    public Optional<Duration> promised(Path log) throws IOException {
        var files = files(log);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(hasRoom(bytes(files)) ? properties.keptAfterRemoval() : Duration.ZERO);
    }

    /** Whether it is not larger than all logs together may be. */
    private boolean hasRoom(long bytes) {
        return bytes <= properties.keptSize().toBytes();
    }

    /**
     * Keeps the files of a log, when they are to be kept and there is something in them; one that is here already stays. The oldest logs make
     * room.
     *
     * @param log the file that was written last, {@code <id>-json.log}; nobody writes it any more. It and those beside it stay the caller's
     * @throws IOException it could not be kept: nothing of it is here
     */
    public synchronized void keep(KeptLog about, Path log) throws IOException {
        if (properties.keptAfterRemoval().isZero() || all.containsKey(about.id())) {
            return;
        }
        var files = files(log);
        long bytes = bytes(files);
        if (files.isEmpty() || !hasRoom(bytes)) {
            return;
        }
        makeRoom(bytes);
        var stage = folder.resolve(about.id() + UNFINISHED);
        try {
            PrivateFolder.create(stage);
            Files.write(stage.resolve(ABOUT), JSON.writeValueAsBytes(about));
            Failpoint.KEEP_BEGUN.reached();
            for (var file : files) {
                Files.createLink(stage.resolve(file.getFileName()), file);
            }
            Failpoint.KEEP_LINKED.reached();
            Files.move(stage, folder.resolve(about.id()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            clear(stage.getFileName().toString());
            throw failure;
        }
        all.put(about.id(), new Kept(about, bytes));
    }

    /** Deletes it before its time; what is not there is fine. */
    public synchronized void remove(KeptLog log) {
        if (all.remove(log.id()) != null) {
            delete(log.id());
        }
    }

    private void makeRoom(long bytes) {
        var oldest = new ArrayList<>(all.values());
        oldest.sort(Comparator.comparing(kept -> kept.about().removed()));
        long used = oldest.stream().mapToLong(Kept::bytes).sum();
        for (var kept : oldest) {
            if (used + bytes <= properties.keptSize().toBytes() && all.size() < MOST) {
                return;
            }
            used -= kept.bytes();
            remove(kept.about());
        }
    }

    /** Deletes what is too old, and what is too much since the settings are others. */
    private synchronized void sweep() {
        try {
            var now = clock.instant();
            List.copyOf(all.values()).stream().map(Kept::about).filter(about -> !now.isBefore(end(about))).forEach(this::remove);
            makeRoom(0);
        } catch (RuntimeException failure) {
            // The timer would end with it.
            LOG.warn("logs of removed containers could not be deleted, tried again later", failure);
        }
    }

    /** First it gets another name: half of a log is never seen as one. */
    private void delete(String id) {
        var going = id + UNFINISHED;
        clear(going);
        try {
            Files.move(folder.resolve(id), folder.resolve(going), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            LOG.warn("the kept log {} cannot be deleted yet; it is tried again after the next start", id, failure);
            return;
        }
        Failpoint.KEPT_LOG_GOES.reached();
        clear(going);
        Failpoint.KEPT_LOG_GONE.reached();
    }

    /** What cannot be deleted now is tried at the next start. */
    private void clear(String name) {
        try (var root = RootDir.open(folder)) {
            TreeRemoval.remove(root, name);
        } catch (NativeException failure) {
            LOG.warn("the kept log {} cannot be deleted yet; it is tried again at the next start", name, failure);
        }
    }

    private static Path logIn(Path folder, String id) {
        return folder.resolve(id + "-json.log");
    }

    /** The files of a log that have something in them. */
    private static List<Path> files(Path log) throws IOException {
        return new LogFiles(log).all().stream().filter(file -> size(file) > 0).toList();
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static long bytes(List<Path> files) {
        return BLOCK + BLOCK + files.stream().mapToLong(file -> (size(file) + BLOCK - 1) / BLOCK * BLOCK).sum();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
