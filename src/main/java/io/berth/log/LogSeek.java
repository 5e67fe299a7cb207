package io.berth.log;

import java.io.IOException;
import java.time.Instant;

/** Finds places in a log by time, without reading all of it. Where the clock was put back, what it finds is near it. */
final class LogSeek {

    private static final int NEAR = 64 << 10;

    private final LogFiles names;

    LogSeek(LogFiles names) {
        this.names = names;
    }

    /** Where the first entry is, or will be, that is not older than {@code time}. */
    LogPosition first(Instant time) throws IOException {
        long current = names.currentNumber();
        var numbers = names.numbersAfter(0);
        numbers.add(current);
        for (long number : numbers.descendingSet()) {
            if (beginsBefore(number, time)) {
                return within(number, time, current);
            }
        }
        return new LogPosition(time, numbers.first(), 0);
    }

    private boolean beginsBefore(long number, Instant time) throws IOException {
        var content = names.openAny(number);
        if (content == null) {
            return false;
        }
        try (var scanner = new LineScanner(content, number)) {
            var first = scanner.next();
            return first != null && first.time().isBefore(time);
        }
    }

    private LogPosition within(long number, Instant time, long current) throws IOException {
        long low = names.isCompressed(number) ? 0 : near(number, time);
        var content = names.openAny(number);
        if (content == null) {
            return new LogPosition(time, number + 1, 0);
        }
        try (var scanner = LineScanner.from(content, number, low)) {
            long end = low;
            for (var entry = scanner.next(); entry != null; entry = scanner.next()) {
                if (!entry.time().isBefore(time)) {
                    return entry.at();
                }
                end = scanner.offset();
            }
            return number < current ? new LogPosition(time, number + 1, 0) : new LogPosition(time, number, end);
        }
    }

    /** An offset from which on it is not far: by halves. */
    private long near(long number, Instant time) throws IOException {
        long low = 0;
        long high = Math.max(names.length(number), 0);
        while (high - low > NEAR) {
            long middle = low + (high - low) / 2;
            var content = names.openAny(number);
            if (content == null) {
                return low;
            }
            try (var scanner = LineScanner.from(content, number, middle)) {
                var entry = scanner.next();
                if (entry != null && entry.time().isBefore(time)) {
                    low = entry.at().offset();
                } else {
                    high = middle;
                }
            }
        }
        return low;
    }
}
