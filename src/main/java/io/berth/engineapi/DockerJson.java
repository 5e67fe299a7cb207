package io.berth.engineapi;

import io.berth.error.InvalidArgumentException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as Docker's clients write it: names in any case, unknown ones ignored, a text where a list of texts is meant. */
final class DockerJson {

    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private DockerJson() {}

    /** The body of a request; null when it has none. */
    static <T> @Nullable T body(HttpServletRequest request, Class<T> type) throws IOException {
        var in = new PushbackInputStream(request.getInputStream());
        int first = in.read();
        if (first < 0) {
            return null;
        }
        in.unread(first);
        var contentType = request.getContentType();
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new InvalidArgumentException("unsupported Content-Type header (" + contentType + "): must be 'application/json'");
        }
        try {
            return MAPPER.readValue(in, type);
        } catch (JacksonException malformed) {
            for (Throwable cause = malformed; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidArgumentException known) {
                    throw known;
                }
            }
            throw new InvalidArgumentException("invalid JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /** As {@link #body}; a body must be there. */
    static <T> T required(HttpServletRequest request, Class<T> type) throws IOException {
        var body = body(request, type);
        if (body == null) {
            throw new InvalidArgumentException("invalid JSON: got EOF while reading request body");
        }
        return body;
    }

    /** A part of a body as a value. */
    static <T> T convert(JsonNode node, Class<T> type) {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JacksonException malformed) {
            throw new InvalidArgumentException("invalid JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /** A field by its name in any case; null when it is missing or null. */
    static @Nullable JsonNode field(JsonNode node, String name) {
        return node.properties().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name) && !entry.getValue().isNull()).findFirst()
                .map(Map.Entry::getValue).orElse(null);
    }

    /** A value and a newline, as streams of values are. */
    static byte[] line(Object value) {
        return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
