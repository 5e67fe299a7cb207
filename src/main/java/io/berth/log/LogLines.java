package io.berth.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Goes through the lines of a log in the order in which they ended. For one thread; {@link #close} may come from another and ends a wait. */
public final class LogLines implements AutoCloseable {

    /** What is read before the place where it begins: the line that goes on there may have begun in it. */
    private static final int LOOK_BACK = 256 << 10;

    private final LogReader reader;
    private final LogSelection selection;
    private final LineAssembler assembler = new LineAssembler();
    /** Lines that end before it, or there unless it is included, are not wanted; null for no bound. */
    private final @Nullable LogPosition bound;
    private final boolean included;
    private final boolean ended;
    private LogPosition position;
    private boolean gap;

    private LogLines(LogReader reader, LogSelection selection, Start start, boolean ended) {
        this.reader = reader;
        this.selection = selection;
        this.bound = start.bound;
        this.included = start.included;
        this.gap = start.gap;
        this.position = start.position;
        this.ended = ended;
    }

    private record Start(LogPosition position, @Nullable LogPosition bound, boolean included, boolean gap) {}

    /**
     * Opens a log at a place. When that is gone from the disk it begins with the first line that is not older, and says so.
     *
     * @param included whether the line that ends there is wanted, too
     * @param follow tells of growth; null to end where the log does. Closed with this, or when this fails
     * @param ended nothing more will be written: what has no end is a line, too
     */
    public static LogLines open(Path path, LogPosition from, boolean included, LogSelection selection, @Nullable LogFollow follow, boolean ended)
            throws IOException {
        var query = new LogQuery(true, true, null, null, LogQuery.ALL, follow != null);
        try {
            var names = new LogFiles(path);
            var begin = selection.isTooOld(from.time()) && selection.since() != null ? LogPosition.at(selection.since()) : from;
            if (begin.equals(LogPosition.BEGIN)) {
                return new LogLines(JsonFileLog.open(path, query, follow), selection, new Start(begin, null, true, false), ended);
            }
            if (names.holds(begin)) {
                var before = begin.offset() >= LOOK_BACK ? null : names.numbersAfter(0).lower(begin.file());
                var reader = before == null ? JsonFileLog.open(path, query, follow, begin.file(), Math.max(begin.offset() - LOOK_BACK, 0))
                        : JsonFileLog.open(path, query, follow, before, Math.max(names.length(before) - LOOK_BACK, 0));
                return new LogLines(reader, selection, new Start(begin, begin, included, false), ended);
            }
            var found = new LogSeek(names).first(begin.time());
            var reader = JsonFileLog.open(path, query, follow, found.file(), found.offset());
            return new LogLines(reader, selection, new Start(begin, null, true, begin.file() != 0), ended);
        } catch (IOException | RuntimeException failure) {
            if (follow != null) {
                follow.close();
            }
            throw failure;
        }
    }

    /** Goes through what {@code reader} gives, which is closed with this. */
    public static LogLines of(LogReader reader, LogSelection selection) {
        return new LogLines(reader, selection, new Start(LogPosition.BEGIN, null, true, false), true);
    }

    /**
     * Takes the next entry, for which it may have to wait, and hands on the lines that have ended with it.
     *
     * @return false at the end
     */
    public boolean step(Consumer<LogLine> sink) throws IOException {
        var entry = reader.next();
        if (entry == null || selection.isTooYoung(entry.time())) {
            if (entry == null && ended) {
                assembler.rest().forEach(line -> pass(line, sink));
            }
            return false;
        }
        if (bound == null || entry.at().compareTo(bound) >= 0) {
            gap |= position.file() > 0 && entry.at().file() > position.file() + 1;
            position = entry.at();
        }
        var line = assembler.add(entry);
        if (line != null) {
            pass(line, sink);
        }
        return true;
    }

    private void pass(LogLine line, Consumer<LogLine> sink) {
        int place = bound == null ? 1 : line.at().compareTo(bound);
        if (place < 0 || place == 0 && !included || selection.isTooOld(line.from().time())) {
            return;
        }
        var taken = selection.take(line);
        if (taken != null) {
            sink.accept(gap ? taken.afterAGap() : taken);
            gap = false;
        }
    }

    /** Whether there is an entry without waiting. */
    public boolean hasMoreNow() throws IOException {
        return reader.hasMoreNow();
    }

    /** Up to where it was read: going on after this misses nothing. */
    public LogPosition position() {
        return position;
    }

    @Override
    public void close() {
        reader.close();
    }
}
