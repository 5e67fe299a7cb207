package io.berth.live;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.util.MultiValueMap;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What a WebSocket was opened for.
 *
 * @param ref the container that is named in the path; empty when none is
 */
record LiveRequest(String ref, MultiValueMap<String, String> parameters) {

    private static final Pattern PATH = Pattern.compile("/ws/v1/containers/([^/]+)/[a-z]+");

    static LiveRequest of(WebSocketSession session) {
        var uri = session.getUri();
        if (uri == null) {
            throw new IllegalStateException("a session without address");
        }
        var match = PATH.matcher(uri.getPath());
        return new LiveRequest(match.matches() ? match.group(1) : "", UriComponentsBuilder.fromUri(uri).build().getQueryParams());
    }

    /** A number between 0 and {@code most}; {@code otherwise} when it is missing or none. */
    int number(String name, int otherwise, int most) {
        var text = parameters.getFirst(name);
        return text != null && text.matches("[0-9]{1,6}") ? Math.min(Integer.parseInt(text), most) : otherwise;
    }

    List<String> all(String name) {
        return parameters.getOrDefault(name, List.of()).stream()
                .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8)).toList();
    }
}
