package io.berth.archive;

import io.berth.archive.TarEntry.Fragment;
import io.berth.ffi.FileNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * Writes a tar archive that every tar reads: ustar, with a pax header where a field does not fit or a file has holes, binary
 * attributes or a time below the second. Equal entries make equal bytes. For one thread.
 */
public final class TarWriter implements AutoCloseable {

    private static final String PAX_NAME = "PaxHeaders.0/entry";

    private final OutputStream out;
    private final byte[] copyBuffer = new byte[64 * 1024];
    private long written;
    private boolean closed;

    /** Writes to {@code out}, which stays open when this writer is closed. */
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** Writes an entry without content. */
    public void put(TarEntry entry) throws IOException {
        put(entry, InputStream.nullInputStream());
    }

    /** Writes a file with these bytes, which must be as many as the entry says are stored. */
    public void put(TarEntry entry, InputStream content) throws IOException {
        byte[] map = holesBeforeContent(entry);
        var block = new byte[TarBlocks.SIZE];
        var pax = new ByteArrayOutputStream();
        fill(block, pax, entry, map.length + entry.storedSize());
        if (pax.size() > 0) {
            writePax(pax.toByteArray(), entry);
        }
        write(block, block.length);
        write(map, map.length);
        copy(content, entry);
        pad(TarBlocks.padding(entry.storedSize()));
    }

    /** Ends the archive. May be repeated. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            pad(2 * TarBlocks.SIZE);
            out.flush();
        }
    }

    private static void fill(byte[] block, ByteArrayOutputStream pax, TarEntry entry, long bodySize) {
        String name = entry.isDirectory() && !entry.name().endsWith("/") ? entry.name() + "/" : entry.name();
        boolean hasHoles = !entry.fragments().isEmpty() || entry.size() != entry.storedSize();
        if (hasHoles) {
            record(pax, "GNU.sparse.major", "1");
            record(pax, "GNU.sparse.minor", "0");
            PaxRecords.write(pax, "GNU.sparse.name", FileNames.encode(name));
            record(pax, "GNU.sparse.realsize", Long.toString(entry.size()));
        }
        putText(block, pax, TarBlocks.NAME, "path", name);
        putText(block, pax, TarBlocks.LINK, "linkpath", entry.linkName());
        TarBlocks.putNumber(block, TarBlocks.MODE, TarBlocks.SHORT_NUMBER, entry.mode());
        putNumber(block, pax, TarBlocks.UID, TarBlocks.SHORT_NUMBER, "uid", entry.uid());
        putNumber(block, pax, TarBlocks.GID, TarBlocks.SHORT_NUMBER, "gid", entry.gid());
        putNumber(block, pax, TarBlocks.SIZE_FIELD, TarBlocks.LONG_NUMBER, "size", bodySize);
        putTime(block, pax, entry);
        block[TarBlocks.TYPE] = (byte) entry.type().flag();
        putMagic(block);
        TarBlocks.putNumber(block, TarBlocks.DEVICE_MAJOR, TarBlocks.SHORT_NUMBER, entry.deviceMajor());
        TarBlocks.putNumber(block, TarBlocks.DEVICE_MINOR, TarBlocks.SHORT_NUMBER, entry.deviceMinor());
        new TreeMap<>(entry.xattrs()).forEach((key, value) -> PaxRecords.write(pax, PaxRecords.xattrKey(key), value));
        TarBlocks.putChecksum(block);
    }

    private static void putText(byte[] block, ByteArrayOutputStream pax, int offset, String key, String text) {
        byte[] bytes = FileNames.encode(text);
        boolean isAscii = bytes.length == text.length() && text.chars().allMatch(c -> c < 0x80);
        if (bytes.length > TarBlocks.NAME_LENGTH || !isAscii) {
            PaxRecords.write(pax, key, bytes);
        }
        System.arraycopy(bytes, 0, block, offset, Math.min(bytes.length, TarBlocks.NAME_LENGTH));
    }

    private static void putNumber(byte[] block, ByteArrayOutputStream pax, int offset, int length, String key, long value) {
        if (!TarBlocks.putNumber(block, offset, length, value)) {
            record(pax, key, Long.toString(value));
        }
    }

    private static void putTime(byte[] block, ByteArrayOutputStream pax, TarEntry entry) {
        long seconds = entry.modified().getEpochSecond();
        int nanos = entry.modified().getNano();
        boolean fits = TarBlocks.putNumber(block, TarBlocks.MTIME, TarBlocks.LONG_NUMBER, seconds);
        if (nanos != 0 || !fits) {
            var time = new BigDecimal(seconds).add(BigDecimal.valueOf(nanos, 9));
            record(pax, "mtime", time.stripTrailingZeros().toPlainString());
        }
    }

    private static void putMagic(byte[] block) {
        byte[] magic = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
        System.arraycopy(magic, 0, block, TarBlocks.MAGIC, magic.length);
    }

    private static void record(ByteArrayOutputStream pax, String key, String value) {
        PaxRecords.write(pax, key, value.getBytes(StandardCharsets.UTF_8));
    }

    private void writePax(byte[] records, TarEntry entry) throws IOException {
        var block = new byte[TarBlocks.SIZE];
        var none = new ByteArrayOutputStream();
        fill(block, none, TarEntry.file(PAX_NAME, 0644, records.length, Instant.EPOCH), records.length);
        block[TarBlocks.TYPE] = 'x';
        TarBlocks.putChecksum(block);
        write(block, block.length);
        write(records, records.length);
        pad(TarBlocks.padding(records.length));
    }

    private static byte[] holesBeforeContent(TarEntry entry) {
        if (entry.fragments().isEmpty() && entry.size() == entry.storedSize()) {
            return new byte[0];
        }
        var lines = new StringBuilder().append(entry.fragments().size()).append('\n');
        for (Fragment fragment : entry.fragments()) {
            lines.append(fragment.offset()).append('\n').append(fragment.length()).append('\n');
        }
        byte[] text = lines.toString().getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(text, (int) (text.length + TarBlocks.padding(text.length)));
    }

    private void copy(InputStream content, TarEntry entry) throws IOException {
        long left = entry.storedSize();
        while (left > 0) {
            int read = content.read(copyBuffer, 0, (int) Math.min(left, copyBuffer.length));
            if (read < 0) {
                throw new IOException(entry.name() + " became shorter while it was archived");
            }
            write(copyBuffer, read);
            left -= read;
        }
    }

    private void pad(long length) throws IOException {
        write(new byte[(int) length], (int) length);
    }

    private void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        written += length;
    }

    /** Bytes written until now. */
    public long written() {
        return written;
    }
}
