package io.berth.image.registry;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What registries say when they refuse (OCI distribution-spec 1.1, "Error codes"). */
final class Errors {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_TEXT = 300;

    private Errors() {}

    static RegistryException of(int status, byte[] body) {
        String code = "";
        String message = "";
        try {
            JsonNode first = JSON.readTree(body).path("errors").path(0);
            code = first.path("code").asString("");
            message = first.path("message").asString("");
        } catch (JacksonException noJson) {
            // Proxies answer with pages: the status says enough.
            message = "";
        }
        String word = code.toLowerCase(java.util.Locale.ROOT).replace("_", " ");
        String text = code.isEmpty() && message.isEmpty() ? "received unexpected HTTP status: " + status : shown(word + ": " + message);
        return new RegistryException(status, code, text);
    }

    /** A line of it: a registry's words go into terminals. */
    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
    }
}
