package io.berth.archive;

import io.berth.error.InvalidArgumentException;

/**
 * What an archive may cost, so that a hostile one costs little. Exceeding a limit is an invalid argument.
 *
 * @param entries entries in one archive
 * @param pathBytes bytes of a path in it
 * @param headerBytes bytes of the extended headers of one entry
 * @param ratio bytes that may come of each byte that is read, once {@code graceBytes} have come
 * @param graceBytes bytes that may come whatever was read
 * @param remedy what a caller can do who trusts what expands so; empty when there is nothing
 */
public record ArchiveLimits(int entries, int pathBytes, int headerBytes, int ratio, long graceBytes, String remedy) {

    /** The limits for archives of strangers. */
    public static final ArchiveLimits DEFAULT =
            new ArchiveLimits(5_000_000, 4095, 1024 * 1024, 200, 100L * 1024 * 1024, "");

    /** These limits for content of our own, which may expand as it likes. */
    public ArchiveLimits withoutRatio() {
        return new ArchiveLimits(entries, pathBytes, headerBytes, ratio, Long.MAX_VALUE, remedy);
    }

    /** These limits, and what to do where the ratio is in the way. */
    public ArchiveLimits withRemedy(String words) {
        return new ArchiveLimits(entries, pathBytes, headerBytes, ratio, graceBytes, words);
    }

    /** Refuses {@code produced} bytes made of {@code consumed} ones when that is beyond the ratio. */
    void requireExpansion(long produced, long consumed) {
        if (produced > graceBytes && produced / ratio > consumed) {
            throw new InvalidArgumentException("archive expands more than " + ratio + " times: " + consumed
                    + " bytes became more than " + produced + "; refused as a decompression bomb" + (remedy.isEmpty() ? "" : "; " + remedy));
        }
    }
}
