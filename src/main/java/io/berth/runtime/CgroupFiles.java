package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The small files by which the kernel is told of and tells about cgroups. What it does not offer reads as null. */
public final class CgroupFiles {

    private CgroupFiles() {}

    static void write(Path file, String value) {
        write(file, List.of(value));
    }

    /** Writes one after the other: the kernel takes each write for a line of its own. */
    static void write(Path file, List<String> values) {
        var current = String.join(", ", values);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (var value : values) {
                current = value;
                channel.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (NoSuchFileException missing) {
            throw new InvalidArgumentException("this kernel does not offer the limit " + file.getFileName(), missing);
        } catch (FileSystemException refused) {
            throw new InvalidArgumentException("the kernel refused " + current + " for " + file.getFileName() + ": " + refused.getReason(), refused);
        } catch (IOException refused) {
            throw new InvalidArgumentException("the kernel refused " + current + " for " + file.getFileName() + ": " + refused.getMessage(), refused);
        }
    }

    /** What is in a file. */
    public static @Nullable String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException notOffered) {
            // Missing (ENOENT), not for this device (EOPNOTSUPP), or the cgroup went a moment ago (ENODEV): all mean "no value".
            return null;
        }
    }

    /** The only number of a file. */
    public static @Nullable Long number(Path file) {
        String text = read(file);
        return text == null ? null : parse(text.strip());
    }

    /** {@code max}, or a number so large that it stands for it, is no limit: null. */
    public static @Nullable Long limit(Path file) {
        Long value = number(file);
        return value == null || value >= Long.MAX_VALUE / 4096 * 4096 - (1L << 20) ? null : value;
    }

    /** {@code name value} lines. */
    public static Map<String, Long> table(Path file) {
        String text = read(file);
        var values = new LinkedHashMap<String, Long>();
        if (text != null) {
            for (String line : text.split("\n")) {
                int space = line.indexOf(' ');
                Long value = space < 0 ? null : parse(line.substring(space + 1).strip());
                if (value != null) {
                    values.put(line.substring(0, space), value);
                }
            }
        }
        return values;
    }

    private static @Nullable Long parse(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '-')) {
            return null;
        }
        return text.length() > 18 ? Long.valueOf(Long.MAX_VALUE) : Long.valueOf(text);
    }

    static void makeFolder(Path folder) {
        try {
            Files.createDirectory(folder);
        } catch (NoSuchFileException orphan) {
            makeFolder(folder.getParent());
            makeFolder(folder);
        } catch (FileAlreadyExistsException there) {
            // As well.
        } catch (IOException failure) {
            throw FileFailure.of("create cgroup " + folder, failure);
        }
    }
}
