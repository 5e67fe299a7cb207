package io.berth.json;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
public final class DockerJson {

    /** The deepest that Docker's API goes is about ten; a seccomp profile is the longest text, some ten thousand characters. */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(100)
            .maxNameLength(64 << 10).maxStringLength(4 << 20).maxDocumentLength(16 << 20).build();

    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
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

    /**
     * A value that is sent; null for {@code null}. The stream stays open.
     *
     * @throws io.berth.error.InvalidArgumentException it is no JSON, or holds what no field takes
     */
    public static @Nullable JsonNode read(InputStream in) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(in);
        } catch (JacksonException malformed) {
            throw JsonRefusal.of("", malformed);
        }
        if (tree.isNull()) {
            return null;
        }
        JsonRefusal.checkTexts(tree, "");
        return tree;
    }

    /**
     * A part of a body, which is not null, as a value.
     *
     * @param where its path in the body, for messages; empty for the whole
     */
    public static <T> T convert(JsonNode node, String where, Class<T> type) {
        JsonRefusal.checkNames(node, where);
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JacksonException malformed) {
            throw JsonRefusal.of(where, malformed);
        }
    }

    /** A null among the values is an empty text, as Docker has it. */
    public static @Nullable Map<String, String> texts(@Nullable Map<String, @Nullable String> values) {
        if (values == null || values.values().stream().noneMatch(Objects::isNull)) {
            return values;
        }
        var texts = new LinkedHashMap<String, String>();
        values.forEach((name, value) -> texts.put(name, value == null ? "" : value));
        return texts;
    }

    /** The same; without a map it is empty. */
    public static Map<String, String> textsOrEmpty(@Nullable Map<String, @Nullable String> values) {
        var texts = texts(values);
        return texts == null ? Map.of() : texts;
    }

    /** A field by its name in any case; null when it is missing or null. */
    public static @Nullable JsonNode field(JsonNode node, String name) {
        return node.properties().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name) && !entry.getValue().isNull()).findFirst()
                .map(Map.Entry::getValue).orElse(null);
    }

    /** A value and a newline, as streams of values are. */
    public static byte[] line(Object value) {
        return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
