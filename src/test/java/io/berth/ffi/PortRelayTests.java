package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the kernel, in a namespace of the test. */
@Tag("privileged")
class PortRelayTests {

    private static final Inet6Address LOOPBACK6 = (Inet6Address) InetAddress.ofLiteral("::1");
    private static final Inet6Address ANY6 = (Inet6Address) InetAddress.ofLiteral("::");
    private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

    private interface Scene {
        void play(ServerSocket container, PortRelay.Listener listener) throws Exception;
    }

    private static void play(Scene scene) throws Exception {
        OwnNetwork.run(() -> {
            try (var container = new ServerSocket(); var relay = new PortRelay("relay")) {
                container.bind(new InetSocketAddress(LOOPBACK, 9000));
                try (PortRelay.Listener listener = relay.listen(true, LOOPBACK6, 8080, LOOPBACK, 9000)) {
                    scene.play(container, listener);
                }
            }
        });
    }

    @Test
    void anAnswerArrivesAfterTheClientHasEndedItsHalf() throws Exception {
        play((container, listener) -> {
            try (var client = new Socket(LOOPBACK6, 8080); var served = container.accept()) {
                client.getOutputStream().write("question".getBytes());
                client.shutdownOutput();
                assertThat(served.getInputStream().readAllBytes()).isEqualTo("question".getBytes());
                served.getOutputStream().write("answer".getBytes());
                served.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).isEqualTo("answer".getBytes());
            }
        });
    }

    @Test
    void nothingIsLostWhenTheReaderIsSlowerThanTheWriter() throws Exception {
        byte[] much = new byte[16 << 20];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 >> 3);
        }
        play((container, listener) -> {
            try (var client = new Socket(LOOPBACK6, 8080); var served = container.accept()) {
                var written = CompletableFuture.runAsync(() -> {
                    try {
                        served.getOutputStream().write(much);
                        served.shutdownOutput();
                    } catch (IOException failed) {
                        throw new java.io.UncheckedIOException(failed);
                    }
                });
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(much);
                written.get();
            }
        });
    }

    @Test
    void aClosedListenerRefusesAndEndsItsConnections() throws Exception {
        play((container, listener) -> {
            try (var client = new Socket(LOOPBACK6, 8080); var served = container.accept()) {
                listener.close();
                assertThatThrownBy(() -> {
                    int end = client.getInputStream().read();
                    throw new SocketException("ended with " + end);
                }).isInstanceOf(SocketException.class);
                assertThat(served.isConnected()).isTrue();
                assertThatThrownBy(() -> new Socket(LOOPBACK6, 8080).close()).isInstanceOf(ConnectException.class);
            }
        });
    }

    @Test
    void aContainerThatDoesNotListenMeansAReset() throws Exception {
        OwnNetwork.run(() -> {
            try (var relay = new PortRelay("relay"); var listener = relay.listen(true, LOOPBACK6, 8080, LOOPBACK, 9);
                    var client = new Socket(LOOPBACK6, 8080)) {
                assertThat(listener).isNotNull();
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        });
    }

    /** Tells each client what it has said, backwards, until it is closed. */
    private static DatagramSocket echo() throws IOException {
        var container = new DatagramSocket(new InetSocketAddress(LOOPBACK, 9000));
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    var said = new DatagramPacket(new byte[65536], 65536);
                    container.receive(said);
                    var back = new StringBuilder(new String(said.getData(), 0, said.getLength(), StandardCharsets.ISO_8859_1)).reverse().toString();
                    container.send(new DatagramPacket(back.getBytes(StandardCharsets.ISO_8859_1), said.getLength(), said.getSocketAddress()));
                }
            } catch (IOException closed) {
                // The test has ended.
            }
        });
        return container;
    }

    /** Connected: what does not come from the address that was asked is not received. */
    private static DatagramSocket client() throws IOException {
        var client = new DatagramSocket();
        client.connect(LOOPBACK6, 8080);
        client.setSoTimeout(5000);
        return client;
    }

    private static void say(DatagramSocket client, String words) throws IOException {
        client.send(new DatagramPacket(words.getBytes(StandardCharsets.ISO_8859_1), words.length()));
    }

    private static String hear(DatagramSocket client) throws IOException {
        var heard = new DatagramPacket(new byte[65536], 65536);
        client.receive(heard);
        return new String(heard.getData(), 0, heard.getLength(), StandardCharsets.ISO_8859_1);
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void eachClientOfUdpHasItsOwnAnswersWhateverTheirLength() throws Exception {
        OwnNetwork.run(() -> {
            try (var relay = new PortRelay("relay"); var listener = relay.listen(false, ANY6, 8080, LOOPBACK, 9000); var container = echo();
                    var one = client(); var other = client()) {
                say(one, "one");
                say(other, "z");
                say(other, "x".repeat(65506) + "y");
                assertThat(hear(one)).isEqualTo("eno");
                assertThat(hear(other)).isEqualTo("z");
                assertThat(hear(other)).isEqualTo("y" + "x".repeat(65506));
                say(one, "again");
                assertThat(hear(one)).isEqualTo("niaga");
                assertThat(List.of(listener, container)).hasSize(2);
            }
        });
    }

    @Test
    void oneThatIsNotThereYetAnswersWhenItIs() throws Exception {
        OwnNetwork.run(() -> {
            try (var relay = new PortRelay("relay"); var listener = relay.listen(false, LOOPBACK6, 8080, LOOPBACK, 9000); var client = client()) {
                say(client, "lost");
                say(client, "lost, too");
                try (var container = echo()) {
                    say(client, "here");
                    // What was said before may have been on its way until now.
                    var heard = hear(client);
                    for (int earlier = 0; earlier < 2 && !heard.equals("ereh"); earlier++) {
                        heard = hear(client);
                    }
                    assertThat(heard).isEqualTo("ereh");
                    assertThat(List.of(listener, container)).hasSize(2);
                }
            }
        });
    }

    @Test
    void clientsOfUdpHaveABoundAndAreForgotten() throws Exception {
        OwnNetwork.run(() -> {
            try (var relay = new PortRelay("relay", Duration.ofSeconds(1)); var listener = relay.listen(false, LOOPBACK6, 8080, LOOPBACK, 9000);
                    var container = echo()) {
                long before = descriptors();
                for (int i = 0; i < 1500; i++) {
                    try (var client = client()) {
                        say(client, "client " + i);
                        assertThat(hear(client)).hasSize(("client " + i).length());
                    }
                }
                assertThat(descriptors() - before).isLessThanOrEqualTo(1024 + 50);
                await().until(() -> descriptors() - before < 50);
                assertThat(List.of(listener, container)).hasSize(2);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortIsFreeWhenItsListenerIsClosed(boolean tcp) throws Exception {
        OwnNetwork.run(() -> {
            PortRelay.Listener late;
            try (var relay = new PortRelay("relay")) {
                for (int i = 0; i < 200; i++) {
                    relay.listen(tcp, LOOPBACK6, 8080, LOOPBACK, 9000).close();
                    PortHolder.hold(LOOPBACK6, tcp, 8080).close();
                }
                late = relay.listen(tcp, LOOPBACK6, 8080, LOOPBACK, 9000);
            }
            late.close();
            PortHolder.hold(LOOPBACK6, tcp, 8080).close();
        });
    }

    @Test
    void aPortInUseIsRefused() throws Exception {
        OwnNetwork.run(() -> {
            try (var relay = new PortRelay("relay"); var first = relay.listen(true, LOOPBACK6, 8080, LOOPBACK, 9)) {
                assertThat(first).isNotNull();
                assertThatThrownBy(() -> relay.listen(true, LOOPBACK6, 8080, LOOPBACK, 9)).isInstanceOfSatisfying(NativeException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EADDRINUSE));
            }
        });
    }
}
