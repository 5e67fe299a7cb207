package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.LaunchOp.LogRotation;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of the log drivers, refused in Docker's words. {@code json-file} and {@code local} are kept in the same format here; they differ
 * in what is kept when nothing is said, and in the units of {@code max-size}: powers of 1000 and of 1024.
 */
final class LogOptions {

    static final String NONE = "none";
    static final String JSON_FILE = "json-file";
    static final String LOCAL = "local";
    private static final Map<String, Set<String>> KNOWN = Map.of(JSON_FILE,
            Set.of("max-size", "max-file", "compress", "labels", "labels-regex", "env", "env-regex", "tag"), LOCAL, Set.of("max-size", "max-file", "compress"));
    private static final LogRotation LOCAL_STANDARD = new LogRotation(20L << 20, 5, true);
    private static final String NON_BLOCKING = "non-blocking";
    private static final long STANDARD_BUFFER = 1L << 20;
    /** Options of every driver. */
    private static final Set<String> COMMON = Set.of("mode", "max-buffer-size");
    private static final Set<String> BOOLEANS = Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");

    private LogOptions() {}

    /** @throws InvalidArgumentException an option is unknown or malformed, or does not go with the others */
    static void check(HostConfig host) {
        String driver = host.logConfig().type();
        if (driver.equals(NONE)) {
            return;
        }
        if (!KNOWN.containsKey(driver)) {
            throw new InvalidArgumentException("error looking up logging plugin " + driver + ": plugin \"" + driver + "\" not found")
                    .at("HostConfig.LogConfig.Type");
        }
        var options = host.logConfig().config();
        mode(options);
        for (String name : options.keySet()) {
            if (!COMMON.contains(name) && !KNOWN.get(driver).contains(name)) {
                throw new InvalidArgumentException("unknown log opt '" + name + "' for " + (driver.equals(LOCAL) ? "log-driver local" : "json-file log driver"));
            }
        }
        var rotation = rotation(host, new LogRotation(0, 1, false));
        if (rotation.compressed() && driver.equals(LOCAL) && rotation.maxFiles() < 2) {
            throw new InvalidArgumentException("compression cannot be enabled when max file count is 1");
        }
        if (rotation.compressed() && (rotation.maxFiles() < 2 || rotation.maxBytes() == 0)) {
            throw new InvalidArgumentException("compress cannot be true when max-file is less than 2 or max-size is not set");
        }
    }

    private static void mode(Map<String, String> options) {
        String mode = options.getOrDefault("mode", "");
        if (!Set.of("", "blocking", NON_BLOCKING).contains(mode)) {
            throw new InvalidArgumentException("logger: logging mode not supported: " + mode);
        }
        if (options.containsKey("max-buffer-size") && !mode.equals(NON_BLOCKING)) {
            throw new InvalidArgumentException("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
        }
        buffer(options);
    }

    /** How many bytes of output may wait for the disk; 0: the container waits until they are written. */
    static long buffer(HostConfig host) {
        return buffer(host.logConfig().config());
    }

    private static long buffer(Map<String, String> options) {
        if (!NON_BLOCKING.equals(options.get("mode"))) {
            return 0;
        }
        String size = options.get("max-buffer-size");
        // With 0, as with everything that is smaller than a line, a line is taken when none waits.
        return size == null ? STANDARD_BUFFER : Math.max(1, bytes("error parsing option max-buffer-size", size, 1024, 0));
    }

    /** What is kept of a container's output, and how; {@code otherwise} when nothing was said. */
    static LogRotation rotation(HostConfig host, LogRotation otherwise) {
        var options = host.logConfig().config();
        boolean local = host.logConfig().type().equals(LOCAL);
        var standard = local ? LOCAL_STANDARD : otherwise;
        String size = options.get("max-size");
        long bytes = size == null ? standard.maxBytes() : size.equals("-1") && !local ? 0 : bytes("invalid value for max-size", size, local ? 1024 : 1000, 1);
        return new LogRotation(bytes, files(options.get("max-file"), size == null || local ? standard.maxFiles() : 1),
                compress(options.get("compress"), local, standard.compressed()));
    }

    private static boolean compress(@Nullable String text, boolean local, boolean otherwise) {
        if (text != null && !BOOLEANS.contains(text)) {
            throw new InvalidArgumentException((local ? "error reading compress log option: " : "") + "strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
        }
        return text == null ? otherwise : text.equals("1") || text.toLowerCase(Locale.ROOT).startsWith("t");
    }

    private static int files(@Nullable String text, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        int files;
        try {
            files = Integer.parseInt(text);
        } catch (NumberFormatException malformed) {
            throw new InvalidArgumentException("invalid value for max-file: \"" + text + "\" is no number", malformed);
        }
        if (files < 1) {
            throw new InvalidArgumentException("max-file cannot be less than 1");
        }
        return files;
    }

    private static long bytes(String complaint, String text, int unit, int least) {
        long bytes;
        try {
            bytes = SizeText.bytes(text, unit);
        } catch (InvalidArgumentException malformed) {
            throw new InvalidArgumentException(complaint + ": " + malformed.getMessage(), malformed);
        }
        if (bytes < least) {
            throw new InvalidArgumentException(complaint + ": invalid size: '" + text + "'");
        }
        return bytes;
    }
}
