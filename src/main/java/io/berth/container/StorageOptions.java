package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code StorageOpt} of the API: how much a writable layer may take. */
final class StorageOptions {

    /** Docker's words, though ext4 will do, too. */
    private static final String REFUSAL = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";
    private static final Pattern SIZE = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+) ?([^0-9. ]*)");
    private static final Pattern UNIT = Pattern.compile("b?|([kmgtp])(i?b)?");

    private StorageOptions() {}

    /**
     * The bytes that the layer may take; 0 for any number.
     *
     * @param limitable whether the storage can limit layers
     */
    static long maxBytes(HostConfig host, boolean limitable) {
        var options = host.storageOpt() == null ? Map.<String, String>of() : host.storageOpt();
        if (!limitable && options.keySet().stream().anyMatch("size"::equalsIgnoreCase)) {
            throw new InvalidArgumentException(REFUSAL);
        }
        long bytes = 0;
        for (var option : options.entrySet()) {
            var name = option.getKey().toLowerCase(Locale.ROOT);
            if (!name.equals("size")) {
                throw new InvalidArgumentException("Unknown option " + name);
            }
            bytes = bytes(option.getValue());
        }
        return bytes;
    }

    /** Units are powers of 1024, with and without an i, as everywhere where Docker counts memory. */
    private static long bytes(String text) {
        var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new InvalidArgumentException("invalid size: '" + text + "'");
        }
        var unit = UNIT.matcher(size.group(2));
        if (!unit.matches()) {
            throw new InvalidArgumentException("invalid suffix: '" + size.group(2) + "'");
        }
        int power = unit.group(1) == null ? 0 : 1 + "kmgtp".indexOf(unit.group(1));
        var bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1024).pow(power));
        return bytes.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
    }
}
