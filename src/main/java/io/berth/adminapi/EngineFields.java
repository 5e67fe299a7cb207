package io.berth.adminapi;

import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Makes what the engine is asked for of fields as the Docker Engine API names them; those that are missing or null are as when nothing is said. */
final class EngineFields {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
    private static final double NANOS = 1e9;

    private EngineFields() {}

    static <T> T as(Class<T> type, Map<String, Object> fields) {
        return JSON.convertValue(fields, type);
    }

    /** The value of {@code NanoCpus}. */
    static long nanoCpus(double cpus) {
        return Math.round(cpus * NANOS);
    }
}
