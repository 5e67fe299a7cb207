package io.berth.image.registry;

import io.berth.image.registry.RegistryRequests.Answer;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.classic.methods.HttpDelete;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpHead;
import org.apache.hc.client5.http.classic.methods.HttpPatch;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.jspecify.annotations.Nullable;

/**
 * Writes into one registry as one client. Where a registry has the bytes of a blob sent is followed as a redirect is: its own address
 * alone gets credentials. Safe for use by many threads.
 *
 * <p>Source: OCI distribution-spec 1.1, "Push".
 */
public final class RegistryUploads {

    private static final Pattern RECEIVED = Pattern.compile("(?:bytes=)?0-(\\d+)");

    private final RegistryRequests requests;

    RegistryUploads(RegistryRequests requests) {
        this.requests = requests;
    }

    /** Where bytes are read from; for each try anew. */
    @FunctionalInterface
    public interface Body {
        InputStream open() throws IOException;
    }

    /** Whether the repository has a blob. @throws RegistryException we may not ask */
    public boolean has(String repository, Digest blob) throws IOException {
        return isThere(repository, "/blobs/" + blob, "*/*");
    }

    /** Whether the repository has a manifest or an index. @throws RegistryException we may not ask */
    public boolean hasManifest(String repository, Digest manifest) throws IOException {
        return isThere(repository, "/manifests/" + manifest, RegistryClient.MANIFESTS);
    }

    private boolean isThere(String repository, String path, String accept) throws IOException {
        try (Answer answer = requests.send(scope(repository), at(repository, path), target -> {
            var request = new HttpHead(target);
            request.setHeader(HttpHeaders.ACCEPT, accept);
            return request;
        }, anyOf(200, 404))) {
            return answer.status() == 200;
        }
    }

    /** Begins an upload. @throws RegistryException we may not */
    public Upload begin(String repository) throws IOException {
        try (Answer answer = requests.send(scope(repository), at(repository, "/blobs/uploads/"), HttpPost::new, anyOf(202))) {
            return new Upload(repository, place(answer));
        }
    }

    /**
     * Has a blob of another repository of this registry put into this one; null when that is done, else the upload that the registry
     * offers in its place.
     *
     * @throws RegistryException we may not, or not from there
     */
    public @Nullable Upload mount(String repository, Digest blob, String from) throws IOException {
        String query = "?mount=" + encoded(blob.toString()) + "&from=" + encoded(from);
        try (Answer answer = requests.send(scope(repository) + " repository:" + from + ":pull", at(repository, "/blobs/uploads/" + query),
                HttpPost::new, anyOf(201, 202))) {
            return answer.status() == 201 ? null : new Upload(repository, place(answer));
        }
    }

    /**
     * Sends the rest of a blob.
     *
     * @param offset of its bytes that the registry has
     * @param rest the bytes from there on
     */
    public void send(Upload upload, Descriptor blob, long offset, Body rest) throws IOException {
        try (Answer answer = requests.send(scope(upload.repository()), upload.place(), target -> {
            var request = new HttpPatch(target);
            if (offset > 0) {
                request.setHeader("Content-Range", offset + "-" + (blob.size() - 1));
            }
            request.setConfig(requests.patient());
            request.setEntity(new BodyEntity(rest, blob.size() - offset));
            return request;
        }, anyOf(202, 204))) {
            moved(upload, answer);
        }
    }

    /** Ends an upload; the blob is in the repository when this returns. */
    public void finish(Upload upload, Digest blob) throws IOException {
        String place = upload.place().toString();
        URI end = URI.create(place + (upload.place().getRawQuery() == null ? "?" : "&") + "digest=" + encoded(blob.toString()));
        requests.send(scope(upload.repository()), end, target -> {
            var request = new HttpPut(target);
            request.setConfig(requests.patient());
            request.setEntity(new ByteArrayEntity(new byte[0], ContentType.APPLICATION_OCTET_STREAM));
            return request;
        }, anyOf(201, 204)).close();
    }

    /** How many bytes of an upload that broke off the registry has. @throws RegistryException it has no such upload any more */
    public long received(Upload upload) throws IOException {
        try (Answer answer = requests.send(scope(upload.repository()), upload.place(), HttpGet::new, anyOf(200, 204))) {
            moved(upload, answer);
            Matcher range = RECEIVED.matcher(answer.header(HttpHeaders.RANGE));
            // 0-0 is also what is said of nothing.
            return !range.matches() || range.group(1).equals("0") ? 0 : Long.parseLong(range.group(1)) + 1;
        } catch (NumberFormatException nonsense) {
            throw new IOException("the registry " + requests.authority() + " says that it has more of a blob than there can be", nonsense);
        }
    }

    /** Gives an upload up. */
    public void cancel(Upload upload) throws IOException {
        requests.send(scope(upload.repository()), upload.place(), HttpDelete::new, anyOf(200, 202, 204, 404)).close();
    }

    /**
     * Puts a manifest or an index into a repository.
     *
     * @param reference a tag, or its digest
     */
    public void put(String repository, String reference, Descriptor manifest, byte[] bytes) throws IOException {
        try (Answer answer = requests.send(scope(repository), at(repository, "/manifests/" + reference), target -> {
            var request = new HttpPut(target);
            request.setConfig(requests.patient());
            request.setEntity(new ByteArrayEntity(bytes, ContentType.create(manifest.mediaType())));
            return request;
        }, anyOf(200, 201, 202))) {
            String digest = answer.header("Docker-Content-Digest");
            if (!digest.isEmpty() && !digest.equals(manifest.digest().toString())) {
                throw new IOException("the registry " + requests.authority() + " has made another manifest of " + manifest.digest());
            }
        }
    }

    private URI at(String repository, String path) throws IOException {
        return requests.at("/v2/" + repository + path);
    }

    private static String scope(String repository) {
        return "repository:" + repository + ":pull,push";
    }

    private static Predicate<ClassicHttpResponse> anyOf(int... statuses) {
        return response -> java.util.Arrays.stream(statuses).anyMatch(status -> status == response.getCode());
    }

    private URI place(Answer answer) throws IOException {
        String location = answer.header(HttpHeaders.LOCATION);
        if (location.isEmpty()) {
            throw new IOException("the registry " + requests.authority() + " does not say where the bytes of a blob go");
        }
        return requests.follow(answer.from(), location);
    }

    private void moved(Upload upload, Answer answer) throws IOException {
        if (!answer.header(HttpHeaders.LOCATION).isEmpty()) {
            upload.moveTo(place(answer));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Bytes that are opened when the registry is ready for them. */
    private static final class BodyEntity extends AbstractHttpEntity {

        private final Body body;
        private final long length;

        BodyEntity(Body body, long length) {
            super(ContentType.APPLICATION_OCTET_STREAM, null);
            this.body = body;
            this.length = length;
        }

        @Override
        public InputStream getContent() throws IOException {
            return body.open();
        }

        @Override
        public long getContentLength() {
            return length;
        }

        @Override
        public boolean isStreaming() {
            return true;
        }

        @Override
        public void close() {
            // Who has sent it has closed it.
        }
    }
}
