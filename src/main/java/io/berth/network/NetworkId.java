package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.util.regex.Pattern;

/**
 * The identity of a network: 64 lower-case hex digits.
 *
 * @param value the digits
 */
public record NetworkId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[0-9a-f]{64}");

    public NetworkId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new InvalidArgumentException("invalid network id: " + value);
        }
    }

    /** The first twelve digits, as clients print them. */
    public String shortId() {
        return value.substring(0, 12);
    }

    @Override
    public String toString() {
        return value;
    }
}
