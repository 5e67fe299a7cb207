package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads and writes the fields of the 512-byte blocks of which tar archives consist. */
final class TarBlocks {

    static final int SIZE = 512;

    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int SIZE_FIELD = 124;
    static final int MTIME = 136;
    static final int CHECKSUM = 148;
    static final int TYPE = 156;
    static final int LINK = 157;
    static final int MAGIC = 257;
    static final int DEVICE_MAJOR = 329;
    static final int DEVICE_MINOR = 337;
    static final int PREFIX = 345;
    static final int PREFIX_LENGTH = 155;
    static final int SHORT_NUMBER = 8;
    static final int LONG_NUMBER = 12;

    private TarBlocks() {}

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Bytes that follow {@code size} bytes of data up to the end of their last block. */
    static long padding(long size) {
        return -size & SIZE - 1;
    }

    static void requireChecksum(byte[] block) {
        long expected = number(block, CHECKSUM, SHORT_NUMBER);
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < SIZE; i++) {
            boolean inChecksum = i >= CHECKSUM && i < CHECKSUM + SHORT_NUMBER;
            unsigned += inChecksum ? ' ' : block[i] & 0xff;
            signed += inChecksum ? ' ' : block[i];
        }
        if (expected != unsigned && expected != signed) {
            throw new InvalidArgumentException("invalid tar header: wrong checksum");
        }
    }

    static void putChecksum(byte[] block) {
        Arrays.fill(block, CHECKSUM, CHECKSUM + SHORT_NUMBER, (byte) ' ');
        long sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        byte[] digits = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, block, CHECKSUM, digits.length);
        block[CHECKSUM + 6] = 0;
    }

    static String text(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return FileNames.decode(block, offset, end - offset);
    }

    /** A number in octal digits, or in base 256 when the first bit is set. */
    static long number(byte[] block, int offset, int length) {
        return (block[offset] & 0x80) != 0 ? binary(block, offset, length) : octal(block, offset, length);
    }

    private static long octal(byte[] block, int offset, int length) {
        long value = 0;
        boolean begun = false;
        for (int i = offset; i < offset + length; i++) {
            int c = block[i];
            if (c == 0 || c == ' ') {
                if (begun) {
                    break;
                }
                continue;
            }
            if (c < '0' || c > '7') {
                throw new InvalidArgumentException("invalid tar header: not an octal number");
            }
            begun = true;
            value = value << 3 | c - '0';
        }
        return value;
    }

    private static long binary(byte[] block, int offset, int length) {
        boolean negative = (block[offset] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = block[offset + i] & 0xff;
            if (i == 0) {
                b = negative ? b : b & 0x7f;
            }
            if (i < length - Long.BYTES && b != (negative ? 0xff : 0)) {
                throw new InvalidArgumentException("invalid tar header: number too large");
            }
            value = value << 8 | b;
        }
        if (value < 0 != negative) {
            throw new InvalidArgumentException("invalid tar header: number too large");
        }
        return value;
    }

    /** Writes octal digits; false when they do not fit, and then zero is written. */
    static boolean putNumber(byte[] block, int offset, int length, long value) {
        boolean fits = value >= 0 && value < 1L << 3 * (length - 1);
        String digits = String.format("%0" + (length - 1) + "o", fits ? value : 0);
        System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, block, offset, length - 1);
        block[offset + length - 1] = 0;
        return fits;
    }
}
