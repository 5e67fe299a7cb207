package io.berth.log;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of Docker's json-file format: {@code {"log":"...","stream":"stdout","time":"..."}}, members in this order, others possible
 * before the time. Lone surrogates U+DC80 to U+DCFF stand for bytes that are not UTF-8.
 */
final class JsonLine {

    private static final byte[] HEAD = ascii("{\"log\":\"");
    private static final byte[] STREAM = ascii("\",\"stream\":\"");
    private static final byte[] TIME = ascii("\"time\":\"");

    private final byte[] line;
    private final int length;
    private int at;

    private JsonLine(byte[] line, int length) {
        this.line = line;
        this.length = length;
    }

    /**
     * The entry in the first {@code length} bytes, which end before the newline; null when it is none.
     *
     * @param file number of the file in which they stand
     * @param offset bytes before them in it
     */
    static @Nullable LogEntry parse(byte[] line, int length, long file, long offset) {
        return new JsonLine(line, length).parse(file, offset);
    }

    private @Nullable LogEntry parse(long file, long offset) {
        if (!skip(HEAD)) {
            return null;
        }
        byte[] data = text();
        if (data == null || !skip(STREAM)) {
            return null;
        }
        var stream = at + 5 < length && line[at + 3] == 'e' ? StreamKind.STDERR : StreamKind.STDOUT;
        int start = lastIndexOf(TIME);
        if (start < 0) {
            return null;
        }
        int end = start;
        while (end < length && line[end] != '"') {
            end++;
        }
        try {
            var time = Instant.parse(new String(line, start, end - start, StandardCharsets.US_ASCII));
            return new LogEntry(new LogPosition(time, file, offset), stream, data);
        } catch (DateTimeException torn) {
            return null;
        }
    }

    /** The bytes up to the closing quote, at which the position then is; null when there is none. */
    private byte @Nullable [] text() {
        byte[] out = new byte[length - at];
        int used = 0;
        while (at < length && line[at] != '"') {
            if (line[at] != '\\') {
                out[used++] = line[at++];
            } else if (at + 5 < length && line[at + 1] == 'u') {
                used = unicode(out, used);
            } else if (at + 1 < length) {
                out[used++] = unescaped(line[at + 1]);
                at += 2;
            } else {
                return null;
            }
        }
        return at < length ? java.util.Arrays.copyOf(out, used) : null;
    }

    private int unicode(byte[] out, int used) {
        int unit = Integer.parseInt(new String(line, at + 2, 4, StandardCharsets.US_ASCII), 16);
        at += 6;
        if (unit >= 0xdc80 && unit <= 0xdcff) {
            out[used] = (byte) (unit - 0xdc00);
            return used + 1;
        }
        byte[] encoded = Character.toString(unit).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(encoded, 0, out, used, encoded.length);
        return used + encoded.length;
    }

    private static byte unescaped(byte escape) {
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> escape;
        };
    }

    private boolean skip(byte[] expected) {
        if (length - at < expected.length || !java.util.Arrays.equals(line, at, at + expected.length, expected, 0, expected.length)) {
            return false;
        }
        at += expected.length;
        return true;
    }

    private int lastIndexOf(byte[] text) {
        for (int start = length - text.length; start >= at; start--) {
            if (java.util.Arrays.equals(line, start, start + text.length, text, 0, text.length)) {
                return start + text.length;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
