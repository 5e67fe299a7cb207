package io.berth.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import java.net.Socket;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The machine's {@code docker-registry} on the loopback, with or without TLS and a user {@code user} whose password is {@code hush}. */
final class DebianRegistry implements AutoCloseable {

    private final Path folder;
    private final Process process;
    private final String address;
    private final int port;
    private final boolean tls;
    private final HttpClient client;

    DebianRegistry(Path folder, boolean tls) {
        this(folder, tls, "127.0.0.1");
    }

    /** @param address of this machine, on which it listens */
    DebianRegistry(Path folder, boolean tls, String address) {
        this.folder = folder;
        this.tls = tls;
        this.address = address;
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            this.port = socket.getLocalPort();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        try {
            this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(trusting()).build();
            Files.createDirectories(folder);
            var lines = new ArrayList<>(List.of("version: 0.1", "log: {level: error}", "storage: {filesystem: {rootdirectory: " + folder.resolve("data") + "}}",
                    "http:", "  addr: " + address + ":" + port));
            if (tls) {
                Command.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.resolve("key").toString(), "-out",
                        certificate().toString(), "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:" + address).expect(0);
                lines.add("  tls: {certificate: " + certificate() + ", key: " + folder.resolve("key") + "}");
                Files.writeString(folder.resolve("htpasswd"), "user:" + new BCryptPasswordEncoder(4).encode("hush").replaceFirst("^\\$2a", "\\$2y") + "\n");
                lines.add("auth: {htpasswd: {realm: here, path: " + folder.resolve("htpasswd") + "}}");
            }
            Files.writeString(folder.resolve("config.yml"), String.join("\n", lines) + "\n");
            process = new ProcessBuilder("docker-registry", "serve", folder.resolve("config.yml").toString())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        Eventually.holds("the registry answers", () -> status("/v2/") == (tls ? 401 : 200));
    }

    /** @param host by which it is dialled: its certificate is for {@code localhost} and its address */
    String authority(String host) {
        return host + ":" + port;
    }

    Path certificate() {
        return folder.resolve("certificate");
    }

    private int status(String path) {
        try {
            return send(HttpRequest.newBuilder(uri(path)).build()).statusCode();
        } catch (UncheckedIOException notYet) {
            return 0;
        }
    }

    private URI uri(String path) {
        return URI.create((tls ? "https" : "http") + "://" + address + ":" + port + path);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private HttpRequest.Builder asUser(URI uri) {
        return HttpRequest.newBuilder(uri).header("Authorization", "Basic " + Base64.getEncoder().encodeToString("user:hush".getBytes()));
    }

    /** Puts an image of the other registry here. @param manifest whose blobs {@code from} has */
    void upload(String repository, String tag, FakeRegistry.Content manifest, FakeRegistry from) {
        var digests = java.util.regex.Pattern.compile("sha256:[0-9a-f]{64}").matcher(new String(manifest.bytes()));
        while (digests.find()) {
            upload(repository, from.blob(digests.group()), digests.group());
        }
        var put = send(asUser(uri("/v2/" + repository + "/manifests/" + tag)).header("Content-Type", manifest.mediaType())
                .PUT(HttpRequest.BodyPublishers.ofByteArray(manifest.bytes())).build());
        if (put.statusCode() != 201) {
            throw new IllegalStateException(put.statusCode() + " " + put.body());
        }
    }

    private void upload(String repository, byte[] blob, String digest) {
        var begun = send(asUser(uri("/v2/" + repository + "/blobs/uploads/")).POST(HttpRequest.BodyPublishers.noBody()).build());
        var place = uri("").resolve(begun.headers().firstValue("Location").orElseThrow());
        var put = send(asUser(URI.create(place + (place.getQuery() == null ? "?" : "&") + "digest=" + digest))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(blob)).build());
        if (put.statusCode() != 201) {
            throw new IllegalStateException(put.statusCode() + " " + put.body());
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static SSLContext trusting() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The test knows whom it talks to. */
    private static final class Anyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
