package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import io.berth.json.DockerJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The JSON that a request brings. */
final class JsonBody {

    private JsonBody() {}

    /** The body of a request; null when it has none. */
    static <T> @Nullable T of(HttpServletRequest request, Class<T> type) throws IOException {
        var in = new PushbackInputStream(ClientBody.of(request));
        int first = in.read();
        if (first < 0) {
            return null;
        }
        in.unread(first);
        var contentType = request.getContentType();
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new InvalidArgumentException("unsupported Content-Type header (" + contentType + "): must be 'application/json'");
        }
        var tree = DockerJson.read(in);
        return tree == null ? null : DockerJson.convert(tree, "", type);
    }

    /** As {@link #of}; a body must be there. */
    static <T> T required(HttpServletRequest request, Class<T> type) throws IOException {
        var body = of(request, type);
        if (body == null) {
            throw new InvalidArgumentException("invalid JSON: got EOF while reading request body");
        }
        return body;
    }
}
