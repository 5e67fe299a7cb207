package io.berth.adminapi;

import io.berth.error.InvalidArgumentException;
import io.berth.json.DockerJson;
import io.berth.oci.Platform;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes what the engine is asked for of fields as the Docker Engine API names them; those that are missing or null are as when nothing is said. */
final class EngineFields {

    private static final double NANOS = 1e9;

    private EngineFields() {}

    static <T> T as(Class<T> type, Map<String, Object> fields) {
        return DockerJson.convert(DockerJson.MAPPER.valueToTree(fields), "", type);
    }

    /** The field {@code platform}: {@code os[/arch[/variant]]}; null when it is missing or blank. */
    static @Nullable Platform platform(@Nullable String text) {
        return text == null || text.isBlank() ? null : InvalidArgumentException.about("platform", () -> Platform.parse(text.strip()));
    }

    /** The value of {@code NanoCpus}. */
    static long nanoCpus(double cpus) {
        return Math.round(cpus * NANOS);
    }
}
