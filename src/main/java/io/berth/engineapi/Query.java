package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Query parameters as Docker reads them. */
final class Query {

    private static final Set<String> FALSE = Set.of("", "0", "no", "false", "none");

    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|m|s)");
    private static final String DAY = "\\d{4}-\\d\\d-\\d\\d";
    private static final String LOCAL_TIME = DAY + "T\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?";
    private static final double LONGEST_SECONDS = 1e10;

    private final HttpServletRequest request;

    private Query(HttpServletRequest request) {
        this.request = request;
    }

    static Query of(HttpServletRequest request) {
        return new Query(request);
    }

    boolean flag(String name) {
        return flag(name, false);
    }

    boolean flag(String name, boolean otherwise) {
        var value = request.getParameter(name);
        return value == null ? otherwise : !FALSE.contains(value.strip().toLowerCase(Locale.ROOT));
    }

    String text(String name) {
        var value = request.getParameter(name);
        return value == null ? "" : value;
    }

    List<String> all(String name) {
        var values = request.getParameterValues(name);
        return values == null ? List.of() : List.of(values);
    }

    @Nullable Integer number(String name) {
        var value = text(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException malformed) {
            throw new InvalidArgumentException("strconv.Atoi: parsing \"" + value + "\": invalid syntax", malformed);
        }
    }

    /** Seconds with an optional fraction, or RFC 3339. Null when empty or 0. */
    @Nullable Instant instant(String name) {
        return instantOf(text(name), name);
    }

    /** As {@link #instantOf}, or a length of time before {@code now} as Go writes it: {@code 1h30m}. */
    static @Nullable Instant pointInTime(String value, String name, Instant now) {
        var part = DURATION_PART.matcher(value);
        double seconds = 0;
        int at = 0;
        while (part.region(at, value.length()).lookingAt()) {
            seconds += Double.parseDouble(part.group(1)) * switch (part.group(2)) {
                case "h" -> 3600;
                case "m" -> 60;
                case "s" -> 1;
                default -> 1e-3;
            };
            at = part.end();
        }
        if (at > 0 && at == value.length()) {
            return now.minusMillis(Math.round(Math.min(seconds, LONGEST_SECONDS) * 1000));
        }
        return instantOf(value.matches(DAY) ? value + "T00:00:00Z" : value.matches(LOCAL_TIME) ? value + "Z" : value, name);
    }

    static @Nullable Instant instantOf(String value, String name) {
        if (value.isEmpty() || value.equals("0")) {
            return null;
        }
        try {
            if (value.indexOf('T') > 0) {
                return OffsetDateTime.parse(value).toInstant();
            }
            int dot = value.indexOf('.');
            long seconds = Long.parseLong(dot < 0 ? value : value.substring(0, dot));
            long nanos = dot < 0 ? 0 : Long.parseLong((value.substring(dot + 1) + "000000000").substring(0, 9));
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (NumberFormatException | DateTimeException malformed) {
            throw new InvalidArgumentException("invalid value for \"" + name + "\": " + value, malformed);
        }
    }
}
