package io.berth.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A registry on the loopback that keeps its blobs in memory, counts what it sends and gets, and can be made to misbehave. */
final class FakeRegistry implements AutoCloseable {

    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** This machine's, in Go's words. */
    static final String ARCHITECTURE = "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";

    /** Answers a request in the registry's place; false when the registry is to answer as usual. */
    interface Mischief {
        boolean answer(HttpExchange exchange) throws IOException;
    }

    /** A document or blob. */
    record Content(String mediaType, byte[] bytes) {
        String digest() {
            return "sha256:" + sha256(bytes);
        }
    }

    /** What was asked. @param authorization the header, empty without */
    record Request(String method, String path, String authorization, String range) {}

    private final HttpServer server;
    private final Map<String, Content> manifests = new ConcurrentHashMap<>();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong blobBytes = new AtomicLong();
    private final List<Mark> told = new CopyOnWriteArrayList<>();
    private final Uploads uploads = new Uploads(blobs);
    private volatile Mischief mischief = exchange -> false;

    FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    void misbehave(Mischief next) {
        mischief = next;
    }

    List<Request> requests() {
        return requests;
    }

    /** @param what is done once when so many bytes of blobs were sent */
    private record Mark(long bytes, Runnable what) {
        boolean reached(long sent) {
            if (sent < bytes) {
                return false;
            }
            what.run();
            return true;
        }
    }

    /** Does something once, when so many bytes of blobs were sent since the last {@link #forgetRequests}. */
    void whenSent(long bytes, Runnable what) {
        told.add(new Mark(bytes, what));
    }

    /** Of layers and configs, as they were sent. */
    long blobBytes() {
        return blobBytes.get();
    }

    /** Of layers and configs, as they came. */
    long uploadedBytes() {
        return uploads.bytes();
    }

    void forgetRequests() {
        requests.clear();
        blobBytes.set(0);
        uploads.forgetBytes();
    }

    /** The manifest or index under a name, {@code repository:tag}; null without. */
    Content manifest(String name) {
        return manifests.get("/v2/" + name.substring(0, name.lastIndexOf(':')) + "/manifests/" + name.substring(name.lastIndexOf(':') + 1));
    }

    /** Takes what comes of an upload and breaks the connection when there are so many bytes of it. */
    void breakUpload(HttpExchange exchange, int after) throws IOException {
        uploads.take(exchange, after);
    }

    byte[] blob(String digest) {
        return blobs.get(digest);
    }

    /** Puts an image of these plain layers under a name, {@code repository:tag}; gives its manifest. */
    Content image(String name, List<byte[]> layers) {
        var manifest = manifest(layers, "linux", ARCHITECTURE);
        put(name, manifest);
        return manifest;
    }

    /** As {@link #image(String, List)}, with this in its config beside its command: {@code "Env":["A=b"]}. */
    void image(String name, String config, List<byte[]> layers) {
        put(name, manifest(MANIFEST, "application/vnd.oci.image.config.v1+json", "\"Cmd\":[\"sh\"]," + config, layers.stream().map(Layer::gzipped).toList(), "linux", ARCHITECTURE));
    }

    /** A layer as it travels. @param packed the tar, in whatever way the media type says */
    record Layer(String mediaType, byte[] tar, byte[] packed) {

        static Layer gzipped(byte[] tar) {
            return new Layer(LAYER, tar, gzip(tar));
        }
    }

    /** A manifest whose layers and config are here. */
    Content manifest(List<byte[]> layers, String os, String architecture) {
        return manifest(MANIFEST, "application/vnd.oci.image.config.v1+json", layers.stream().map(Layer::gzipped).toList(), os, architecture);
    }

    /** As {@link #manifest(List, String, String)}, of any kind and with layers of any kind. */
    Content manifest(String mediaType, String configType, List<Layer> layers, String os, String architecture) {
        return manifest(mediaType, configType, "\"Cmd\":[\"sh\"],\"Env\":[\"PATH=/bin\"]", layers, os, architecture);
    }

