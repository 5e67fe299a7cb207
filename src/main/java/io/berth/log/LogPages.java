package io.berth.log;

import io.berth.error.NotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log in pages: from any place back and forth, without reading more of its files than the page takes. Immutable, safe for use by many
 * threads.
 */
public final class LogPages {

    /** How long a page may take: a search that finds little goes on with the next one. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final long CHUNK = 256 << 10;
    /** Of a compressed file all that is before it is unpacked for each chunk. */
    private static final long COMPRESSED_CHUNK = 4 << 20;
    private static final long MOST_BYTES = 4 << 20;

    private final Path path;
    private final LogFiles names;
    private final boolean ended;

    /** @param ended nothing more will be written: what has no end is a line, too */
    public LogPages(Path path, boolean ended) {
        this.path = path;
        this.names = new LogFiles(path);
        this.ended = ended;
    }

    /** The last lines before {@code end}, which is not included; before the end of the log when that is null. */
    public LogPage before(@Nullable LogPosition end, LogSelection selection, int limit) throws IOException {
        return new Backwards(selection, limit).read(end);
    }

    /** The first lines after {@code start}. @param included with the line that ends there */
    public LogPage after(LogPosition start, boolean included, LogSelection selection, int limit) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        var found = new ArrayList<LogLine>();
        try (var lines = LogLines.open(path, start, included, selection, null, ended)) {
            boolean more = true;
            long bytes = 0;
            while (more && found.size() < limit && bytes < MOST_BYTES && System.nanoTime() - until < 0) {
                int before = found.size();
                more = lines.step(found::add);
                bytes += found.size() > before ? found.getLast().data().length : 0;
            }
            return new LogPage(found, null, lines.position(), !more);
        }
    }

    /**
     * Writes all that was selected, each line with its newline.
     *
     * @param timestamps each after its time and a space
     */
    public void copy(LogSelection selection, boolean timestamps, OutputStream out) throws IOException {
        try (var lines = LogLines.open(path, LogPosition.BEGIN, true, selection, null, ended)) {
            var ready = new ArrayList<LogLine>();
            boolean more = true;
            while (more) {
                more = lines.step(ready::add);
                for (var line : ready) {
                    if (timestamps) {
                        out.write((line.from().time() + " ").getBytes(StandardCharsets.US_ASCII));
                    }
                    if (line.isCut()) {
                        copyLine(line.from(), out);
                    } else {
                        out.write(line.data());
                    }
                    out.write('\n');
                }
                ready.clear();
            }
        }
    }

    /**
     * Writes the exact bytes of a line, however long it is, without its newline.
     *
     * @param from where its first piece is
     * @throws NotFoundException it is not there any more; nothing was written then
     */
    public void copyLine(LogPosition from, OutputStream out) throws IOException {
        if (!names.holds(from)) {
            throw new NotFoundException("the log has no line at " + from + " any more");
        }
        var query = new LogQuery(true, true, null, null, LogQuery.ALL, false);
        try (var reader = JsonFileLog.open(path, query, null, from.file(), from.offset())) {
            var first = reader.next();
            for (var entry = first; entry != null && first != null; entry = reader.next()) {
                if (entry.stream() == first.stream()) {
                    out.write(entry.data(), 0, entry.data().length - (entry.endsLine() ? 1 : 0));
                    if (!LineAssembler.goesOn(entry)) {
                        return;
                    }
                }
            }
        }
    }

    /** Goes back from an end, chunk by chunk. */
    private final class Backwards {

        private final LogSelection selection;
        private final int limit;
        private final Deque<LogLine> found = new ArrayDeque<>();
        private final long deadline = System.nanoTime() + PATIENCE.toNanos();
        private long bytes;
        private @Nullable LogPosition older;
        private @Nullable LogPosition newest;
        /** The page has what it needs, or the log has no more. */
        private boolean done;

        Backwards(LogSelection selection, int limit) {
            this.selection = selection;
            this.limit = limit;
        }

        LogPage read(@Nullable LogPosition end) throws IOException {
            boolean toTheEnd = end == null && selection.until() == null;
            var place = begin(end);
            while (!done) {
                if (place.offset() <= 0) {
                    var lower = names.numbersAfter(0).lower(place.file());
                    if (lower == null) {
                        break;
                    }
                    place = new LogPosition(place.time(), lower, Math.max(names.length(lower), 0));
                    continue;
                }
                long size = names.isCompressed(place.file()) ? COMPRESSED_CHUNK : CHUNK;
                var chunk = LogChunk.read(names, place.file(), Math.max(place.offset() - size, 0), place.offset());
                if (chunk == null) {
                    break;
                }
                take(chunk, toTheEnd && newest == null);
                place = new LogPosition(place.time(), place.file(), Math.max(place.offset() - size, 0));
            }
            if (!done) {
                older = null;
            }
            var newer = newest != null ? newest : end != null ? end : LogPosition.BEGIN;
            return new LogPage(List.copyOf(found), older, newer, toTheEnd);
        }

        private LogPosition begin(@Nullable LogPosition end) throws IOException {
            if (selection.until() != null && (end == null || selection.isTooYoung(end.time()))) {
                return new LogSeek(names).first(selection.until().plusNanos(1));
            }
            if (end == null) {
                long current = names.currentNumber();
                return new LogPosition(LogPosition.BEGIN.time(), current, Math.max(names.length(current), 0));
            }
            return names.holds(end) ? end : new LogSeek(names).first(end.time());
        }

        private void take(LogChunk chunk, boolean isLast) {
            if (chunk.last() == null || chunk.first() == null) {
                return;
            }
            newest = newest == null ? chunk.last() : newest;
            var lines = new ArrayList<>(chunk.lines());
            if (isLast && ended) {
                lines.addAll(chunk.rest());
            }
            for (var line : lines.reversed()) {
                if (selection.isTooOld(line.from().time())) {
                    older = null;
                    done = true;
                    return;
                }
                add(line);
                done |= System.nanoTime() - deadline >= 0;
                if (done) {
                    older = line.at();
                    return;
                }
            }
            older = chunk.first();
        }

        private void add(LogLine line) {
            var taken = selection.take(line);
            if (taken != null) {
                found.addFirst(taken);
                bytes += taken.data().length;
                done = found.size() >= limit || bytes >= MOST_BYTES;
            }
        }
    }
}
