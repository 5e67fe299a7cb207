package io.berth.runtime;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a shim has written down of its container: {@code shim_protocol.h}, "Records". Numbers rise by one for the whole life of the container;
 * run 0 is the one that the engine has started, each further one was started by the shim.
 */
public sealed interface RunRecord {

    long number();

    Instant at();

    record Started(long number, Instant at, int pid, int run) implements RunRecord {}

    /** @param backOff until it is started again; null when it is not */
    record Exited(long number, Instant at, int code, boolean oomKilled, int run, @Nullable Duration backOff) implements RunRecord {}

    /** It could not be started again, and is not tried any more. */
    record Failed(long number, Instant at, int run, LaunchFailedException cause) implements RunRecord {}

    /** It was to be started again and was told not to. */
    record Cancelled(long number, Instant at) implements RunRecord {}

    /** How a probe came to its end: {@code PROBE_*} in its order. */
    enum ProbeEnd { ENDED, TIMED_OUT, NOT_STARTED }

    /** {@code HEALTH_*} in its order. */
    enum Health { STARTING, HEALTHY, UNHEALTHY }

    /**
     * A look at the container's health.
     *
     * @param at its begin
     * @param code exit code; -1 when it timed out or was not started
     * @param health after it
     * @param streak failures in a row
     * @param changed whether it has changed the health
     * @param output the first 4096 bytes, or why it was not started
     */
    record Probed(long number, Instant at, Instant end, int code, ProbeEnd reason, Health health, int streak, boolean changed, String output)
            implements RunRecord {}

    /** The record of a line; empty when it is none that can be read, as the last one after a crash may be. */
    static Optional<RunRecord> parse(String line) {
        var words = line.split(" ", 8);
        try {
            long number = Long.parseLong(words[0]);
            var at = ShimConnection.instant(Long.parseLong(words[2]));
            return Optional.ofNullable(switch (words[1]) {
                case "started" -> new Started(number, at, Integer.parseInt(words[3]), Integer.parseInt(words[4]));
                case "exited" -> new Exited(number, at, Integer.parseInt(words[3]), words[4].equals("1"), Integer.parseInt(words[5]),
                        words[6].equals("-") ? null : Duration.ofMillis(Long.parseLong(words[6])));
                case "failed" -> failed(number, at, line.split(" ", 7));
                case "cancelled" -> new Cancelled(number, at);
                case "probe" -> probed(number, at, line.split(" "));
                default -> null;
            });
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException torn) {
            return Optional.empty();
        }
    }

    private static Failed failed(long number, Instant at, String[] words) {
        return new Failed(number, at, Integer.parseInt(words[5]),
                new LaunchFailedException(Integer.parseInt(words[3]), Integer.parseInt(words[4]), words[6]));
    }

    private static Probed probed(long number, Instant at, String[] words) {
        var output = words[9].equals("-") ? "" : new String(HexFormat.of().parseHex(words[9]), StandardCharsets.UTF_8);
        return new Probed(number, at, ShimConnection.instant(Long.parseLong(words[3])), Integer.parseInt(words[4]),
                ProbeEnd.values()[Integer.parseInt(words[5])], Health.values()[Integer.parseInt(words[6])], Integer.parseInt(words[7]),
                words[8].equals("1"), output);
    }
}
