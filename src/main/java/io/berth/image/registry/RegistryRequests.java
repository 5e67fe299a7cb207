package io.berth.image.registry;

import io.berth.image.RegistryCredentials;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.function.Predicate;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Requests of one client to one registry, with what all of them need: challenges are answered, redirects are followed under the same
 * rules as every other address that the registry gives. Safe for use by many threads.
 */
final class RegistryRequests {

    private static final int LONGEST_ERROR = 64 << 10;
    private static final int MOST_REDIRECTS = 5;

    private final RegistryHost registry;
    private final RegistryHttp http;
    private final @Nullable RegistryCredentials credentials;
    private volatile @Nullable Connection connection;

    /** How the registry is spoken to, once that is known. */
    private record Connection(URI base, Authorizer authorizer) {}

    /** Makes a request, for each try anew: a body that was sent once is gone. */
    @FunctionalInterface
    interface Draft {
        HttpUriRequestBase to(URI target) throws IOException;
    }

    /** A wanted answer, its body unread. @param from who gave it, after all redirects */
    record Answer(ClassicHttpResponse response, URI from) implements Closeable {

        int status() {
            return response.getCode();
        }

        /** The value of a header; empty without it. */
        String header(String name) {
            return RegistryRequests.header(response, name);
        }

        @Override
        public void close() throws IOException {
            response.close();
        }
    }

    RegistryRequests(RegistryHost registry, RegistryHttp http, @Nullable RegistryCredentials credentials) {
        this.registry = registry;
        this.http = http;
        this.credentials = credentials;
    }

    String authority() {
        return registry.authority();
    }

    /** For requests whose answer takes its time. */
    RequestConfig patient() {
        return http.patient();
    }

    /** The address of a path of the registry. */
    URI at(String path) throws IOException {
        return URI.create(connect().base + path);
    }

    /**
     * Sends a request. The caller closes the answer.
     *
     * @param scope what a token has to be for; several with a space between them
     * @param wanted which answers are no refusals
     * @throws RegistryException it was refused
     */
    Answer send(String scope, URI start, Draft draft, Predicate<ClassicHttpResponse> wanted) throws IOException {
        Connection known = connect();
        URI target = start;
        boolean challenged = false;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; ) {
            HttpUriRequestBase request = draft.to(target);
            known.authorizer.authorize(request, target, scope);
            ClassicHttpResponse response = http.send(request);
            if (wanted.test(response)) {
                return new Answer(response, target);
            }
            try (response) {
                int status = response.getCode();
                boolean isRegistry = Origin.of(target).equals(Origin.of(known.base));
                if (status == 401 && isRegistry && !challenged && known.authorizer.learn(response, scope, request)) {
                    challenged = true;
                    continue;
                }
                if (status >= 300 && status < 400 && response.getFirstHeader(HttpHeaders.LOCATION) != null) {
                    target = follow(target, header(response, HttpHeaders.LOCATION));
                    redirects++;
                    continue;
                }
                throw refusal(response);
            }
        }
        throw new IOException("the registry " + authority() + " redirects more than " + MOST_REDIRECTS + " times");
    }

    static RegistryException refusal(ClassicHttpResponse response) throws IOException {
        return Errors.of(response, Bodies.read(response, LONGEST_ERROR, "an error"));
    }

    private static String header(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? "" : header.getValue();
    }

    /** Where a redirect, or the place of an upload, leads: with TLS or without, as before, and never from TLS to none. */
    URI follow(URI from, String location) throws IOException {
        try {
            URI to = from.resolve(location);
            boolean isKept = "https".equals(to.getScheme()) || "http".equals(to.getScheme()) && "http".equals(from.getScheme());
            if (isKept && to.getHost() != null && to.getUserInfo() == null) {
                return to;
            }
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the registry " + authority() + " redirects to what is no address", malformed);
        }
        throw new IOException("the registry " + authority() + " redirects to where TLS would be lost");
    }

    private Connection connect() throws IOException {
        Connection known = connection;
        if (known == null) {
            known = dial();
            connection = known;
        }
        return known;
    }

    /** An insecure registry is asked without TLS first: one that speaks it refuses that at once, the other way round it may wait for ever. */
    private Connection dial() throws IOException {
        if (registry.scheme() != null || !registry.insecure()) {
            return connection(registry.base(registry.scheme() == null ? "https" : registry.scheme()));
        }
        try (ClassicHttpResponse response = http.send(new HttpGet(URI.create(registry.base("http") + "/v2/")))) {
            return connection(registry.base(response.getCode() == 400 ? "https" : "http"));
        } catch (ConnectException refused) {
            throw refused;
        } catch (IOException notPlain) {
            return connection(registry.base("https"));
        }
    }

    private Connection connection(URI base) {
        return new Connection(base, new Authorizer(http, Origin.of(base), credentials));
    }
}
