package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
    /** Options of every driver. */
    private static final Set<String> COMMON = Set.of("mode", "max-buffer-size");
    private static final Set<String> BOOLEANS = Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kmgt]?)i?b?");

    private LogOptions() {}

    /** How much is kept; 0 bytes is all. */
    record Kept(long bytes, int files) {}

    /** What is not as asked. */
    static List<String> check(HostConfig host) {
        String driver = host.logConfig().type();
        if (driver.equals(NONE)) {
            return List.of();
        }
        if (!KNOWN.containsKey(driver)) {
            throw new InvalidArgumentException("error looking up logging plugin " + driver + ": plugin \"" + driver + "\" not found");
        }
        var options = host.logConfig().config();
        mode(options);
        for (String name : options.keySet()) {
            if (!COMMON.contains(name) && !KNOWN.get(driver).contains(name)) {
                throw new InvalidArgumentException("unknown log opt '" + name + "' for " + (driver.equals(LOCAL) ? "log-driver local" : "json-file log driver"));
            }
        }
        var kept = kept(host, new Kept(0, 1));
        var warnings = new ArrayList<String>();
        if (compress(options)) {
            if (driver.equals(JSON_FILE) && (kept.files() < 2 || kept.bytes() == 0)) {
                throw new InvalidArgumentException("compress cannot be true when max-file is less than 2 or max-size is not set");
            }
            warnings.add("Log files that are full are kept as they are: compression discarded.");
        }
        if ("non-blocking".equals(options.get("mode"))) {
            warnings.add("Logs are written to this host's disk without a buffer: mode non-blocking discarded.");
        }
        return warnings;
    }

    private static void mode(Map<String, String> options) {
        String mode = options.getOrDefault("mode", "");
        if (!Set.of("", "blocking", "non-blocking").contains(mode)) {
            throw new InvalidArgumentException("logger: logging mode not supported: " + mode);
        }
        String buffer = options.get("max-buffer-size");
        if (buffer != null && !mode.equals("non-blocking")) {
            throw new InvalidArgumentException("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
        }
        if (buffer != null) {
            bytes("max-buffer-size", buffer, 1024);
        }
    }

    private static boolean compress(Map<String, String> options) {
        String compress = options.get("compress");
        if (compress != null && !BOOLEANS.contains(compress)) {
            throw new InvalidArgumentException("invalid value for compress: \"" + compress + "\" is neither true nor false");
        }
        return compress != null && (compress.equals("1") || compress.toLowerCase(Locale.ROOT).startsWith("t"));
    }

    /** What is kept of a container's output; {@code otherwise} when nothing was said. */
    static Kept kept(HostConfig host, Kept otherwise) {
        var options = host.logConfig().config();
        boolean local = host.logConfig().type().equals(LOCAL);
        var standard = local ? new Kept(20L << 20, 5) : otherwise;
        String size = options.get("max-size");
        long bytes = size == null ? standard.bytes() : size.equals("-1") ? 0 : bytes("max-size", size, local ? 1024 : 1000);
        return new Kept(bytes, files(options.get("max-file"), size == null || local ? standard.files() : 1));
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

    private static long bytes(String name, String text, int unit) {
        var match = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (match.matches()) {
            var size = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit).pow(1 + "kmgt".indexOf(match.group(2).isEmpty() ? " " : match.group(2))));
            if (size.signum() > 0 && size.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0) {
                return size.longValue();
            }
        }
        throw new InvalidArgumentException("invalid value for " + name + ": invalid size: '" + text + "'");
    }
}
