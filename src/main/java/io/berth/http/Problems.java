package io.berth.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Problem details for answers that a filter gives (RFC 9457). */
final class Problems {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_ECHO = 100;

    private Problems() {}

    static void write(HttpServletRequest request, HttpServletResponse response, int status, String detail) throws IOException {
        var problem = new LinkedHashMap<String, Object>();
        problem.put("type", "about:blank");
        problem.put("title", title(status));
        problem.put("status", status);
        problem.put("detail", detail);
        problem.put("instance", request.getRequestURI());
        var body = JSON.writeValueAsString(problem).getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** A header's value, fit to be shown: bounded, and without control characters. */
    static String printable(@Nullable String text) {
        if (text == null) {
            return "";
        }
        var cut = text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private static String title(int status) {
        return switch (status) {
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 421 -> "Misdirected Request";
            case 429 -> "Too Many Requests";
            default -> "Error";
        };
    }
}
