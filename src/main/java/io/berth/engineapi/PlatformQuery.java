package io.berth.engineapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.error.InvalidArgumentException;
import io.berth.http.ApiVersion;
import io.berth.oci.Platform;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The platform that a request asks for: older parts of the API have it as text, newer ones as JSON. */
final class PlatformQuery {

    private static final JsonMapper JSON = new JsonMapper();

    private PlatformQuery() {}

    private record Asked(@JsonProperty("os") @Nullable String os, @JsonProperty("architecture") @Nullable String architecture,
            @JsonProperty("variant") @Nullable String variant) {}

    /** {@code os[/arch[/variant]]}; null when none is asked for. */
    static @Nullable Platform text(Query query) {
        return query.text("platform").isEmpty() ? null : Platform.parse(query.text("platform"));
    }

    /** A platform as JSON; null when none is asked for or the client's version has none there. @param since 1.{@code since} has it */
    static @Nullable Platform json(HttpServletRequest request, int since) {
        String json = Query.of(request).text("platform");
        if (json.isEmpty() || !ApiVersion.of(request).atLeast(since)) {
            return null;
        }
        try {
            Asked asked = JSON.readValue(json, Asked.class);
            if (asked != null && asked.os() != null && asked.architecture() != null) {
                return new Platform(asked.os(), asked.architecture(), asked.variant());
            }
        } catch (JacksonException malformed) {
            throw new InvalidArgumentException("failed to parse platform: " + malformed.getOriginalMessage(), malformed);
        }
        throw new InvalidArgumentException("both OS and Architecture must be provided");
    }
}
