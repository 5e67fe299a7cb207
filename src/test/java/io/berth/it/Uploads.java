package io.berth.it;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** The uploads of a {@link FakeRegistry}, and which repository has which blob. */
final class Uploads {

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private final Map<String, byte[]> blobs;
    private final Map<String, ByteArrayOutputStream> open = new ConcurrentHashMap<>();
    private final Set<String> linked = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong number = new AtomicLong();

    Uploads(Map<String, byte[]> blobs) {
        this.blobs = blobs;
    }

    long bytes() {
        return bytes.get();
    }

    void forgetBytes() {
        bytes.set(0);
    }

    boolean isIn(String repository, String digest) {
        return linked.contains(repository + "@" + digest);
    }

    /** The repository has all blobs that the text names. */
    void link(String repository, String text) {
        DIGEST.matcher(text).results().forEach(digest -> linked.add(repository + "@" + digest.group()));
    }

    void answer(HttpExchange exchange) throws IOException {
        String repository = repository(exchange);
        switch (exchange.getRequestMethod()) {
            case "POST" -> begin(exchange, repository);
            case "PATCH" -> take(exchange, Integer.MAX_VALUE);
            case "PUT" -> finish(exchange, repository);
            case "DELETE" -> {
                open.remove(id(exchange));
                exchange.sendResponseHeaders(204, -1);
            }
            default -> {
                if (open.containsKey(id(exchange))) {
                    place(exchange, 204);
                } else {
                    FakeRegistry.send(exchange, 404, "application/json", "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\",\"message\":\"gone\"}]}".getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    private void begin(HttpExchange exchange, String repository) throws IOException {
        String mount = query(exchange, "mount");
        if (!mount.isEmpty() && isIn(query(exchange, "from"), mount)) {
            linked.add(repository + "@" + mount);
            exchange.sendResponseHeaders(201, -1);
            return;
        }
        String id = "u" + number.incrementAndGet();
        open.put(id, new ByteArrayOutputStream());
        exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/uploads/" + id + "?state=any");
        exchange.sendResponseHeaders(202, -1);
    }

    /** @param most bytes to take before the connection is closed without an answer */
    void take(HttpExchange exchange, int most) throws IOException {
        ByteArrayOutputStream upload = open.get(id(exchange));
        String range = FakeRegistry.header(exchange, "Content-Range");
        if (!range.isEmpty() && !range.startsWith(upload.size() + "-")) {
            FakeRegistry.send(exchange, 416, "text/plain", new byte[0]);
            return;
        }
        byte[] buffer = new byte[8192];
        int taken = 0;
        for (int read = 0; read >= 0 && taken < most; read = exchange.getRequestBody().read(buffer)) {
            upload.write(buffer, 0, read);
            bytes.addAndGet(read);
            taken += read;
        }
        if (taken < most) {
            place(exchange, 202);
        }
    }

    private void place(HttpExchange exchange, int status) throws IOException {
        int size = open.get(id(exchange)).size();
        exchange.getResponseHeaders().set("Location", exchange.getRequestURI().toString());
        exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, size - 1));
        exchange.sendResponseHeaders(status, -1);
    }

    private void finish(HttpExchange exchange, String repository) throws IOException {
        byte[] blob = open.remove(id(exchange)).toByteArray();
        String digest = query(exchange, "digest");
        if (!digest.equals("sha256:" + FakeRegistry.sha256(blob))) {
            FakeRegistry.send(exchange, 400, "application/json", "{\"errors\":[{\"code\":\"DIGEST_INVALID\",\"message\":\"other content\"}]}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        blobs.put(digest, blob);
        linked.add(repository + "@" + digest);
        exchange.sendResponseHeaders(201, -1);
    }

    private static String repository(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().replaceAll("^/v2/|/blobs/uploads/.*", "");
    }

    private static String id(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().replaceAll(".*/", "");
    }

    private static String query(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String part : query == null ? new String[0] : query.split("&")) {
            if (part.startsWith(name + "=")) {
                return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }
}
