package io.berth.network;

import io.berth.ffi.Fd;
import io.berth.ffi.OwnNetwork;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A server in a namespace that tells each client the address it came from. */
final class TestServer implements Closeable {

    private static final int PATIENCE_MILLIS = 5000;
    private static final int UNREACHABLE_MILLIS = 700;

    private final Closeable socket;
    private final int port;
    private final int threadId;

    private record Started(Closeable socket, int threadId) {}

    private interface Open<S> {
        S open() throws IOException;
    }

    private interface Serve<S> {
        void serve(S socket) throws IOException;
    }

    private TestServer(Started started, int port) {
        this.socket = started.socket();
        this.port = port;
        this.threadId = started.threadId();
    }

    static TestServer tcp(@Nullable Fd netns, int port) throws Exception {
        return new TestServer(start(netns, () -> {
            var server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("::"), port)); // IPv4, too
            return server;
        }, server -> {
            while (true) {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write(IpText.of(client.getInetAddress()).getBytes(StandardCharsets.US_ASCII));
                }
            }
        }), port);
    }

    static TestServer udp(Fd netns, int port) throws Exception {
        return new TestServer(start(netns, () -> new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("::"), port)),
                server -> {
                    while (true) {
                        var question = new DatagramPacket(new byte[64], 64);
                        server.receive(question);
                        byte[] answer = IpText.of(question.getAddress()).getBytes(StandardCharsets.US_ASCII);
                        server.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                    }
                }), port);
    }

    /** What the server behind an address says. */
    static String ask(String address, int port) throws IOException {
        try (var client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
            client.setSoTimeout(PATIENCE_MILLIS);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    static String askUdp(String address, int port) throws IOException {
        try (var client = new DatagramSocket()) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.send(new DatagramPacket(new byte[1], 1, InetAddress.ofLiteral(address), port));
            var answer = new DatagramPacket(new byte[64], 64);
            client.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        }
    }

    /** Whether somebody answers; a dropped packet costs the whole wait. */
    static boolean isReachable(String address, int port) {
        try (var client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), UNREACHABLE_MILLIS);
            return true;
        } catch (IOException refusedOrDropped) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** The thread that serves; it is in the namespace, as a container's process would be. */
    int threadId() {
        return threadId;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static <S extends Closeable> Started start(@Nullable Fd netns, Open<S> open, Serve<S> serve) throws Exception {
        var started = new CompletableFuture<Started>();
        OwnNetwork.Body body = () -> {
            S socket = open.open();
            String thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
            started.complete(new Started(socket, Integer.parseInt(thread)));
            serve.serve(socket);
        };
        Thread.ofPlatform().daemon().start(() -> {
            try {
                if (netns == null) {
                    body.run();
                } else {
                    OwnNetwork.in(netns, body);
                }
            } catch (Exception | Error failed) {
                // After the start this is the test closing the socket.
                started.completeExceptionally(failed);
            }
        });
        return started.get();
    }
}
