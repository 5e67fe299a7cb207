package io.berth.image.registry;

import io.berth.error.InvalidArgumentException;
import io.berth.image.registry.RegistryRequests.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.HttpEntity;
import org.springframework.stereotype.Component;

/**
 * Archives on web servers. They are spoken to as registries are: the same proxies and authorities, the same rules for where a redirect may
 * lead. Safe for use by many threads.
 */
@Component
public class WebArchives {

    private final RegistryConnections connections;

    WebArchives(RegistryConnections connections) {
        this.connections = connections;
    }

    /**
     * Asks for a file. The caller closes it.
     *
     * @param url without a scheme it is one without TLS
     * @throws InvalidArgumentException it is no address of a web server
     */
    public WebArchive open(String url) throws IOException {
        URI at = address(url);
        Answer answer;
        try {
            answer = connections.requestsTo(at).send("", at, HttpGet::new, response -> response.getCode() == 200);
        } catch (RegistryException refused) {
            throw new IOException("Got HTTP status code >= 400: " + refused.status(), refused);
        }
        HttpEntity entity = answer.response().getEntity();
        InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        return new WebArchive(answer, new WebArchive.Guarded(body), entity == null ? 0 : Math.max(0, entity.getContentLength()));
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
