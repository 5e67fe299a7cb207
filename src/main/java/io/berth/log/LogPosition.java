package io.berth.log;

import io.berth.error.InvalidArgumentException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A place in a log, by which a line is found again: {@code <seconds>.<nanoseconds>-<file>-<offset>}. The time tells whether what is at the
 * offset is what was there, since a file may be gone; a position whose file is 0 is known by its time alone.
 *
 * @param time of the entry there
 * @param file number of its file, as {@link LogFiles} counts them
 * @param offset bytes before it in that file, as it is when it is not compressed
 */
public record LogPosition(Instant time, long file, long offset) implements Comparable<LogPosition> {

    /** Before all that was ever written. */
    public static final LogPosition BEGIN = new LogPosition(Instant.EPOCH, 0, 0);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})\\.([0-9]{9})-([0-9]{1,18})-([0-9]{1,18})");
    private static final Comparator<LogPosition> IN_ORDER = Comparator.comparingLong(LogPosition::file).thenComparingLong(LogPosition::offset);

    /** Before the first entry that is not older. */
    public static LogPosition at(Instant time) {
        return new LogPosition(time, 0, 0);
    }

    /**
     * Reads what {@link #toString} has written.
     *
     * @param field what an error names
     */
    public static LogPosition parse(String field, String text) {
        var match = TEXT.matcher(text);
        if (!match.matches()) {
            throw new InvalidArgumentException(field + ": \"" + text + "\" is no position in a log");
        }
        try {
            return new LogPosition(Instant.ofEpochSecond(Long.parseLong(match.group(1)), Long.parseLong(match.group(2))),
                    Long.parseLong(match.group(3)), Long.parseLong(match.group(4)));
        } catch (DateTimeException beyond) {
            throw new InvalidArgumentException(field + ": \"" + text + "\" is no position in a log", beyond);
        }
    }

    /** By place; the times of two streams, or of two clocks, may be otherwise. */
    @Override
    public int compareTo(LogPosition other) {
        return IN_ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%d.%09d-%d-%d".formatted(time.getEpochSecond(), time.getNano(), file, offset);
    }
}
