package io.berth.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of one log's files, which a shim may change at any time: {@code path} is written; {@code path.1}, {@code path.2} ... were, the
 * younger the higher. A number stays with its content, compressed ({@code path.1.gz}) or not. Source: src/main/c/shim/logfile.c.
 */
final class LogFiles {

    private static final Pattern ROTATED = Pattern.compile("\\.([0-9]{1,18})(\\.gz)?");

    private final Path path;

    LogFiles(Path path) {
        this.path = path;
    }

    /** The file that is written; {@code key} tells it from others as long as it is open. */
    record Current(InputStream content, Object key) {}

    /** The numbers above {@code after} of files that were rotated, rising. */
    NavigableSet<Long> numbersAfter(long after) throws IOException {
        String name = path.getFileName().toString();
        var numbers = new TreeSet<Long>();
        try (var files = Files.newDirectoryStream(path.getParent())) {
            for (var file : files) {
                String other = file.getFileName().toString();
                var match = other.startsWith(name) ? ROTATED.matcher(other.substring(name.length())) : null;
                if (match != null && match.matches() && Long.parseLong(match.group(1)) > after) {
                    numbers.add(Long.parseLong(match.group(1)));
                }
            }
        } catch (NoSuchFileException absent) {
            return numbers;
        }
        return numbers;
    }

    /** All files of it that are there, in no order. */
    List<Path> all() throws IOException {
        String name = path.getFileName().toString();
        try (var files = Files.list(path.getParent())) {
            return files.filter(file -> {
                String other = file.getFileName().toString();
                return other.equals(name) || other.startsWith(name) && ROTATED.matcher(other.substring(name.length())).matches();
            }).toList();
        }
    }

    /** What was rotated as {@code number}; null when it is gone. While it is there twice, compressed and not, it is whole in both. */
    @Nullable InputStream open(long number) throws IOException {
        var plain = openIfPresent(rotated(number, ""));
        if (plain != null) {
            return plain;
        }
        var compressed = rotated(number, ".gz");
        var content = openIfPresent(compressed);
        return content == null ? null : new CompressedFile(compressed, content);
    }

    /** The number that the file that is written has, or will have when it is rotated. */
    long currentNumber() throws IOException {
        var rotated = numbersAfter(0);
        return rotated.isEmpty() ? 1 : rotated.last() + 1;
    }

    /** What has this number, whether it was rotated or is written; null when it is gone. */
    @Nullable InputStream openAny(long number) throws IOException {
        while (true) {
            var rotated = open(number);
            long current = currentNumber();
            if (rotated != null || current < number) {
                return rotated;
            }
            if (current > number) {
                // Rotated since it was asked for, or gone.
                return open(number);
            }
            var written = openCurrent();
            if (written == null || currentNumber() == number) {
                return written == null ? null : written.content();
            }
            written.content().close();
        }
    }

    /** Bytes of what {@link #openAny} gives; -1 when it is gone. Where that is compressed it is unpacked for it. */
    long length(long number) throws IOException {
        try {
            return Files.size(number == currentNumber() ? path : rotated(number, ""));
        } catch (NoSuchFileException absent) {
            return unpackedLength(number);
        }
    }

    private long unpackedLength(long number) throws IOException {
        try (var content = openAny(number)) {
            return content == null ? -1 : content.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** Whether reading at some place of it costs as much as reading all before that. */
    boolean isCompressed(long number) {
        return !Files.exists(rotated(number, "")) && Files.exists(rotated(number, ".gz"));
    }

    /** Whether what was there still is. */
    boolean holds(LogPosition position) throws IOException {
        var content = position.file() == 0 ? null : openAny(position.file());
        if (content == null) {
            return false;
        }
        try (var scanner = LineScanner.from(content, position.file(), position.offset())) {
            var there = scanner.next();
            return there != null && there.at().equals(position);
        }
    }

    /** Null when there is none: nothing was written yet, or it is being rotated. */
    @Nullable Current openCurrent() throws IOException {
        while (true) {
            Object key = currentKey();
            var content = openIfPresent(path);
            if (content == null) {
                return null;
            }
            if (key != null && key.equals(currentKey())) {
                return new Current(content, key);
            }
            content.close();
        }
    }

    @Nullable Object currentKey() throws IOException {
        return key(path);
    }

    /** Of a file that is not compressed; null when it is, or gone. */
    @Nullable Object key(long number) throws IOException {
        return key(rotated(number, ""));
    }

    private Path rotated(long number, String end) {
        return path.resolveSibling(path.getFileName() + "." + number + end);
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException absent) {
            return null;
        }
    }

    private static @Nullable InputStream openIfPresent(Path file) throws IOException {
        try {
            return Channels.newInputStream(FileChannel.open(file, StandardOpenOption.READ));
        } catch (NoSuchFileException absent) {
            return null;
        }
    }
}
