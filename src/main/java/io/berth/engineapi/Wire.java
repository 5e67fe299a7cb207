package io.berth.engineapi;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of the wire: names as the Docker Engine API has them, in the order in which they are put. */
final class Wire extends LinkedHashMap<String, @Nullable Object> {

    /** Go's zero time, which its clients take for "never". */
    static final String NEVER = "0001-01-01T00:00:00Z";
    private static final long serialVersionUID = 1;
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    static Wire object() {
        return new Wire();
    }

    static Wire of(String name, @Nullable Object value) {
        return new Wire().with(name, value);
    }

    Wire with(String name, @Nullable Object value) {
        put(name, value);
        return this;
    }

    /** RFC 3339 with nanoseconds. */
    static String time(@Nullable Instant instant) {
        return instant == null ? NEVER : NANOS.format(instant);
    }

    /** A set of keys as Docker writes it: {@code {"80/tcp": {}}}. */
    static Map<String, Object> keys(Iterable<String> names) {
        var keys = new LinkedHashMap<String, Object>();
        names.forEach(name -> keys.put(name, Map.of()));
        return keys;
    }
}
