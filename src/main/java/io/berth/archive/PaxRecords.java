package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileNames;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of an extended header, values as bytes: extended attributes are binary.
 *
 * <p>Source: POSIX.1-2024, pax, "pax Extended Header"; the vendor keywords {@code SCHILY.xattr} and {@code GNU.sparse}.
 */
final class PaxRecords {

    private static final String XATTR = "SCHILY.xattr.";

    private final Map<String, byte[]> values = new HashMap<>();
    /** Offsets and lengths of the first sparse format, whose keywords repeat. */
    private final List<Long> sparsePairs = new ArrayList<>();

    /** Reads the records of one header; later records win over earlier ones. */
    void read(byte[] records) {
        int at = 0;
        while (at < records.length) {
            at = readOne(records, at);
        }
    }

    private int readOne(byte[] records, int at) {
        int space = indexOf(records, (byte) ' ', at, Math.min(records.length, at + 12));
        int length = (int) decimal(records, at, space, records.length - at);
        int end = at + length;
        int equals = indexOf(records, (byte) '=', space + 1, end);
        if (length < 5 || records[end - 1] != '\n') {
            throw invalid();
        }
        String key = FileNames.decode(records, space + 1, equals - space - 1);
        byte[] value = Arrays.copyOfRange(records, equals + 1, end - 1);
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            sparsePairs.add(decimal(value, 0, value.length, Long.MAX_VALUE));
        } else if (value.length == 0 && !key.startsWith(XATTR)) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        return end;
    }

    boolean isEmpty() {
        return values.isEmpty() && sparsePairs.isEmpty();
    }

    @Nullable String text(String key) {
        byte[] value = values.get(key);
        if (value == null) {
            return null;
        }
        String text = FileNames.decode(value);
        if (text.indexOf('\0') >= 0) {
            throw new InvalidArgumentException("invalid tar header: NUL in " + key);
        }
        return text;
    }

    long number(String key, long otherwise) {
        byte[] value = values.get(key);
        return value == null ? otherwise : decimal(value, 0, value.length, Long.MAX_VALUE);
    }

    @Nullable Instant time(String key) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        try {
            if (text.length() > 40) {
                throw invalid();
            }
            BigDecimal seconds = new BigDecimal(text);
            long whole = seconds.setScale(0, RoundingMode.FLOOR).longValueExact();
            int nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).intValue();
            return Instant.ofEpochSecond(whole, nanos);
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            throw new InvalidArgumentException("invalid tar header: " + key + " is not a time", e);
        }
    }

    Map<String, byte[]> xattrs() {
        var found = new HashMap<String, byte[]>();
        values.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                found.put(key.substring(XATTR.length()), value);
            }
        });
        return found;
    }

    List<Long> sparsePairs() {
        return sparsePairs;
    }

    /** Adds a record to {@code out} in the form {@code "%d %s=%s\n"}, whose number counts itself too. */
    static void write(ByteArrayOutputStream out, String key, byte[] value) {
        byte[] keyBytes = FileNames.encode(key);
        int rest = keyBytes.length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() != Integer.toString(rest).length()) {
            length = rest + Integer.toString(length).length();
        }
        out.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
        out.write(' ');
        out.writeBytes(keyBytes);
        out.write('=');
        out.writeBytes(value);
        out.write('\n');
    }

    static String xattrKey(String name) {
        return XATTR + name;
    }

    /** The decimal number in {@code [from, to)}, at most {@code max}. */
    static long decimal(byte[] bytes, int from, int to, long max) {
        if (from >= to || to - from > 19) {
            throw invalid();
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                throw invalid();
            }
            value = value * 10 + digit;
        }
        if (value > max) {
            throw invalid();
        }
        return value;
    }

    private static int indexOf(byte[] bytes, byte wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw invalid();
    }

    private static InvalidArgumentException invalid() {
        return new InvalidArgumentException("invalid tar header: malformed pax record");
    }
}
