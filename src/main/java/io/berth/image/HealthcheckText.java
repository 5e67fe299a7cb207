package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Healthcheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arguments of the HEALTHCHECK instruction. */
final class HealthcheckText {

    private static final Pattern OPTION = Pattern.compile("--([a-z-]+)=(\\S+)\\s*");
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L,
            "m", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final List<String> OPTIONS = List.of("interval", "timeout", "start-period", "start-interval", "retries");

    private HealthcheckText() {}

    static Healthcheck parse(String text) {
        var options = new HashMap<String, String>();
        Matcher option = OPTION.matcher(text);
        int at = 0;
        while (option.region(at, text.length()).lookingAt()) {
            if (!OPTIONS.contains(option.group(1))) {
                throw new InvalidArgumentException("unknown flag: " + option.group(1));
            }
            options.put(option.group(1), option.group(2));
            at = option.end();
        }
        String[] parts = text.substring(at).split("\\s+", 2);
        String kind = parts[0].toUpperCase(Locale.ROOT);
        String rest = parts.length > 1 ? parts[1].strip() : "";
        return new Healthcheck(test(kind, rest), duration(options, "interval"), duration(options, "timeout"),
                duration(options, "start-period"), duration(options, "start-interval"), retries(options));
    }

    private static List<String> test(String kind, String rest) {
        if (kind.equals("NONE") && rest.isEmpty()) {
            return List.of("NONE");
        }
        if (!kind.equals("CMD") || rest.isEmpty()) {
            throw new InvalidArgumentException("HEALTHCHECK needs CMD and a command, or NONE");
        }
        var words = new ArrayList<String>();
        InstructionText.jsonArray(rest).ifPresentOrElse(command -> {
            words.add("CMD");
            words.addAll(command);
        }, () -> {
            words.add("CMD-SHELL");
            words.add(rest);
        });
        return words;
    }

    /** A duration as Go writes it, in nanoseconds; 0 when it is not given. */
    private static long duration(Map<String, String> options, String name) {
        String text = options.getOrDefault(name, "0s");
        Matcher part = DURATION.matcher(text);
        double nanos = 0;
        int at = 0;
        while (part.region(at, text.length()).lookingAt()) {
            nanos += Double.parseDouble(part.group(1)) * UNITS.get(part.group(2));
            at = part.end();
        }
        boolean tooShort = nanos > 0 && nanos < 1_000_000;
        if (at == 0 || at < text.length() || tooShort || nanos > Long.MAX_VALUE) {
            throw new InvalidArgumentException("invalid duration of --" + name + ": " + text);
        }
        return (long) nanos;
    }

    private static int retries(Map<String, String> options) {
        String text = options.getOrDefault("retries", "0");
        if (!text.matches("\\d{1,9}")) {
            throw new InvalidArgumentException("invalid number of --retries: " + text);
        }
        return Integer.parseInt(text);
    }
}
