package io.berth.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are wanted.
 *
 * @param since first instant that counts, null for no bound
 * @param until last instant that counts, null for no bound
 * @param tail how many lines from the end, of the selected streams and instants; {@link #ALL} for all
 * @param follow goes on with what is written later
 */
public record LogQuery(boolean stdout, boolean stderr, @Nullable Instant since, @Nullable Instant until, int tail, boolean follow) {

    public static final int ALL = -1;

    boolean selects(LogEntry entry) {
        return (entry.stream() == StreamKind.STDOUT ? stdout : stderr)
                && (since == null || !entry.time().isBefore(since))
                && (until == null || !entry.time().isAfter(until));
    }
}
