package io.berth.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines that end in one stretch of a file.
 *
 * @param first entry in it; null when there is none
 * @param last entry in it; null when there is none
 * @param rest what has begun in it, or before, and has no end
 */
record LogChunk(List<LogLine> lines, @Nullable LogPosition first, @Nullable LogPosition last, List<LogLine> rest) {

    private static final long LOOK_BACK = 64 << 10;
    private static final long MOST_LOOK_BACK = 4 << 20;

    /** Reads what ends from {@code start} up to and without {@code end}; null when the file is gone. */
    static @Nullable LogChunk read(LogFiles names, long file, long start, long end) throws IOException {
        for (long lookBack = LOOK_BACK;; lookBack *= 4) {
            var reading = new Reading(start);
            long from = Math.max(start - lookBack, 0);
            var before = from > 0 ? null : names.numbersAfter(0).lower(file);
            if (before != null) {
                long length = Math.max(names.length(before), 0);
                reading.take(names, before, Math.max(length - lookBack, 0), length, false);
            }
            if (!reading.take(names, file, from, end, true)) {
                return null;
            }
            if (!reading.unsure || from == 0 && before == null || lookBack >= MOST_LOOK_BACK) {
                return new LogChunk(reading.lines, reading.first, reading.last, reading.assembler.rest());
            }
        }
    }

    private static final class Reading {

        private final long start;
        private final LineAssembler assembler = new LineAssembler();
        private final List<LogLine> lines = new ArrayList<>();
        private final Map<StreamKind, LogPosition> seen = new EnumMap<>(StreamKind.class);
        private @Nullable LogPosition first;
        private @Nullable LogPosition last;
        /** A line of several pieces may have begun before all that was read. */
        private boolean unsure;

        Reading(long start) {
            this.start = start;
        }

        boolean take(LogFiles names, long file, long from, long end, boolean wanted) throws IOException {
            var content = names.openAny(file);
            if (content == null) {
                return false;
            }
            try (var scanner = LineScanner.from(content, file, from)) {
                for (var entry = scanner.next(); entry != null && entry.at().offset() < end; entry = scanner.next()) {
                    take(entry, wanted && entry.at().offset() >= start);
                }
            }
            return true;
        }

        private void take(LogEntry entry, boolean wanted) {
            seen.putIfAbsent(entry.stream(), entry.at());
            var line = assembler.add(entry);
            if (!wanted) {
                return;
            }
            first = first == null ? entry.at() : first;
            last = entry.at();
            if (line != null) {
                lines.add(line);
                unsure |= !line.from().equals(line.at()) && line.from().equals(seen.get(entry.stream()));
            }
        }
    }
}
