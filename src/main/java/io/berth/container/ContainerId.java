package io.berth.container;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.instance.RandomId;
import java.util.regex.Pattern;

/** The identity of a container: 64 hex digits. */
public record ContainerId(@JsonValue String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[0-9a-f]{64}");
    private static final int SHORT = 12;

    @JsonCreator
    public ContainerId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("not a container id: " + value);
        }
    }

    /** A new one. Never all digits at its start: a short id of digits would be taken for a number, as a host name too. */
    static ContainerId random() {
        while (true) {
            var hex = RandomId.next();
            if (!hex.substring(0, SHORT).chars().allMatch(Character::isDigit)) {
                return new ContainerId(hex);
            }
        }
    }

    /** The first 12 digits, which people use. */
    public String shortId() {
        return value.substring(0, SHORT);
    }

    @Override
    public String toString() {
        return value;
    }
}
