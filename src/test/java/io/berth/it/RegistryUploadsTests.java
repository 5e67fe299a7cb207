package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.image.RegistryCredentials;
import io.berth.image.RegistryProperties;
import io.berth.image.registry.RegistryConnections;
import io.berth.image.registry.RegistryException;
import io.berth.image.registry.RegistryUploads;
import io.berth.oci.Descriptor;
import io.berth.oci.Digest;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client that writes, against a registry on the loopback; without a Berth. */
class RegistryUploadsTests {

    private final FakeRegistry registry = new FakeRegistry();
    private final RegistryConnections connections =
            new RegistryConnections(new RegistryProperties(List.of(), List.of(), Path.of("/nowhere"), 3, Duration.ofSeconds(2), "", "", ""));

    @AfterEach
    void close() {
        registry.close();
    }

    private RegistryUploads client(RegistryCredentials credentials) {
        return connections.open(registry.authority(), credentials).uploads();
    }

    private static Descriptor descriptor(byte[] blob) {
        return new Descriptor(FakeRegistry.LAYER, Digest.of(blob), blob.length);
    }

    private static void push(RegistryUploads client, String repository, byte[] blob) throws IOException {
        var upload = client.begin(repository);
        client.send(upload, descriptor(blob), 0, () -> new ByteArrayInputStream(blob));
        client.finish(upload, Digest.of(blob));
    }

    @Test
    void aBlobIsThereAfterItsUploadAndInThatRepositoryOnly() throws IOException {
        var client = client(null);
        byte[] blob = FakeRegistry.noise(100_000);
        assertThat(client.has("one", Digest.of(blob))).isFalse();
        push(client, "one", blob);
        assertThat(client.has("one", Digest.of(blob))).isTrue();
        assertThat(client.has("two", Digest.of(blob))).isFalse();
        assertThat(client.mount("two", Digest.of(blob), "one")).isNull();
        assertThat(client.has("two", Digest.of(blob))).isTrue();
        var offered = client.mount("two", Digest.of(FakeRegistry.noise(1)), "one");
        assertThat(offered).as("an upload where there is nothing to mount").isNotNull();
        client.cancel(offered);
        assertThatThrownBy(() -> client.received(offered)).isInstanceOf(RegistryException.class);
    }

    @Test
    void theRegistrySaysHowMuchItHas() throws IOException {
        var client = client(null);
        byte[] blob = FakeRegistry.noise(3 << 20);
        var broken = new AtomicInteger();
        registry.misbehave(exchange -> {
            if (!exchange.getRequestMethod().equals("PATCH") || broken.incrementAndGet() > 1) {
                return false;
            }
            registry.breakUpload(exchange, 1 << 20);
            return true;
        });
        var upload = client.begin("one");
        assertThatThrownBy(() -> client.send(upload, descriptor(blob), 0, () -> new ByteArrayInputStream(blob))).isInstanceOf(IOException.class);
        long received = client.received(upload);
        assertThat(received).isBetween(1L << 20, (1L << 20) + 8192);
        client.send(upload, descriptor(blob), received, () -> new ByteArrayInputStream(blob, (int) received, blob.length));
        client.finish(upload, Digest.of(blob));
        assertThat(registry.uploadedBytes()).isEqualTo(blob.length);
    }

    @Test
    void otherBytesThanWereMeantAreRefused() throws IOException {
        var client = client(null);
        var upload = client.begin("one");
        client.send(upload, descriptor(FakeRegistry.noise(10)), 0, () -> new ByteArrayInputStream(new byte[10]));
        assertThatThrownBy(() -> client.finish(upload, Digest.of(FakeRegistry.noise(10)))).isInstanceOfSatisfying(RegistryException.class,
                refused -> assertThat(refused.isOfUpload()).isTrue());
    }

    @Test
    void aTokenThatEndsInTheMiddleIsRenewed() throws IOException {
        var scopes = new CopyOnWriteArrayList<String>();
        var uses = new AtomicInteger();
        registry.misbehave(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/token")) {
                scopes.add(exchange.getRequestURI().getQuery());
                uses.set(0);
                FakeRegistry.send(exchange, 200, "application/json", ("{\"token\":\"t" + scopes.size() + "\"}").getBytes(StandardCharsets.UTF_8));
                return true;
            }
            boolean isGood = ("Bearer t" + scopes.size()).equals(exchange.getRequestHeaders().getFirst("Authorization")) && uses.incrementAndGet() <= 2;
            if (!isGood) {
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"http://" + registry.authority() + "/token\",service=\"mine\"");
                FakeRegistry.send(exchange, 401, "application/json", "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"no\"}]}".getBytes(StandardCharsets.UTF_8));
            }
            return !isGood;
        });
        var client = client(new RegistryCredentials("user", "hush", "", ""));
        byte[] blob = FakeRegistry.noise(50_000);
        assertThat(client.has("one", Digest.of(blob))).isFalse();
        push(client, "one", blob);
        assertThat(client.has("one", Digest.of(blob))).isTrue();
        assertThat(scopes).hasSizeGreaterThan(1).allMatch(query -> query.contains("scope=repository:one:pull,push"));
        client.mount("two", Digest.of(blob), "one");
        assertThat(scopes.getLast()).contains("scope=repository:two:pull,push", "scope=repository:one:pull");
    }

    @Test
    void passwordsDoNotGoWhereTheBytesGo() throws IOException {
        var elsewhere = new CopyOnWriteArrayList<String>();
        var other = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0), 0);
        other.createContext("/", exchange -> {
            try (exchange) {
                elsewhere.add(exchange.getRequestMethod() + exchange.getRequestURI() + " " + FakeRegistry.header(exchange, "Authorization"));
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(exchange.getRequestMethod().equals("PUT") ? 201 : 202, -1);
            }
        });
        other.start();
        try {
            registry.misbehave(exchange -> {
                if (FakeRegistry.header(exchange, "Authorization").isEmpty()) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"here\"");
                    FakeRegistry.send(exchange, 401, "text/plain", new byte[0]);
                    return true;
                }
                exchange.getResponseHeaders().set("Location", "http://127.0.0.2:" + other.getAddress().getPort() + "/place?id=1");
                exchange.sendResponseHeaders(202, -1);
                return true;
            });
            byte[] blob = FakeRegistry.noise(10);
            push(client(new RegistryCredentials("user", "hush", "", "")), "one", blob);
            assertThat(elsewhere).containsExactly("PATCH/place?id=1 ", "PUT/place?id=1&digest=sha256%3A" + Digest.of(blob).hex() + " ");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void manifestsAreTakenWithTheirType() throws IOException {
        var client = client(null);
        byte[] config = FakeRegistry.noise(20);
        push(client, "one", config);
        byte[] bytes = ("{\"config\":" + FakeRegistry.descriptor("any", config) + "}").getBytes(StandardCharsets.UTF_8);
        client.put("one", "latest", new Descriptor(FakeRegistry.MANIFEST, Digest.of(bytes), bytes.length), bytes);
        assertThat(registry.manifest("one:latest").mediaType()).isEqualTo(FakeRegistry.MANIFEST);
        assertThat(client.hasManifest("one", Digest.of(bytes))).isTrue();
        assertThat(client.hasManifest("one", Digest.of(config))).isFalse();
    }
}
