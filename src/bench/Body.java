import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The body of an answer: so many bytes, chunks, or everything until the engine closes the connection (RFC 9112, 6.3). */
final class Body extends InputStream {

    private static final long UNTIL_CLOSE = Long.MAX_VALUE;

    private final InputStream in;
    private final boolean chunked;
    /** Bytes that are left of the body or of the present chunk. */
    private long left;
    private boolean ended;
    private boolean insideChunks;

    private Body(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
    }

    static Body of(InputStream in, int status, Map<String, String> headers) {
        if (status == 204 || status == 304) {
            return new Body(in, false, 0);
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return new Body(in, true, 0);
        }
        String length = headers.get("content-length");
        return new Body(in, false, length == null || status == 101 ? UNTIL_CLOSE : Long.parseLong(length));
    }

    /** Whether the connection is of no use after this body. */
    boolean endsConnection() {
        return left == UNTIL_CLOSE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (left == 0 && !nextChunk()) {
            return -1;
        }
        int count = in.read(to, offset, (int) Math.min(length, left));
        if (count < 0 && left != UNTIL_CLOSE) {
            throw new EOFException("the engine closed the connection inside an answer");
        }
        if (count > 0 && left != UNTIL_CLOSE) {
            left -= count;
        }
        return count;
    }

    private boolean nextChunk() throws IOException {
        if (!chunked || ended) {
            return false;
        }
        if (insideChunks) {
            line(in);
        }
        insideChunks = true;
        left = Long.parseLong(line(in).split(";", 2)[0].strip(), 16);
        if (left == 0) {
            ended = true;
            while (!line(in).isEmpty()) {
                continue;       // trailer fields say nothing that is wanted here
            }
        }
        return !ended;
    }

    /** The next line without its end. */
    static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the engine closed the connection");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
