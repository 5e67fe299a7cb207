package io.berth.image.registry;

import io.berth.error.EngineException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnauthorizedException;
import io.berth.image.registry.RegistryRequests.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.springframework.stereotype.Component;

/**
 * Archives on web servers. They are spoken to as registries are: the same proxies and authorities, the same rules for where a redirect may
 * lead. Safe for use by many threads.
 */
@Component
public class WebArchives {

    private static final int LONGEST_REFUSAL = 4 << 10;

    private final RegistryConnections connections;

    WebArchives(RegistryConnections connections) {
        this.connections = connections;
    }

    /**
     * Asks for a file. The caller closes it.
     *
     * @param url without a scheme it is one without TLS
     * @throws InvalidArgumentException it is no address of a web server
     * @throws EngineException the server refuses, by the kind of its status
     */
    public WebArchive open(String url) throws IOException {
        URI at = address(url);
        Answer answer = connections.requestsTo(at).send("", at, HttpGet::new, response -> response.getCode() == 200 || response.getCode() >= 400);
        if (answer.status() != 200) {
            try (answer) {
                throw refusal(at, answer.response());
            }
        }
        HttpEntity entity = answer.response().getEntity();
        InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        return new WebArchive(answer, new WebArchive.Guarded(body), entity == null ? 0 : Math.max(0, entity.getContentLength()));
    }

    /** In Docker's words, with what the server says itself. */
    private static EngineException refusal(URI at, ClassicHttpResponse response) throws IOException {
        int status = response.getCode();
        String phrase = response.getReasonPhrase() == null ? "" : " " + response.getReasonPhrase();
        String said = new String(Bodies.start(response, LONGEST_REFUSAL), StandardCharsets.UTF_8).strip();
        String message = Errors.shown("failed to GET " + at + " with status " + status + phrase + ": " + said);
        return switch (status) {
            case 400 -> new InvalidArgumentException(message);
            case 401 -> new UnauthorizedException(message);
            case 403 -> new ForbiddenException(message);
            case 404 -> new NotFoundException(message);
            default -> new InternalException(message);
        };
    }

    private static URI address(String url) {
        try {
            URI uri = URI.create(url.contains("://") ? url : "http://" + url);
            boolean isWeb = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (isWeb && uri.getHost() != null && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("invalid URL \"" + url + "\"; http://HOST/PATH and https://HOST/PATH are imported", malformed);
        }
        throw new InvalidArgumentException("invalid URL \"" + url + "\"; http://HOST/PATH and https://HOST/PATH are imported");
    }
}
