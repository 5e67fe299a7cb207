import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An engine under measurement, spoken to in version 1.41 of the Docker Engine API, which all that are of interest know.
 * Every container carries this run's label, and {@link #close} removes those, whatever the run came to.
 */
final class Engine implements AutoCloseable {

    private static final String API = "/v1.41";
    private static final String LABEL = "benchmark";
    private static final int FIRST_INSIDE = 80;

    private final String name;
    private final Path socket;
    private final String image;
    private final String run = "run-" + ProcessHandle.current().pid();
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
    /** Creations hold the read side: none is under way when the rest is removed. */
    private final ReadWriteLock creating = new ReentrantReadWriteLock();
    private boolean closed;

    Engine(String name, Path socket, String image) {
        this.name = name;
        this.socket = socket;
        this.image = image;
    }

    String name() {
        return name;
    }

    /** The engine's version; fails if it does not answer. */
    String version() {
        return String.valueOf(Json.object(call("GET", "/version", "")).get("Version"));
    }

    /** Creates a container and returns its id. */
    String create(String network, List<String> command) {
        return create(network, command, List.of());
    }

    /** @param ports of the loopback address that lead to port 80 of the container and on from there */
    String create(String network, List<String> command, List<Integer> ports) {
        creating.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException(name + ": the benchmark is ending");
            }
            Map<String, Object> exposed = new LinkedHashMap<>();
            Map<String, Object> bindings = new LinkedHashMap<>();
            for (int i = 0; i < ports.size(); i++) {
                exposed.put(FIRST_INSIDE + i + "/tcp", Map.of());
                bindings.put(FIRST_INSIDE + i + "/tcp", List.of(Map.of("HostIp", "127.0.0.1", "HostPort", ports.get(i).toString())));
            }
            String body = Json.write(Map.of("Image", image, "Cmd", command, "Labels", Map.of(LABEL, run), "ExposedPorts", exposed,
                    "HostConfig", Map.of("NetworkMode", network, "PortBindings", bindings)), 0);
            return String.valueOf(Json.object(call("POST", "/containers/create", body)).get("Id"));
        } finally {
            creating.readLock().unlock();
        }
    }

    void start(String container) {
        call("POST", "/containers/" + container + "/start", "");
    }

    void remove(String container) {
        call("DELETE", "/containers/" + container + "?force=1&v=1", "");
    }

    /** Asks for the container's next exit. When this returns the engine has answered the head, so a start cannot be missed. */
    PendingExit nextExit(String container) {
        String target = API + "/containers/" + container + "/wait?condition=next-exit";
        try {
            var connection = Connection.open(socket);
            return new PendingExit(this, connection, checked("POST", target, connection.request("POST", target, "")));
        } catch (IOException e) {
            throw failure("POST", target, e);
        }
    }

    /** Runs a command inside a running container and returns its exit code: create, start until its output ends, inspect. */
    int exec(String container, List<String> command) {
        String body = Json.write(Map.of("Cmd", command, "AttachStdout", true, "AttachStderr", true), 0);
        String id = String.valueOf(Json.object(call("POST", "/containers/" + container + "/exec", body)).get("Id"));
        String target = API + "/exec/" + id + "/start";
        try (var connection = Connection.open(socket)) {
            checked("POST", target, connection.request("POST", target, "{\"Detach\":false,\"Tty\":false}",
                    "Connection: Upgrade", "Upgrade: tcp")).text();
        } catch (IOException e) {
            throw failure("POST", target, e);
        }
        return exitCode(Json.object(call("GET", "/exec/" + id + "/json", "")).get("ExitCode"));
    }

    /** Reads everything that the container has written to its output and returns how many bytes that is, without frames. */
    long readLogs(String container) {
        String target = API + "/containers/" + container + "/logs?stdout=1&stderr=1";
        try (var connection = Connection.open(socket)) {
            return payloadBytes(checked("GET", target, connection.request("GET", target, "")).body());
        } catch (IOException e) {
            throw failure("GET", target, e);
        }
    }

    private static long payloadBytes(InputStream frames) throws IOException {
        var in = new DataInputStream(frames);
        byte[] header = new byte[8];
        long bytes = 0;
        while (in.readNBytes(header, 0, header.length) == header.length) {
            int length = ByteBuffer.wrap(header).getInt(4);
            in.skipNBytes(length);
            bytes += length;
        }
        return bytes;
    }

    /** Removes every container of this run, and lets none be made any more. May be repeated. */
    @Override
    public void close() {
        creating.writeLock().lock();
        try {
            closed = true;
            String filters = URLEncoder.encode(Json.write(Map.of("label", List.of(LABEL + "=" + run)), 0), StandardCharsets.UTF_8);
            if (Json.parse(call("GET", "/containers/json?all=1&filters=" + filters, "")) instanceof List<?> left) {
                left.forEach(container -> remove(String.valueOf(((Map<?, ?>) container).get("Id"))));
            }
        } finally {
            creating.writeLock().unlock();
        }
    }

    /** One request with its whole answer, on a connection that is kept for the next one. */
    private String call(String method, String path, String json) {
        String target = API + path;
        try {
            var kept = idle.poll();
            if (kept != null) {
                try {
                    return exchange(kept, method, target, json);
                } catch (EOFException e) {
                    kept.close();   // the engine had closed it for being idle, and so has not seen the request
                }
            }
            return exchange(Connection.open(socket), method, target, json);
        } catch (IOException e) {
            throw failure(method, target, e);
        }
    }

    private String exchange(Connection connection, String method, String target, String json) throws IOException {
        var response = checked(method, target, connection.request(method, target, json));
        String text = response.text();
        if (response.body().endsConnection()) {
            connection.close();
        } else {
            idle.push(connection);
        }
        return text;
    }

    private Response checked(String method, String target, Response response) throws IOException {
        if (response.failed()) {
            throw new EngineException("%s: %s %s: %d %s".formatted(name, method, target, response.status(), response.text().strip()));
        }
        return response;
    }

    UncheckedIOException failure(String method, String target, IOException cause) {
        return new UncheckedIOException("%s: %s %s on %s: %s".formatted(name, method, target, socket, cause.getMessage()), cause);
    }

    static int exitCode(Object value) {
        return value instanceof Double code ? code.intValue() : -1;
    }
}
