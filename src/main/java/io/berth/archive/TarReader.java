package io.berth.archive;

import io.berth.error.InvalidArgumentException;
import io.berth.ffi.FileNames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads a plain tar archive of a stranger, entry by entry: ustar, pax, GNU and V7, with binary attributes and holes. It is
 * not built on a tar library since those take attribute values and names for text and so lose bytes. Malformed or truncated
 * archives and those beyond the limits are invalid arguments. For one thread; closing it is the stream's owner's duty.
 */
public final class TarReader {

    private final InputStream in;
    private final ArchiveLimits limits;
    private final byte[] block = new byte[TarBlocks.SIZE];
    private final Content content = new Content();
    private long position;
    private long produced;
    private long remaining;
    private long padding;
    private long headerBytes;
    private int entries;
    private boolean ended;
    private boolean terminated;

    /** Reads {@code in}, which is plain: {@link Compression#decompress} comes before. */
    public TarReader(InputStream in, ArchiveLimits limits) {
        this.in = in;
        this.limits = limits;
    }

    /** The next entry, or null at the end. What was not read of the entry before is skipped. */
    public @Nullable TarEntry next() throws IOException {
        if (ended) {
            return null;
        }
        skipContent();
        headerBytes = 0;
        var extended = new PaxRecords();
        var header = new TarHeader(extended);
        while (readBlock()) {
            TarBlocks.requireChecksum(block);
            switch ((char) block[TarBlocks.TYPE]) {
                case 'x', 'X' -> extended.read(readMetadata());
                // What holds for all entries that follow is comment in practice; nobody applies it.
                case 'g' -> readMetadata();
                case 'L' -> header.longName(readMetadata());
                case 'K' -> header.longLink(readMetadata());
                case 'V', 'N' -> skipMetadata();
                default -> {
                    return entry(header);
                }
            }
        }
        if (header.isBegun()) {
            throw truncated();
        }
        ended = true;
        drain();
        return null;
    }

    /** The stored bytes of the entry that {@link #next} gave last. Closing it does nothing. */
    public InputStream content() {
        return content;
    }

    private TarEntry entry(TarHeader header) throws IOException {
        if (++entries > limits.entries()) {
            throw new InvalidArgumentException("archive has more than " + limits.entries() + " entries");
        }
        TarEntry entry = header.entry(block, this::readExtension);
        requireLength(entry.name(), "path");
        requireLength(entry.linkName(), "link");
        remaining = entry.storedSize();
        padding = TarBlocks.padding(header.bodySize());
        produced += entry.size() - entry.storedSize();
        if (produced < 0) {
            throw new InvalidArgumentException("invalid tar header: file too large");
        }
        limits.requireExpansion(produced, position);
        return entry;
    }

    /** More of the map of holes: a block before the content, counted as header. */
    private byte[] readExtension() throws IOException {
        requireHeaderBytes(0);
        byte[] extension = in.readNBytes(TarBlocks.SIZE);
        position += extension.length;
        if (extension.length < TarBlocks.SIZE) {
            throw truncated();
        }
        return extension;
    }

    private void requireLength(String path, String what) {
        if (path.length() > limits.pathBytes() || FileNames.encode(path).length > limits.pathBytes()) {
            throw new InvalidArgumentException("archive has a " + what + " of more than " + limits.pathBytes() + " bytes");
        }
    }

    /** Reads the next header; false at the end of the archive. */
    private boolean readBlock() throws IOException {
        int read = in.readNBytes(block, 0, block.length);
        position += read;
        if (read == 0) {
            return false;
        }
        if (read < block.length) {
            throw truncated();
        }
        terminated = TarBlocks.isZero(block);
        return !terminated;
    }

    /** Whether the archive had the mark of its end: without it the archive may have lost entries, though many programs do not care. */
    public boolean isTerminated() {
        return ended && terminated;
    }

    private byte[] readMetadata() throws IOException {
        long size = metadataSize();
        byte[] data = in.readNBytes((int) size);
        position += data.length;
        if (data.length < size) {
            throw truncated();
        }
        skip(TarBlocks.padding(size));
        return data;
    }

    private void skipMetadata() throws IOException {
        long size = metadataSize();
        skip(size + TarBlocks.padding(size));
    }

    private long metadataSize() {
        long size = TarBlocks.number(block, TarBlocks.SIZE_FIELD, TarBlocks.LONG_NUMBER);
        requireHeaderBytes(size);
        return size;
    }

    private void requireHeaderBytes(long more) {
        headerBytes += TarBlocks.SIZE + more;
        if (more < 0 || more > limits.headerBytes() || headerBytes > limits.headerBytes()) {
            throw new InvalidArgumentException(
                    "archive has an entry with more than " + limits.headerBytes() + " bytes of headers");
        }
    }

    private void skipContent() throws IOException {
        skip(remaining);
        remaining = 0;
        skip(padding);
        padding = 0;
    }

    private void skip(long length) throws IOException {
        byte[] buffer = null;
        while (length > 0) {
            if (buffer == null) {
                buffer = new byte[(int) Math.min(length, 64 * 1024)];
            }
            int read = in.read(buffer, 0, (int) Math.min(length, buffer.length));
            if (read < 0) {
                throw truncated();
            }
            length -= read;
            position += read;
        }
    }

    /** What follows the end is padding; it is read so that digests and checksums of the whole can be told. */
    private void drain() throws IOException {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = in.read(buffer)) >= 0) {
            position += read;
        }
    }

    private static InvalidArgumentException truncated() {
        return new InvalidArgumentException("archive is truncated", new EOFException("unexpected end of archive"));
    }

    /** A time that the file system can hold. */
    static Instant time(long seconds, long nanos) {
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidArgumentException("invalid tar header: time out of range", e);
        }
    }

    private final class Content extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (remaining == 0) {
                return -1;
            }
            int read = in.read(buffer, offset, (int) Math.min(length, remaining));
            if (read < 0) {
                throw truncated();
            }
            remaining -= read;
            position += read;
            produced += read;
            return read;
        }
    }
}
