package io.berth.log;

import io.berth.error.InvalidArgumentException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which lines are wanted, and what is looked for in them.
 *
 * @param since first instant that counts, null for no bound
 * @param until last instant that counts, null for no bound
 * @param search null: nothing is looked for, and all lines are wanted
 */
public record LogSelection(@Nullable Instant since, @Nullable Instant until, @Nullable LogSearch search, Show show) {

    /** Which lines a search leaves. */
    public enum Show {
        /** All; what was found is marked. */
        ALL,
        /** Those in which it was found. */
        MATCHING,
        /** Those in which it was not. */
        OTHERS;

        /** As it is named in requests, in small letters; empty for all. */
        public static Show of(String text) {
            return switch (text) {
                case "", "all" -> ALL;
                case "matching" -> MATCHING;
                case "others" -> OTHERS;
                default -> throw new InvalidArgumentException("show: \"" + text + "\" is not one of all, matching and others");
            };
        }
    }

    public static LogSelection all() {
        return new LogSelection(null, null, null, Show.ALL);
    }

    /** The line with what was found in it; null when it is not wanted. */
    public @Nullable LogLine take(LogLine line) {
        if (search == null) {
            return line;
        }
        List<LogSearch.Hit> hits = search.find(LogSearch.withoutColours(line.text()));
        return switch (show) {
            case ALL -> line.with(hits);
            case MATCHING -> hits.isEmpty() ? null : line.with(hits);
            case OTHERS -> hits.isEmpty() ? line : null;
        };
    }

    boolean isTooOld(Instant time) {
        return since != null && time.isBefore(since);
    }

    boolean isTooYoung(Instant time) {
        return until != null && time.isAfter(until);
    }
}
