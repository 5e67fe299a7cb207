package io.berth.archive;

import com.github.luben.zstd.ZstdInputStream;
import io.berth.error.InvalidArgumentException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** How a stream is compressed, told by its first bytes. Everything is decompressed in this process; no program is started. */
public enum Compression {
    PLAIN(),
    GZIP(0x1f, 0x8b),
    ZSTD(0x28, 0xb5, 0x2f, 0xfd),
    BZIP2('B', 'Z', 'h'),
    XZ(0xfd, '7', 'z', 'X', 'Z', 0x00);

    private static final int LOOK_AHEAD = 8;
    private static final int BUFFER = 64 * 1024;
    /** A dictionary of 64 MiB, the largest preset of xz, needs this much. */
    private static final int XZ_MEMORY_KIB = 128 * 1024;
    /** The largest window of zstd without {@code --long}. */
    private static final int ZSTD_WINDOW_LOG = 27;
    /** Skippable frames of zstd, which some tools write first: 0x184D2A50 to 0x184D2A5F, little endian. */
    private static final int[] ZSTD_SKIPPABLE = {0x2a, 0x4d, 0x18};

    private final int[] magic;

    Compression(int... magic) {
        this.magic = magic;
    }

    /** Tells the compression by the first bytes of a stream. */
    public static Compression detect(byte[] start, int length) {
        for (Compression candidate : values()) {
            if (candidate.magic.length > 0 && matches(candidate.magic, start, 0, length)) {
                return candidate;
            }
        }
        return length > 3 && (start[0] & 0xf0) == 0x50 && matches(ZSTD_SKIPPABLE, start, 1, length) ? ZSTD : PLAIN;
    }

    /**
     * Opens {@code in} as plain bytes. Reading fails with an invalid argument when the input is corrupt, truncated or expands
     * beyond the limits. Closing the result closes {@code in}.
     */
    public static Decompressed decompress(InputStream in, ArchiveLimits limits) throws IOException {
        var metered = new MeteredInputStream(in);
        var buffered = new BufferedInputStream(metered, BUFFER);
        buffered.mark(LOOK_AHEAD);
        byte[] start = buffered.readNBytes(LOOK_AHEAD);
        buffered.reset();
        Compression compression = detect(start, start.length);
        try {
            return new Decompressed(compression, compression.open(buffered), metered, limits);
        } catch (IOException e) {
            throw new InvalidArgumentException(compression.label() + " data is corrupt or truncated", e);
        }
    }

    /** The name in messages: {@code gzip}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private InputStream open(InputStream in) throws IOException {
        return switch (this) {
            case PLAIN -> in;
            case GZIP -> GzipCompressorInputStream.builder()
                    .setInputStream(in).setBufferSize(BUFFER).setDecompressConcatenated(true).get();
            case ZSTD -> new ZstdInputStream(in).setLongMax(ZSTD_WINDOW_LOG);
            case BZIP2 -> new BZip2CompressorInputStream(in, true);
            case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
        };
    }

    private static boolean matches(int[] magic, byte[] start, int offset, int length) {
        if (length < offset + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((start[offset + i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
