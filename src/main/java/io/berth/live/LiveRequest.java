package io.berth.live;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.regex.Pattern;
import org.springframework.util.MultiValueMap;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What a WebSocket was opened for.
 *
 * @param ref the container or the console that is named in the path; empty when none is
 * @param account whose login it is
 */
record LiveRequest(String ref, String account, MultiValueMap<String, String> parameters) {

    private static final Pattern PATH = Pattern.compile("/ws/v1/(?:containers/([^/]+)/[a-z]+|consoles/([^/]+))");

    static LiveRequest of(WebSocketSession session) {
        var uri = session.getUri();
        if (uri == null) {
            throw new IllegalStateException("a session without address");
        }
        var match = PATH.matcher(uri.getPath());
        Principal user = session.getPrincipal();
        if (user == null) {
            throw new IllegalStateException("a session of nobody");
        }
        var ref = !match.matches() ? "" : match.group(1) != null ? match.group(1) : match.group(2);
        return new LiveRequest(ref, user.getName(), UriComponentsBuilder.fromUri(uri).build().getQueryParams());
    }

    /** A number between 0 and {@code most}; {@code otherwise} when it is missing or none. */
    int number(String name, int otherwise, int most) {
        var text = parameters.getFirst(name);
        return text != null && text.matches("[0-9]{1,6}") ? Math.min(Integer.parseInt(text), most) : otherwise;
    }

    /** The first value; empty when it is missing. */
    String text(String name) {
        var text = parameters.getFirst(name);
        return text == null ? "" : URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    boolean flag(String name) {
        return text(name).equals("true");
    }

    /** A position in a stream; less than 0 when it is missing or none. */
    long position(String name) {
        var text = parameters.getFirst(name);
        return text != null && text.matches("[0-9]{1,16}") ? Long.parseLong(text) : -1;
    }
}
