package io.berth.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
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
