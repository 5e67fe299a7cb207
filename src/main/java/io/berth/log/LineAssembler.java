package io.berth.log;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts lines together of entries, each stream's for itself; of each it keeps what is at the beginning. For one thread. */
final class LineAssembler {

    /** Bytes of a line that are kept. */
    static final int KEPT = 1 << 20;
    /** Where a shim cuts a line that goes on ({@code LINE_BYTES} of shim.h): a shorter piece without newline is the last of its run. */
    private static final int PIECE = 16 << 10;

    private final Map<StreamKind, Open> open = new EnumMap<>(StreamKind.class);

    /** A line of which there is a part. */
    private static final class Open {

        private final LogPosition from;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private LogPosition last;
        private long bytes;

        Open(LogPosition from) {
            this.from = from;
            this.last = from;
        }

        void add(LogEntry entry, int length) {
            kept.write(entry.data(), 0, Math.min(length, KEPT - kept.size()));
            bytes += length;
            last = entry.at();
        }

        LogLine line(StreamKind stream) {
            return new LogLine(last, from, stream, kept.toByteArray(), bytes, List.of(), false);
        }
    }

    /** Whether a line goes on after this piece of it. */
    static boolean goesOn(LogEntry entry) {
        return !entry.endsLine() && entry.data().length >= PIECE;
    }

    /** The line that ends with this entry; null when it goes on. */
    @Nullable LogLine add(LogEntry entry) {
        var begun = open.computeIfAbsent(entry.stream(), stream -> new Open(entry.at()));
        begun.add(entry, entry.data().length - (entry.endsLine() ? 1 : 0));
        if (goesOn(entry)) {
            return null;
        }
        open.remove(entry.stream());
        return begun.line(entry.stream());
    }

    /** What there is of lines that have not ended, when nothing more will be written. */
    List<LogLine> rest() {
        var rest = new ArrayList<LogLine>();
        open.forEach((stream, begun) -> rest.add(begun.line(stream)));
        open.clear();
        return rest;
    }
}
