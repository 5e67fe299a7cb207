package io.berth.image.registry;

import java.util.Arrays;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What registries say when they refuse (OCI distribution-spec 1.1, "Error codes"). */
final class Errors {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String DENIED = "DENIED";
    private static final int LONGEST_TEXT = 300;

    private Errors() {}

    static RegistryException of(ClassicHttpResponse response, byte[] body) {
        int status = response.getCode();
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
        if (isOfTooLittle(response)) {
            code = DENIED;
            message = "";
        }
        code = code.isEmpty() && message.isEmpty() ? codeOf(status) : code;
        message = message.isEmpty() ? meaning(code) : message;
        String word = code.toLowerCase(Locale.ROOT).replace("_", " ");
        String text = code.isEmpty() && message.isEmpty() ? "received unexpected HTTP status: " + status : shown(word + ": " + message);
        return new RegistryException(status, code, text);
    }

    /** Whether it knows who asks and that he may not (RFC 6750, section 3.1). */
    private static boolean isOfTooLittle(ClassicHttpResponse response) {
        return Arrays.stream(response.getHeaders(HttpHeaders.WWW_AUTHENTICATE)).flatMap(header -> Challenge.parse(header.getValue()).stream())
                .anyMatch(challenge -> challenge.parameter("error").equals("insufficient_scope"));
    }

    /** Answers to HEAD, and some of proxies, have no words. */
    private static String codeOf(int status) {
        return switch (status) {
            case 401 -> "UNAUTHORIZED";
            case 403 -> DENIED;
            case 429 -> "TOOMANYREQUESTS";
            default -> "";
        };
    }

    private static String meaning(String code) {
        return switch (code) {
            case "UNAUTHORIZED" -> "authentication required";
            case DENIED -> "requested access to the resource is denied";
            case "TOOMANYREQUESTS" -> "too many requests";
            default -> "";
        };
    }

    /** A line of it: the words of servers go into terminals. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
    }
}
