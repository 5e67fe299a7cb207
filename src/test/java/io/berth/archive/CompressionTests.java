package io.berth.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.berth.error.InvalidArgumentException;
import io.berth.error.PayloadTooLargeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTests {

    private static final byte[] CONTENT = content(300_000);

    @ParameterizedTest
    @EnumSource
    void contentComesBackWhateverItsCompression(Compression compression) throws IOException {
        try (var in = Compression.decompress(oneByOne(compress(compression, CONTENT)), ArchiveLimits.DEFAULT)) {
            assertThat(in.compression()).isEqualTo(compression);
            assertThat(in.readAllBytes()).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PLAIN")
    void severalMembersAreOneStream(Compression compression) throws IOException {
        var twice = new ByteArrayOutputStream();
        twice.writeBytes(compress(compression, CONTENT));
        twice.writeBytes(compress(compression, CONTENT));
        try (var in = Compression.decompress(oneByOne(twice.toByteArray()), ArchiveLimits.DEFAULT)) {
            assertThat(in.readAllBytes()).hasSize(2 * CONTENT.length);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PLAIN")
    void truncatedInputIsAnError(Compression compression) {
        byte[] whole = compress(compression, CONTENT);
        for (int length : new int[] {8, 40, whole.length / 2, whole.length - 1}) {
            assertThatThrownBy(() -> readAll(Arrays.copyOf(whole, length))).as("%s of %s", length, whole.length)
                    .isInstanceOf(InvalidArgumentException.class).hasMessageStartingWith(compression.label() + " data is corrupt or truncated");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheSourceSaysIsNoCorruption(Compression compression) {
        byte[] whole = compress(compression, CONTENT);
        var told = new PayloadTooLargeException("too much");
        InputStream in = new SequenceInputStream(new ByteArrayInputStream(whole, 0, whole.length / 2), new InputStream() {
            @Override
            public int read() {
                throw told;
            }
        });
        assertThatThrownBy(() -> Compression.decompress(in, ArchiveLimits.DEFAULT).readAllBytes()).isSameAs(told);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "BZIP2", "XZ"})
    void flippedBitIsAnError(Compression compression) {
        byte[] damaged = compress(compression, CONTENT);
        damaged[damaged.length / 2] ^= 0x10;
        assertThatThrownBy(() -> readAll(damaged)).isInstanceOf(InvalidArgumentException.class);
    }

    @Test
    void shortAndEmptyInputIsPlain() throws IOException {
        assertThat(readAll(new byte[0])).isEmpty();
        assertThat(readAll(new byte[] {0x1f})).hasSize(1);
    }

    @Test
    void bombIsStoppedEarly() throws IOException {
        byte[] bomb = compress(Compression.GZIP, new byte[300 * 1024 * 1024]);
        try (var in = Compression.decompress(new ByteArrayInputStream(bomb), ArchiveLimits.DEFAULT)) {
            assertThatThrownBy(in::drain).isInstanceOf(InvalidArgumentException.class).hasMessageContaining("bomb");
        }
    }

    @Test
    void failingSourceIsNoFaultOfTheContent() {
        byte[] whole = compress(Compression.GZIP, CONTENT);
        var source = new InputStream() {
            private int at;

            @Override
            public int read() throws IOException {
                if (at == 1000) {
                    throw new IOException("connection reset");
                }
                return whole[at++] & 0xff;
            }
        };
        assertThatThrownBy(() -> {
            try (var in = Compression.decompress(source, ArchiveLimits.DEFAULT)) {
                in.drain();
            }
        }).isInstanceOf(IOException.class).hasMessage("connection reset");
    }

    static byte[] compress(Compression compression, byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (compression) {
            case PLAIN -> bytes;
            case GZIP -> new GZIPOutputStream(bytes);
            case ZSTD -> new ZstdOutputStream(bytes).setChecksum(true);
            case BZIP2 -> new BZip2CompressorOutputStream(bytes);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options(1));
        }) {
            out.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] readAll(byte[] input) throws IOException {
        try (var in = Compression.decompress(new ByteArrayInputStream(input), ArchiveLimits.DEFAULT)) {
            return in.readAllBytes();
        }
    }

    /** A source that gives little at a time and never says what it has, as a socket. */
    private static InputStream oneByOne(byte[] content) {
        return new ByteArrayInputStream(content) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 100));
            }

            @Override
            public int available() {
                return 0;
            }
        };
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        var random = new Random(1);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) ('a' + random.nextInt(20));
        }
        return content;
    }
}
