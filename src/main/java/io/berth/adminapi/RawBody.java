package io.berth.adminapi;

import io.berth.error.InvalidArgumentException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** Bodies that are bytes and nothing else. */
final class RawBody {

    static final String BYTES = MediaType.APPLICATION_OCTET_STREAM_VALUE;

    private RawBody() {}

    /** @throws InvalidArgumentException it is said to be a form, which the server reads before anybody else can */
    static InputStream of(HttpServletRequest request) throws IOException {
        var type = request.getContentType() == null ? "" : request.getContentType().toLowerCase(Locale.ROOT);
        if (type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE) || type.startsWith("multipart/")) {
            throw new InvalidArgumentException("the body is to be the bytes themselves, with the header Content-Type: " + BYTES);
        }
        return request.getInputStream();
    }

    /** Says that what follows is to be saved, under this name. */
    static void attach(HttpServletResponse response, String fileName, String type) {
        response.setContentType(type);
        response.setHeader(HttpHeaders.CONTENT_DISPOSITION, ContentDisposition.attachment().filename(fileName, StandardCharsets.UTF_8).build().toString());
    }
}
