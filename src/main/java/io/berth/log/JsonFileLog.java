package io.berth.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A container's log in Docker's json-file format, in the files that {@link LogFiles} names. */
public final class JsonFileLog {

    private JsonFileLog() {}

    /**
     * Opens a log for reading; a log that does not exist yet is empty.
     *
     * @param follow tells of growth; null when the query does not follow. Closed with the reader, or when this fails.
     */
    public static LogReader open(Path path, LogQuery query, @Nullable LogFollow follow) throws IOException {
        return open(new Reader(new LogFiles(path), query, follow, 0, 0), query);
    }

    /**
     * Opens a log at {@code offset} in the file {@code number}, which may be in the middle of an entry: the next one is the first. Where that
     * file is gone it begins with the oldest that is there.
     *
     * @param follow as for {@link #open(Path, LogQuery, LogFollow)}
     */
    static LogReader open(Path path, LogQuery query, @Nullable LogFollow follow, long number, long offset) throws IOException {
        return open(new Reader(new LogFiles(path), query, follow, number, offset), query);
    }

    private static LogReader open(Reader reader, LogQuery query) throws IOException {
        try {
            reader.openNewer();
            if (query.tail() >= 0) {
                reader.skipToTail();
            }
            return reader;
        } catch (IOException | RuntimeException failure) {
            reader.close();
            throw failure;
        }
    }

    /** Goes through the files; what is rotated while it reads stays open, so nothing is missed. */
    private static final class Reader implements LogReader {

        private final LogFiles names;
        private final LogQuery query;
        private final ArrayDeque<LineScanner> files = new ArrayDeque<>();
        private final @Nullable LogFollow follow;
        private final long firstNumber;
        private final long firstOffset;
        private final ArrayDeque<LogEntry> tail = new ArrayDeque<>();
        /** Of the last rotated file that was opened. */
        private long number;
        /** Of the file that is written, which is the last in {@code files}; null when it was not there. */
        private @Nullable Object currentKey;
        /** Read already, not handed out. */
        private @Nullable LogEntry ahead;
        private boolean over;

        Reader(LogFiles names, LogQuery query, @Nullable LogFollow follow, long firstNumber, long firstOffset) {
            this.names = names;
            this.query = query;
            this.follow = follow;
            this.firstNumber = firstNumber;
            this.firstOffset = firstOffset;
            this.number = Math.max(firstNumber - 1, 0);
        }

        private LineScanner scanner(InputStream content, long of) throws IOException {
            return of == firstNumber ? LineScanner.from(content, of, firstOffset) : new LineScanner(content, of);
        }

        /** Keeps the last lines only; what comes later is read as it comes. */
        void skipToTail() throws IOException {
            int lines = 0;
            for (var entry = nextWritten(); entry != null; entry = nextWritten()) {
                if (!query.selects(entry)) {
                    continue;
                }
                tail.add(entry);
                lines += entry.endsLine() ? 1 : 0;
                while (lines > query.tail() || (query.tail() == 0 && !tail.isEmpty())) {
                    lines -= tail.removeFirst().endsLine() ? 1 : 0;
                }
            }
        }

        @Override
        public boolean hasMoreNow() throws IOException {
            if (!tail.isEmpty() || ahead != null) {
                return true;
            }
            ahead = nextWritten();
            return ahead != null;
        }

        @Override
        public @Nullable LogEntry next() throws IOException {
            if (!tail.isEmpty()) {
                return tail.removeFirst();
            }
            while (true) {
                var entry = ahead == null ? nextWritten() : ahead;
                ahead = null;
                if (entry == null) {
                    if (over || follow == null) {
                        return null;
                    }
                    over = !follow.awaitGrowth();
                } else if (query.until() != null && entry.time().isAfter(query.until())) {
                    return null;
                } else if (query.selects(entry)) {
                    return entry;
                }
            }
        }

        /** The next entry that is in a file; null when there is none yet. */
        private @Nullable LogEntry nextWritten() throws IOException {
            while (true) {
                var current = files.peekFirst();
                var entry = current == null ? null : current.next();
                if (entry != null) {
                    return entry;
                }
                if (files.size() > 1) {
                    files.removeFirst().close();
                } else if (!addRotated()) {
                    return null;
                }
            }
        }

        /** Whether the log was begun anew since the last file was opened: its successors are then opened, oldest first. */
        private boolean addRotated() throws IOException {
            Object key = names.currentKey();
            if (key == null || key.equals(currentKey)) {
                return false;
            }
            if (currentKey != null) {
                passCurrent(currentKey);
            }
            openNewer();
            return true;
        }

        /**
         * What was written is open, and has a number now unless it is gone: the next one; or another, known by its key, where rotated files
         * are not kept.
         */
        private void passCurrent(Object opened) throws IOException {
            var newer = names.numbersAfter(number).iterator();
            if (newer.hasNext()) {
                long first = newer.next();
                number = first == number + 1 || opened.equals(names.key(first)) ? first : number;
            }
        }

        /** Opens what is newer than the last rotated file that was opened, and the file that is written. */
        void openNewer() throws IOException {
            while (true) {
                openRotated();
                var current = names.openCurrent();
                // Rotated since: what was opened has a number, or is not the next one.
                boolean isNext = names.numbersAfter(number).isEmpty();
                if (isNext) {
                    currentKey = current == null ? null : current.key();
                }
                if (isNext && current != null) {
                    files.add(scanner(current.content(), number + 1));
                } else if (current != null) {
                    current.content().close();
                }
                if (isNext) {
                    return;
                }
            }
        }

        /** From the youngest on, since they are removed from the oldest on: what is found has no gap. */
        private void openRotated() throws IOException {
            var found = new ArrayDeque<LineScanner>();
            var newer = names.numbersAfter(number);
            try {
                for (long candidate : newer.descendingSet()) {
                    var content = names.open(candidate);
                    if (content == null) {
                        break;
                    }
                    found.addFirst(scanner(content, candidate));
                }
            } finally {
                files.addAll(found);
            }
            number = newer.isEmpty() ? number : newer.last();
        }

        @Override
        public void close() {
            if (follow != null) {
                follow.close();
            }
            files.forEach(LineScanner::close);
        }
    }
}
