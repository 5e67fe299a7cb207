package io.berth.image.registry;

import io.berth.image.registry.RegistryRequests.Answer;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import io.berth.oci.Manifest;
import io.berth.oci.MediaTypes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpGet;
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

    /** What is taken for a manifest; schema 1 only to say what it is. */
    static final String MANIFESTS = String.join(", ", MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST, MediaTypes.OCI_MANIFEST,
            MediaTypes.DOCKER_MANIFEST, "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1");
    private static final int TAGS_AT_ONCE = 1000;
    private static final int MOST_TAGS = 10_000;
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1";

    private final RegistryRequests requests;

    /** A document of the registry. @param mediaType as it says itself, without parameters */
    public record Document(Digest digest, String mediaType, byte[] bytes) {}

    RegistryClient(RegistryRequests requests) {
        this.requests = requests;
    }

    /** As it is dialled: {@code host[:port]}. */
    public String authority() {
        return requests.authority();
    }

    /** The same client where it writes. */
    public RegistryUploads uploads() {
        return new RegistryUploads(requests);
    }

    /**
     * A manifest or an index.
     *
     * @param reference a tag or a digest; content of another digest is refused
     * @throws RegistryException it is not there, or not for us
     */
    public Document manifest(String repository, String reference) throws IOException {
        try (Answer answer = get(repository, "/manifests/" + reference, MANIFESTS, 0)) {
            byte[] bytes = Bodies.read(answer.response(), Manifest.MAX_BYTES, "a manifest");
            Digest digest = Digest.of(bytes);
            if (reference.indexOf(':') >= 0 && !reference.equals(digest.toString())) {
                throw new IOException("manifest verification failed for digest " + reference);
            }
            String mediaType = answer.header(HttpHeaders.CONTENT_TYPE).split(";")[0].strip();
            if (mediaType.startsWith(SCHEMA_1)) {
                throw new RegistryException(400, "MANIFEST_INVALID", "Docker Image manifest version 2, schema 1 is not supported: "
                        + "have the image at " + authority() + "/" + repository + " built anew in the OCI format");
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
        ClassicHttpResponse response = get(repository, "/blobs/" + blob.digest(), null, offset).response();
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
    public record BlobStream(Closeable response, InputStream body, long offset) implements Closeable {

        @Override
        public void close() throws IOException {
            response.close();
        }
    }

    private Answer get(String repository, String path, @Nullable String accept, long offset) throws IOException {
        return requests.send("repository:" + repository + ":pull", requests.at("/v2/" + repository + path), target -> {
            var request = new HttpGet(target);
            if (accept != null) {
                request.setHeader(HttpHeaders.ACCEPT, accept);
            }
            if (offset > 0) {
                request.setHeader(HttpHeaders.RANGE, "bytes=" + offset + "-");
            }
            return request;
        }, response -> response.getCode() == 200 || response.getCode() == 206 && isPart(response, offset));
    }

    /** Whether it is the part that was asked for: registries lie of ranges. */
    private static boolean isPart(ClassicHttpResponse response, long offset) {
        Header range = response.getFirstHeader("Content-Range");
        return offset > 0 && range != null && range.getValue().startsWith("bytes " + offset + "-");
    }

    /**
     * The tags of a repository, in the registry's order, which is no particular one.
     *
     * @throws RegistryException it is not there, or not for us
     */
    public List<String> tags(String repository) throws IOException {
        var tags = new LinkedHashSet<String>();
        String next = "/v2/" + repository + "/tags/list?n=" + TAGS_AT_ONCE;
        while (next != null) {
            try (Answer answer = requests.send("repository:" + repository + ":pull", requests.at(next), HttpGet::new, response -> response.getCode() == 200)) {
                tags.addAll(TagList.parse(Bodies.read(answer.response(), Manifest.MAX_BYTES, "a list of tags")));
                next = TagList.next(answer.header("Link"));
            }
            if (tags.size() > MOST_TAGS) {
                throw new IOException("repository " + repository + " has more than " + MOST_TAGS + " tags; they are pulled one by one");
            }
        }
        return List.copyOf(tags);
    }

    /** Whether the registry takes the credentials. @throws RegistryException it does not */
    public void login() throws IOException {
        // Not to where it redirects: nobody there knows the credentials.
        try (Answer answer = requests.send("", requests.at("/v2/"), HttpGet::new, response -> response.getCode() < 400)) {
            if (answer.status() >= 300) {
                throw RegistryRequests.refusal(answer.response());
            }
        }
    }
}
