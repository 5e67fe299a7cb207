package io.berth.archive;

import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The plain bytes of a stream that may be compressed. Bad content is an {@link InvalidArgumentException}; a source that fails
 * is an {@link IOException}, as ever. For one thread.
 */
public final class Decompressed extends InputStream {

    private final Compression compression;
    private final InputStream plain;
    private final MeteredInputStream source;
    private final ArchiveLimits limits;
    private long produced;

    Decompressed(Compression compression, InputStream plain, MeteredInputStream source, ArchiveLimits limits) {
        this.compression = compression;
        this.plain = plain;
        this.source = source;
        this.limits = limits;
    }

    /** How the source is compressed. */
    public Compression compression() {
        return compression;
    }

    /** Bytes taken from the source until now. */
    public long consumedBytes() {
        return source.count();
    }

    /** Reads to the end, so that the checksums at the end of the compressed data are verified. */
    public void drain() throws IOException {
        byte[] buffer = new byte[64 * 1024];
        while (read(buffer, 0, buffer.length) >= 0) {
            // everything is checked by reading
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int read = read(one, 0, 1);
        return read < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read;
        try {
            read = plain.read(buffer, offset, length);
        } catch (IOException e) {
            throw asFault(e);
        } catch (EngineException told) {
            // Who reads the source has said what is wrong: too much of it, cancelled, silent.
            throw told;
        } catch (RuntimeException e) {
            throw corrupt(e);
        }
        if (read > 0) {
            produced += read;
            limits.requireExpansion(produced, source.count());
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return plain.available();
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }

    private IOException asFault(IOException e) {
        if (source.failed() || compression == Compression.PLAIN) {
            return e;
        }
        throw corrupt(e);
    }

    private InvalidArgumentException corrupt(Exception e) {
        @Nullable String reason = e.getMessage();
        return new InvalidArgumentException(compression.label() + " data is corrupt or truncated"
                + (reason == null ? "" : ": " + reason), e);
    }
}
