package io.berth.adminapi;

import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Function;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** Bodies that are bytes and nothing else. */
final class RawBody {

    static final String BYTES = MediaType.APPLICATION_OCTET_STREAM_VALUE;

    /** Bytes of a body that is refused, at most: who sends more finds the connection closed. */
    private static final long DRAINED = 256L << 20;
    private static final int CHUNK = 64 * 1024;

    private RawBody() {}

    /** @throws InvalidArgumentException it is said to be a form, which the server reads before anybody else can */
    static InputStream of(HttpServletRequest request) throws IOException {
        var type = request.getContentType() == null ? "" : request.getContentType().toLowerCase(Locale.ROOT);
        if (type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE) || type.startsWith("multipart/")) {
            throw new InvalidArgumentException("the body is to be the bytes themselves, with the header Content-Type: " + BYTES);
        }
        return request.getInputStream();
    }

    /**
     * What {@code work} gives for the body. When it refuses before it has read all, the rest is read, too: a client that sends first and
     * listens then would find a broken connection in the place of the answer.
     */
    static <T> T read(HttpServletRequest request, Function<InputStream, T> work) throws IOException {
        try (InputStream body = of(request)) {
            try {
                return work.apply(body);
            } catch (EngineException refused) {
                drain(body, refused);
                throw refused;
            }
        }
    }

    private static void drain(InputStream body, EngineException refused) {
        var buffer = new byte[CHUNK];
        try {
            for (long left = DRAINED; left > 0; ) {
                int read = body.read(buffer);
                left = read < 0 ? 0 : left - read;
            }
        } catch (IOException gone) {
            refused.addSuppressed(gone);
        }
    }

    /** Says that what follows is to be saved, under this name. */
    static void attach(HttpServletResponse response, String fileName, String type) {
        response.setContentType(type);
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment().filename(fileName, StandardCharsets.UTF_8).build().toString());
    }
}
