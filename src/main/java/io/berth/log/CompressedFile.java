package io.berth.log;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The content of a file in gzip's format. It takes memory from the first read on only; where it is damaged, it ends. */
final class CompressedFile extends InputStream {

    private static final Logger LOG = LoggerFactory.getLogger(CompressedFile.class);
    private static final int CHUNK = 32 << 10;

    private final Path path;
    private final InputStream file;
    private @Nullable InputStream content;
    private boolean over;

    /** @param file closed with this */
    CompressedFile(Path path, InputStream file) {
        this.path = path;
        this.file = file;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            if (content == null && !over) {
                content = new GZIPInputStream(file, CHUNK);
            }
            int n = over ? -1 : content.read(bytes, offset, length);
            over = n < 0;
            return n;
        } catch (ZipException | EOFException damaged) {
            LOG.warn("log file {} is damaged: what follows in it cannot be read", path, damaged);
            over = true;
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        if (content != null) {
            content.close();
        }
        file.close();
    }
}
