package io.berth.engineapi;

import io.berth.container.HostConfig;
import io.berth.error.InvalidArgumentException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * JSON as Docker's clients write it: names in any case, unknown ones ignored. As strict as Docker about types; whatever is wrong is
 * refused with the name of its field.
 */
final class DockerJson {

    /** The deepest that Docker's API goes is about ten; a seccomp profile is the longest text, some ten thousand characters. */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(100)
            .maxNameLength(64 << 10).maxStringLength(4 << 20).maxDocumentLength(16 << 20).build();

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail).setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private DockerJson() {}

    /** The body of a request; null when it has none. */
    static <T> @Nullable T body(HttpServletRequest request, Class<T> type) throws IOException {
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
        JsonNode tree;
        try {
            tree = MAPPER.readTree(in);
        } catch (JacksonException malformed) {
            throw JsonRefusal.of("", malformed);
        }
        if (tree.isNull()) {
            return null;
        }
        JsonRefusal.checkTexts(tree);
        return convert(tree, "", type);
    }

    /** As {@link #body}; a body must be there. */
    static <T> T required(HttpServletRequest request, Class<T> type) throws IOException {
        var body = body(request, type);
        if (body == null) {
            throw new InvalidArgumentException("invalid JSON: got EOF while reading request body");
        }
        return body;
    }

    /**
     * A part of a body, which is not null, as a value.
     *
     * @param where its path in the body, for messages; empty for the whole
     */
    static <T> T convert(JsonNode node, String where, Class<T> type) {
        JsonRefusal.checkNames(node, where);
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JacksonException malformed) {
            throw JsonRefusal.of(where, malformed);
        }
    }

    /** A map of texts as Docker reads it: a null in it is an empty text, and without a map it is empty. */
    static Map<String, String> texts(@Nullable Map<String, @Nullable String> map) {
        var texts = HostConfig.texts(map);
        return texts == null ? Map.of() : texts;
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