    private Content manifest(String mediaType, String configType, String runConfig, List<Layer> layers, String os, String architecture) {
        var diffIds = new ArrayList<String>();
        var descriptors = new ArrayList<String>();
        for (Layer layer : layers) {
            diffIds.add("\"sha256:" + sha256(layer.tar()) + "\"");
            descriptors.add(descriptor(layer.mediaType(), layer.packed()));
            blobs.put("sha256:" + sha256(layer.packed()), layer.packed());
        }
        byte[] config = ("{\"os\":\"" + os + "\",\"architecture\":\"" + architecture + "\",\"config\":{" + runConfig + "},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", diffIds) + "]},\"history\":[]}").getBytes(StandardCharsets.UTF_8);
        blobs.put("sha256:" + sha256(config), config);
        return new Content(mediaType, ("{\"schemaVersion\":2,\"mediaType\":\"" + mediaType + "\",\"config\":"
                + descriptor(configType, config) + ",\"layers\":[" + String.join(",", descriptors) + "]}").getBytes(StandardCharsets.UTF_8));
    }

    /** Puts any document under a name, {@code repository:tag}, and under its digest. */
    void put(String name, Content document) {
        String repository = name.substring(0, name.lastIndexOf(':'));
        uploads.link(repository, new String(document.bytes(), StandardCharsets.UTF_8));
        manifests.put("/v2/" + repository + "/manifests/" + name.substring(name.lastIndexOf(':') + 1), document);
        manifests.put("/v2/" + repository + "/manifests/" + document.digest(), document);
    }

    void putBlob(byte[] bytes) {
        blobs.put("sha256:" + sha256(bytes), bytes);
    }

    static String descriptor(String mediaType, byte[] bytes) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"sha256:" + sha256(bytes) + "\",\"size\":" + bytes.length + "}";
    }

    /** A manifest as an index lists it. */
    static String entry(Content manifest, String architecture) {
        return descriptor(MANIFEST, manifest.bytes()).replaceFirst("}$", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            requests.add(new Request(exchange.getRequestMethod(), path, header(exchange, "Authorization"), header(exchange, "Range")));
            if (mischief.answer(exchange)) {
                return;
            }
            if (path.contains("/blobs/uploads/")) {
                uploads.answer(exchange);
            } else if (path.contains("/manifests/") && exchange.getRequestMethod().equals("PUT")) {
                take(exchange, path);
            } else if (path.contains("/blobs/") && exchange.getRequestMethod().equals("HEAD")) {
                String digest = path.substring(path.lastIndexOf('/') + 1);
                boolean isThere = uploads.isIn(path.replaceAll("^/v2/|/blobs/.*", ""), digest);
                exchange.sendResponseHeaders(isThere ? 200 : 404, -1);
            } else if (path.endsWith("/tags/list")) {
                sendTags(exchange, path.replaceAll("/tags/list$", ""));
            } else if (path.equals("/v2/")) {
                send(exchange, 200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            } else if (manifests.containsKey(path)) {
                send(exchange, 200, manifests.get(path).mediaType(), manifests.get(path).bytes());
            } else if (path.contains("/blobs/") && blobs.containsKey(path.substring(path.lastIndexOf('/') + 1))) {
                sendBlob(exchange, blobs.get(path.substring(path.lastIndexOf('/') + 1)));
            } else {
                String code = path.contains("/blobs/") ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN";
                send(exchange, 404, "application/json", ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"unknown\"}]}").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** One at a time, with the way to the next, as registries do it with more. */
    private void sendTags(HttpExchange exchange, String repository) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String last = query.contains("last=") ? query.replaceAll(".*last=", "") : "";
        var tags = manifests.keySet().stream().filter(path -> path.startsWith(repository + "/manifests/") && !path.contains(":"))
                .map(path -> path.replaceAll(".*/", "")).filter(tag -> tag.compareTo(last) > 0).sorted().toList();
        if (tags.size() > 1) {
            exchange.getResponseHeaders().set("Link", "<" + repository + "/tags/list?n=1&last=" + tags.getFirst() + ">; rel=\"next\"");
        }
        send(exchange, 200, "application/json", ("{\"name\":\"" + repository.substring(4) + "\",\"tags\":["
                + (tags.isEmpty() ? "" : "\"" + tags.getFirst() + "\"") + "]}").getBytes(StandardCharsets.UTF_8));
    }

    /** As registries do: no manifest without its blobs, no index without its manifests. */
    private void take(HttpExchange exchange, String path) throws IOException {
        var content = new Content(header(exchange, "Content-Type"), exchange.getRequestBody().readAllBytes());
        String repository = path.replaceAll("^/v2/|/manifests/.*", "");
        var digests = java.util.regex.Pattern.compile("\"digest\":\"(sha256:[0-9a-f]{64})\"").matcher(new String(content.bytes(), StandardCharsets.UTF_8));
        while (digests.find()) {
            boolean isThere = content.mediaType().equals(INDEX) ? manifests.containsKey("/v2/" + repository + "/manifests/" + digests.group(1))
                    : uploads.isIn(repository, digests.group(1));
            if (!isThere) {
                send(exchange, 404, "application/json", "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"blob unknown to registry\"}]}".getBytes(StandardCharsets.UTF_8));
                return;
            }
        }
        manifests.put(path, content);
        manifests.put("/v2/" + repository + "/manifests/" + content.digest(), content);
        exchange.getResponseHeaders().set("Docker-Content-Digest", content.digest());
        send(exchange, 201, "text/plain", new byte[0]);
    }

    static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, body.length == 0 || isHead ? -1 : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Reads what was sent and refuses it. */
    static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        exchange.getRequestBody().readAllBytes();
        send(exchange, status, "application/json",
                ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}").getBytes(StandardCharsets.UTF_8));
    }

    /** Refuses who does not come with this user and password, {@code Basic ...}; whether it did. */
    static boolean refusesStranger(HttpExchange exchange, String authorization) throws IOException {
        if (authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return false;
        }
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"here\"");
        refuse(exchange, 401, "UNAUTHORIZED", "no");
        return true;
    }

    /** All of a blob, or what a range asks for. */
    void sendBlob(HttpExchange exchange, byte[] blob) throws IOException {
        String range = header(exchange, "Range");
        int from = range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, blob.length - from);
        for (int at = from; at < blob.length; at += 8192) {
            int length = Math.min(8192, blob.length - at);
            exchange.getResponseBody().write(blob, at, length);
            told.removeIf(mark -> mark.reached(blobBytes.get() + length));
            blobBytes.addAndGet(length);
        }
    }

    /** A tar with these files, each with its text. */
    static byte[] layer(Map<String, byte[]> files) {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                var entry = new TarArchiveEntry(file.getKey());
                entry.setMode(0644);
                entry.setModTime(0);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return bytes.toByteArray();
    }

    /** The blob that is asked for; null when it is something else. */
    byte[] asked(HttpExchange exchange) {
        return blobs.get(exchange.getRequestURI().getPath().replaceAll(".*/", ""));
    }

    /** Promises a blob and sends so many bytes of it. */
    static void sendPart(HttpExchange exchange, byte[] blob, int length) throws IOException {
        exchange.sendResponseHeaders(200, blob.length);
        exchange.getResponseBody().write(blob, 0, length);
        exchange.getResponseBody().flush();
    }

    /** Sends half of each blob of so many bytes or more and the other half when the latch is counted down; what is asked for in parts is sent. */
    void stallHalfway(int least, CountDownLatch until) {
        misbehave(exchange -> {
            byte[] blob = asked(exchange);
            if (blob == null || blob.length < least || until.getCount() == 0 || exchange.getRequestHeaders().containsKey("Range")) {
                return false;
            }
            sendPart(exchange, blob, blob.length / 2);
            try {
                until.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.getResponseBody().write(blob, blob.length / 2, blob.length - blob.length / 2);
            exchange.close();
            return true;
        });
    }

    /** A layer with one file of noise; see {@link #noise}. */
    static byte[] noiseLayer(String name, int bytes) {
        return layer(Map.of(name, noise(bytes)));
    }

    /** So many bytes that nothing makes smaller; the same for the same number. */
    static byte[] noise(int bytes) {
        var content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    static byte[] gzip(byte[] plain) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        return bytes.toByteArray();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
