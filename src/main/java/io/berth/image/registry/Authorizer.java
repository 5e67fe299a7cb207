package io.berth.image.registry;

import io.berth.image.RegistryCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers a registry's challenges with one client's credentials. They are sent to the registry itself and to a place that gives tokens
 * when that is under the same owner's domain; any other place is asked as nobody. Safe for use by many threads.
 *
 * <p>Source: Docker Registry token authentication; RFC 6750; OAuth2 (RFC 6749) for refresh tokens.
 */
final class Authorizer {

    private static final JsonMapper JSON = new JsonMapper();
    private static final PublicSuffixMatcher DOMAINS = PublicSuffixMatcherLoader.getDefault();
    private static final int LONGEST_ANSWER = 1 << 20;

    private final RegistryHttp http;
    private final Origin registry;
    private final @Nullable RegistryCredentials credentials;
    /** What is sent for a scope; tokens end with their time, of which the registry tells us by another challenge. */
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    Authorizer(RegistryHttp http, Origin registry, @Nullable RegistryCredentials credentials) {
        this.http = http;
        this.registry = registry;
        this.credentials = credentials;
        if (credentials != null && !credentials.registryToken().isEmpty()) {
            answers.put("", "Bearer " + credentials.registryToken());
        }
    }

    /** Adds what is known to be wanted; to the registry itself alone. */
    void authorize(HttpUriRequestBase request, URI target, String scope) {
        String answer = answers.getOrDefault(scope, answers.get(""));
        if (answer != null && Origin.of(target).equals(registry)) {
            request.setHeader(HttpHeaders.AUTHORIZATION, answer);
        }
    }

    /** Learns from a refusal; whether it is worth another try, with another answer than the refused request had. */
    boolean learn(ClassicHttpResponse refusal, String scope, HttpUriRequestBase refused) throws IOException {
        Header sent = refused.getFirstHeader(HttpHeaders.AUTHORIZATION);
        for (Header header : refusal.getHeaders(HttpHeaders.WWW_AUTHENTICATE)) {
            for (Challenge challenge : Challenge.parse(header.getValue())) {
                String answer = answer(challenge, scope);
                if (answer != null) {
                    answers.put(scope, answer);
                    if (sent == null || !answer.equals(sent.getValue())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private @Nullable String answer(Challenge challenge, String scope) throws IOException {
        return switch (challenge.scheme()) {
            case "basic" -> credentials == null || credentials.username().isEmpty() ? null : credentials.basic();
            case "bearer" -> "Bearer " + token(challenge, scope);
            default -> null;
        };
    }

    private String token(Challenge challenge, String scope) throws IOException {
        URI realm = realm(challenge.parameter("realm"));
        boolean trusted = credentials != null && isOfSameOwner(realm);
        HttpUriRequestBase request = trusted && credentials != null && !credentials.identityToken().isEmpty()
                ? refresh(realm, challenge.parameter("service"), scope, credentials) : ask(realm, challenge.parameter("service"), scope, trusted);
        try (ClassicHttpResponse response = http.send(request)) {
            byte[] body = Bodies.read(response, LONGEST_ANSWER, "a token");
            if (response.getCode() != 200) {
                throw Errors.of(response, body);
            }
            JsonNode answer = JSON.readTree(body);
            String token = answer.path("token").asString(answer.path("access_token").asString(""));
            if (token.isEmpty()) {
                throw new IOException("the authorization server " + realm.getHost() + " gave no token");
            }
            return token;
        } catch (JacksonException malformed) {
            // Not with its cause, which quotes the answer.
            throw new IOException("the authorization server " + realm.getHost() + " gave an answer that is no JSON");
        }
    }

    private URI realm(String text) throws IOException {
        try {
            URI realm = URI.create(text);
            boolean isHttp = "https".equals(realm.getScheme()) || "http".equals(realm.getScheme()) && registry.scheme().equals("http");
            if (realm.getHost() != null && realm.getUserInfo() == null && isHttp) {
                return realm;
            }
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the registry " + registry.authority() + " names no place that gives tokens", malformed);
        }
        throw new IOException("the registry " + registry.authority() + " has tokens given at a place that is not reached by TLS");
    }

    /** The same host, or one under the same domain that somebody can register. */
    private boolean isOfSameOwner(URI realm) {
        Origin place = Origin.of(realm);
        if (place.host().equals(registry.host())) {
            return place.scheme().equals(registry.scheme()) || place.scheme().equals("https");
        }
        String domain = DOMAINS.getDomainRoot(registry.host());
        return domain != null && domain.equals(DOMAINS.getDomainRoot(place.host()));
    }

    private HttpUriRequestBase ask(URI realm, String service, String scope, boolean trusted) {
        var query = new StringBuilder(realm.getRawQuery() == null ? "" : realm.getRawQuery() + "&").append("service=").append(encoded(service));
        for (String one : scope.isEmpty() ? new String[0] : scope.split(" ")) {
            query.append("&scope=").append(encoded(one));
        }
        boolean asUser = trusted && credentials != null && !credentials.username().isEmpty();
        if (asUser && credentials != null) {
            query.append("&account=").append(encoded(credentials.username()));
        }
        var request = new HttpGet(withQuery(realm, query.toString()));
        if (asUser && credentials != null) {
            request.setHeader(HttpHeaders.AUTHORIZATION, credentials.basic());
        }
        return request;
    }

    private static URI withQuery(URI realm, String query) {
        String path = realm.getRawPath() == null ? "" : realm.getRawPath();
        return URI.create(realm.getScheme() + "://" + realm.getRawAuthority() + path + "?" + query);
    }

    private static HttpUriRequestBase refresh(URI realm, String service, String scope, RegistryCredentials credentials) {
        var request = new HttpPost(realm);
        var form = List.of("grant_type=refresh_token", "service=" + encoded(service), "client_id=berth", "scope=" + encoded(scope),
                "refresh_token=" + encoded(credentials.identityToken()));
        request.setEntity(new StringEntity(String.join("&", form), ContentType.APPLICATION_FORM_URLENCODED));
        return request;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
