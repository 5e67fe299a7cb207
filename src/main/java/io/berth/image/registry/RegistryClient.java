package io.berth.image.registry;

import io.berth.image.RegistryCredentials;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with one registry as one client. Nothing that comes is believed: manifests are checked against their digest here, blobs by who
 * writes them. Safe for use by many threads.
 *
 * <p>Source: OCI distribution-spec 1.1.
 */
public final class RegistryClient {

    private static final String MANIFESTS = String.join(", ", MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST, MediaTypes.OCI_MANIFEST,
            MediaTypes.DOCKER_MANIFEST, "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1");
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1";
    private static final int LONGEST_ERROR = 64 << 10;
    private static final int MOST_REDIRECTS = 5;

    private final RegistryHost registry;
    private final RegistryHttp http;
    private final @Nullable RegistryCredentials credentials;
    private volatile @Nullable Connection connection;

    /** How the registry is spoken to, once that is known. */
    private record Connection(URI base, Authorizer authorizer) {}

    /** A document of the registry. @param mediaType as it says itself, without parameters */
    public record Document(Digest digest, String mediaType, byte[] bytes) {}

    RegistryClient(RegistryHost registry, RegistryHttp http, @Nullable RegistryCredentials credentials) {
        this.registry = registry;
        this.http = http;
        this.credentials = credentials;
    }

    /** As it is dialled: {@code host[:port]}. */
    public String authority() {
        return registry.authority();
    }

    /**
     * A manifest or an index.
     *
     * @param reference a tag or a digest; content of another digest is refused
     * @throws RegistryException it is not there, or not for us
     */
    public Document manifest(String repository, String reference) throws IOException {
        try (ClassicHttpResponse response = get(repository, "/manifests/" + reference, MANIFESTS, 0)) {
            byte[] bytes = Bodies.read(response, Manifest.MAX_BYTES, "a manifest");
            Digest digest = Digest.of(bytes);
            if (reference.indexOf(':') >= 0 && !reference.equals(digest.toString())) {
                throw new IOException("manifest verification failed for digest " + reference);
            }
            Header type = response.getFirstHeader(HttpHeaders.CONTENT_TYPE);
            String mediaType = type == null ? "" : type.getValue().split(";")[0].strip();
            if (mediaType.startsWith(SCHEMA_1)) {
                throw new RegistryException(400, "MANIFEST_INVALID", "Docker Image manifest version 2, schema 1 is not supported: "
                        + "have the image at " + registry.authority() + "/" + repository + " built anew in the OCI format");
            }
            return new Document(digest, mediaType, bytes);
        }
    }

    /**
     * The bytes of a blob from {@code offset} on, as far as they come; they may be anything. The caller closes the stream.
     *
     * @throws RegistryException it is not there, or not for us
     */
    public BlobStream blob(String repository, Descriptor blob, long offset) throws IOException {
        ClassicHttpResponse response = get(repository, "/blobs/" + blob.digest(), null, offset);
        boolean done = false;
        try {
            InputStream body = response.getEntity() == null ? InputStream.nullInputStream() : response.getEntity().getContent();
            var stream = new BlobStream(response, body, response.getCode() == 206 ? offset : 0);
            done = true;
            return stream;
        } finally {
            if (!done) {
                response.close();
            }
        }
    }

    /** Bytes on their way. @param offset where in the blob they begin: 0 when the registry does not do parts */
    public record BlobStream(AutoCloseable response, InputStream body, long offset) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            try {
                response.close();
            } catch (IOException broken) {
                throw broken;
            } catch (Exception impossible) {
                throw new IllegalStateException("an answer is closed with an IOException at most", impossible);
            }
        }
    }

    private ClassicHttpResponse get(String repository, String path, @Nullable String accept, long offset) throws IOException {
        Connection known = connect();
        String scope = "repository:" + repository + ":pull";
        URI target = URI.create(known.base + "/v2/" + repository + path);
        boolean challenged = false;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; ) {
            var request = new HttpGet(target);
            if (accept != null) {
                request.setHeader(HttpHeaders.ACCEPT, accept);
            }
            if (offset > 0) {
                request.setHeader(HttpHeaders.RANGE, "bytes=" + offset + "-");
            }
            known.authorizer.authorize(request, target, scope);
            ClassicHttpResponse response = http.send(request);
            int status = response.getCode();
            if (status == 200 || status == 206 && isPart(response, offset)) {
                return response;
            }
            try (response) {
                boolean isRegistry = Origin.of(target).equals(Origin.of(known.base));
                if (status == 401 && isRegistry && !challenged && known.authorizer.learn(response, scope)) {
                    challenged = true;
                    continue;
                }
                if (status >= 300 && status < 400 && response.getFirstHeader(HttpHeaders.LOCATION) != null) {
                    target = redirected(target, response.getFirstHeader(HttpHeaders.LOCATION).getValue());
                    redirects++;
                    continue;
                }
                throw Errors.of(status, Bodies.read(response, LONGEST_ERROR, "an error"));
            }
        }
        throw new IOException("the registry " + registry.authority() + " redirects more than " + MOST_REDIRECTS + " times");
    }

    /** Whether it is the part that was asked for: registries lie of ranges. */
    private static boolean isPart(ClassicHttpResponse response, long offset) {
        Header range = response.getFirstHeader("Content-Range");
        return offset > 0 && range != null && range.getValue().startsWith("bytes " + offset + "-");
    }

    private URI redirected(URI from, String location) throws IOException {
        try {
            URI to = from.resolve(location);
            boolean isKept = "https".equals(to.getScheme()) || "http".equals(to.getScheme()) && "http".equals(from.getScheme());
            if (isKept && to.getHost() != null && to.getUserInfo() == null) {
                return to;
            }
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the registry " + registry.authority() + " redirects to what is no address", malformed);
        }
        throw new IOException("the registry " + registry.authority() + " redirects to where TLS would be lost");
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
        try (ClassicHttpResponse response = http.send(ping("http"))) {
            return connection(registry.base(response.getCode() == 400 ? "https" : "http"));
        } catch (ConnectException refused) {
            throw refused;
        } catch (IOException notPlain) {
            return connection(registry.base("https"));
        }
    }

    private HttpUriRequestBase ping(String scheme) {
        return new HttpGet(URI.create(registry.base(scheme) + "/v2/"));
    }

    private Connection connection(URI base) {
        return new Connection(base, new Authorizer(http, Origin.of(base), credentials));
    }

    /** Whether the registry takes the credentials. @throws RegistryException it does not */
    public void login() throws IOException {
        Connection known = connect();
        for (int tries = 0; tries < 2; tries++) {
            var request = ping(known.base.getScheme());
            known.authorizer.authorize(request, known.base, "");
            try (ClassicHttpResponse response = http.send(request)) {
                if (response.getCode() < 300) {
                    return;
                }
                if (response.getCode() != 401 || tries > 0 || !known.authorizer.learn(response, "")) {
                    throw Errors.of(response.getCode(), Bodies.read(response, LONGEST_ERROR, "an error"));
                }
            }
        }
    }
}
