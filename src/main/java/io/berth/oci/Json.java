package io.berth.oci;

import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents of strangers: read within byte limits, one meaning only (no duplicate keys, nothing after the value).
 */
final class Json {

    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private Json() {}

    /** Reads {@code document}, called {@code what} in errors. */
    static <T> T read(byte[] document, int limit, Class<T> type, String what) {
        requireWithin(document, limit, what);
        try {
            @Nullable T value = MAPPER.readValue(document, type);
            if (value == null) {
                throw new InvalidArgumentException("invalid " + what + ": null");
            }
            return value;
        } catch (JacksonException e) {
            throw invalid(e, what);
        }
    }

    /** Reads {@code document} as an object whose fields can be looked at one by one. */
    static JsonNode readTree(byte[] document, int limit, String what) {
        requireWithin(document, limit, what);
        try {
            JsonNode node = MAPPER.readTree(document);
            if (!node.isObject()) {
                throw new InvalidArgumentException("invalid " + what + ": not a JSON object");
            }
            return node;
        } catch (JacksonException e) {
            throw invalid(e, what);
        }
    }

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static <V> Map<String, V> withoutNulls(Map<String, @Nullable V> map) {
        var kept = new LinkedHashMap<String, V>();
        map.forEach((key, value) -> {
            if (value != null) {
                kept.put(key, value);
            }
        });
        return kept;
    }

    private static void requireWithin(byte[] document, int limit, String what) {
        if (document.length > limit) {
            throw new InvalidArgumentException(
                    what + " is " + document.length + " bytes, more than the limit of " + limit);
        }
    }

    private static InvalidArgumentException invalid(JacksonException e, String what) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EngineException engine) {
                return new InvalidArgumentException("invalid " + what + ": " + engine.getMessage(), e);
            }
        }
        return new InvalidArgumentException("invalid " + what + ": " + Texts.shown(e.getOriginalMessage()), e);
    }
}
