package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.Locale;
import java.util.Map;

/** {@code StorageOpt} of the API: how much a writable layer may take. */
final class StorageOptions {

    /** Docker's words, though ext4 will do, too. */
    private static final String REFUSAL = "--storage-opt is supported only for overlay over xfs with 'pquota' mount option";

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
            bytes = SizeText.bytes(option.getValue(), 1024);
        }
        return bytes;
    }
}
