package io.berth.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether the machine went down while the service ran. {@code <data-root>/run} has the kernel's boot id and the time at which the
 * service began; it is there from start to an orderly end. Source: random(4), {@code boot_id}.
 */
public final class RunMark implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunMark.class);
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path file;
    private final Optional<Instant> cutRun;

    private RunMark(Path file, Optional<Instant> cutRun) {
        this.file = file;
        this.cutRun = cutRun;
    }

    /** Marks that a run begins. */
    static RunMark begin(Path dataRoot, Clock clock) {
        Path file = dataRoot.resolve("run");
        Optional<Instant> cut = Optional.empty();
        try {
            cut = Files.exists(file) ? cutRun(Files.readString(file)) : Optional.empty();
            DurableFile.write(file, (bootId() + " " + clock.instant() + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            // A full disk keeps no service from starting: the mark of a former run stays, or there is none.
            LOG.warn("{} cannot be written: when the machine goes down in this run, the next one will not know it", file, failure);
        }
        return new RunMark(file, cut);
    }

    private static Optional<Instant> cutRun(String mark) throws IOException {
        String[] words = mark.strip().split(" ");
        if (words[0].equals(bootId())) {
            return Optional.empty();
        }
        try {
            return Optional.of(words.length < 2 ? Instant.EPOCH : Instant.parse(words[1]));
        } catch (DateTimeException damaged) {
            // Then nothing is known of when it began.
            return Optional.of(Instant.EPOCH);
        }
    }

    /** Another one after each start of the machine. */
    public static String bootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    /** When the former run had begun, if the machine went down in the middle of it. */
    public Optional<Instant> cutRun() {
        return cutRun;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
