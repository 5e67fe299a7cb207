package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers of bytes as users write them, {@code 10m} or {@code 1.5 GiB}, refused in Docker's words. */
final class SizeText {

    private static final Pattern SIZE = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+) ?([^0-9. ]*)");
    private static final Pattern UNIT = Pattern.compile("b?|([kmgtp])(i?b)?");

    private SizeText() {}

    /**
     * The bytes.
     *
     * @param unit what the prefixes are powers of, 1000 or 1024; an i in the text changes nothing of it
     * @throws InvalidArgumentException the text is no size, or one of more than 2^63 bytes
     */
    static long bytes(String text, int unit) {
        var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new InvalidArgumentException("invalid size: '" + text + "'");
        }
        var suffix = UNIT.matcher(size.group(2));
        if (!suffix.matches()) {
            throw new InvalidArgumentException("invalid suffix: '" + size.group(2) + "'");
        }
        int power = suffix.group(1) == null ? 0 : 1 + "kmgtp".indexOf(suffix.group(1));
        var bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(unit).pow(power));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new InvalidArgumentException("invalid size: '" + text + "'");
        }
        return bytes.longValue();
    }
}
