package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the keys by which a client leaves, in what it types. For one stream; what may be their beginning is held back. */
final class DetachKeys {

    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /** Reads {@code ctrl-p,ctrl-q}, which is also what is meant by nothing. */
    static DetachKeys parse(String text) {
        var keys = new ByteArrayOutputStream();
        for (String key : (text.isEmpty() ? "ctrl-p,ctrl-q" : text).split(",")) {
            var lower = key.toLowerCase(Locale.ROOT);
            if (key.length() == 1) {
                keys.write(key.charAt(0));
            } else if (lower.startsWith("ctrl-") && lower.length() == 6) {
                keys.write(control(lower.charAt(5), key));
            } else {
                throw new InvalidArgumentException("invalid detach keys (" + text + "): unknown character: '" + key + "'");
            }
        }
        return new DetachKeys(keys.toByteArray());
    }

    private static int control(char letter, String key) {
        if (letter >= 'a' && letter <= 'z') {
            return letter - 'a' + 1;
        }
        int index = "@[\\]^_".indexOf(letter);
        if (index < 0) {
            throw new InvalidArgumentException("invalid detach keys: unknown character: '" + key + "'");
        }
        return index == 0 ? 0 : 26 + index;
    }

    /** What of the input is to be passed on; null when the keys are complete. */
    @Nullable ByteBuffer filter(ByteBuffer input) {
        var out = new ByteArrayOutputStream(input.remaining() + matched);
        while (input.hasRemaining()) {
            byte next = input.get();
            if (next == keys[matched]) {
                matched++;
                if (matched == keys.length) {
                    return null;
                }
            } else {
                out.write(keys, 0, matched);
                matched = 0;
                if (next == keys[0] && keys.length > 1) {
                    matched = 1;
                } else {
                    out.write(next);
                }
            }
        }
        return ByteBuffer.wrap(out.toByteArray());
    }
}
