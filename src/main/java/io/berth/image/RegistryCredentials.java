package io.berth.image;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client proves itself with to one registry. Its text tells nothing of it.
 *
 * <p>Source: Docker Engine API, "Authentication" ({@code X-Registry-Auth}).
 *
 * @param identityToken a refresh token in the place of a password; empty for none
 * @param registryToken a bearer token that is sent as it is; empty for none
 */
public record RegistryCredentials(String username, String password, String identityToken, String registryToken) {

    private static final Logger LOG = LoggerFactory.getLogger(RegistryCredentials.class);
    private static final JsonMapper JSON = new JsonMapper();

    private record Wire(@JsonProperty("username") @Nullable String username, @JsonProperty("password") @Nullable String password,
            @JsonProperty("auth") @Nullable String auth, @JsonProperty("identitytoken") @Nullable String identityToken,
            @JsonProperty("registrytoken") @Nullable String registryToken) {}

    /**
     * Reads the header: JSON in Base64, of either alphabet, with or without padding. Null when there is nothing in it, or nothing that can be
     * read: then the registry is asked as by nobody, as Docker does, and says itself whether that is enough.
     */
    public static @Nullable RegistryCredentials parse(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return null;
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(header.strip().replace('+', '-').replace('/', '_').replaceAll("=+$", ""));
            return of(JSON.readerFor(Wire.class).without(tools.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).readValue(json));
        } catch (IllegalArgumentException | JacksonException malformed) {
            // Not with its cause: that would quote what is secret.
            LOG.warn("a client's X-Registry-Auth header is left out: it is not JSON in Base64");
            return null;
        }
    }

    private static @Nullable RegistryCredentials of(@Nullable Wire wire) {
        if (wire == null) {
            return null;
        }
        String user = text(wire.username);
        String password = text(wire.password);
        if (user.isEmpty() && wire.auth != null && !wire.auth.isEmpty()) {
            String pair = new String(Base64.getDecoder().decode(wire.auth), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            user = colon < 0 ? pair : pair.substring(0, colon);
            password = colon < 0 ? "" : pair.substring(colon + 1);
        }
        var all = new RegistryCredentials(user, password, text(wire.identityToken), text(wire.registryToken));
        return all.isEmpty() ? null : all;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    private boolean isEmpty() {
        return username.isEmpty() && password.isEmpty() && identityToken.isEmpty() && registryToken.isEmpty();
    }

    /** The value of {@code Authorization} for HTTP's Basic scheme (RFC 7617). */
    public String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "RegistryCredentials[***]";
    }
}
