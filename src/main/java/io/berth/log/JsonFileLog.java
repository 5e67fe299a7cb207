package io.berth.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container's log in Docker's json-file format: {@code path}, and rotated files {@code path.1} (younger), {@code path.2} (older) ... */
public final class JsonFileLog {

    private JsonFileLog() {}

    /**
     * Opens a log for reading; a log that does not exist yet is empty.
     *
     * @param follow tells of growth; null when the query does not follow. Closed with the reader, or when this fails.
     */
    public static LogReader open(Path path, LogQuery query, @Nullable LogFollow follow) throws IOException {
        try {
            var reader = new Reader(path, query, openFiles(path), follow);
            if (query.tail() >= 0) {
                reader.skipToTail();
            }
            return reader;
        } catch (IOException | RuntimeException failure) {
            if (follow != null) {
                follow.close();
            }
            throw failure;
        }
    }

    /** The files of the log, oldest first. */
    private static List<FileChannel> openFiles(Path path) throws IOException {
        var files = new ArrayList<FileChannel>();
        for (int age = 0; ; age++) {
            var file = openIfPresent(age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age));
            if (file == null && age > 0) {
                return files;
            }
            if (file != null) {
                files.addFirst(file);
            }
        }
    }

    private static @Nullable FileChannel openIfPresent(Path path) throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException absent) {
            return null;
        }
    }

    /** Goes through the files; what is rotated while it reads stays open, so nothing is missed. */
    private static final class Reader implements LogReader {

        private final Path path;
        private final LogQuery query;
        private final ArrayDeque<LineScanner> files = new ArrayDeque<>();
        private final @Nullable LogFollow follow;
        private final ArrayDeque<LogEntry> tail = new ArrayDeque<>();
        private @Nullable Object currentKey;
        /** Read already, not handed out. */
        private @Nullable LogEntry ahead;
        private boolean over;

        Reader(Path path, LogQuery query, List<FileChannel> channels, @Nullable LogFollow follow) throws IOException {
            this.path = path;
            this.query = query;
            this.follow = follow;
            channels.forEach(channel -> files.add(new LineScanner(channel)));
            currentKey = fileKey();
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
            Object key = fileKey();
            if (key == null || key.equals(currentKey)) {
                return false;
            }
            var newer = new ArrayList<FileChannel>();
            for (int age = 0; ; age++) {
                var file = age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
                if (!Files.exists(file) || Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class).fileKey().equals(currentKey)) {
                    break;
                }
                newer.addFirst(FileChannel.open(file, StandardOpenOption.READ));
            }
            newer.forEach(channel -> files.add(new LineScanner(channel)));
            currentKey = key;
            return !newer.isEmpty();
        }

        private @Nullable Object fileKey() throws IOException {
            try {
                return Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
            } catch (NoSuchFileException absent) {
                return null;
            }
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
