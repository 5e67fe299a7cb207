package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Options of the json-file log driver: {@code max-size} and {@code max-file}. */
final class LogOptions {

    private static final Pattern SIZE = Pattern.compile("([0-9]+)([kmg]?)b?");

    private LogOptions() {}

    static long maxBytes(HostConfig host, long otherwise) {
        String text = host.logConfig().config().get("max-size");
        if (text == null) {
            return otherwise;
        }
        if (text.equals("-1")) {
            return 0;
        }
        var match = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!match.matches()) {
            throw new InvalidArgumentException("invalid value for max-size: " + text);
        }
        return Long.parseLong(match.group(1)) << switch (match.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
        };
    }

    static int maxFiles(HostConfig host, int otherwise) {
        String text = host.logConfig().config().get("max-file");
        if (text == null) {
            return host.logConfig().config().containsKey("max-size") ? 1 : otherwise;
        }
        try {
            int files = Integer.parseInt(text);
            if (files < 1) {
                throw new InvalidArgumentException("max-file cannot be less than 1: " + text);
            }
            return files;
        } catch (NumberFormatException malformed) {
            throw new InvalidArgumentException("invalid value for max-file: " + text, malformed);
        }
    }
}
