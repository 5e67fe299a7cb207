package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the kernel, in a namespace of the test. */
@Tag("privileged")
class TcpRelayTests {

    private static final Inet6Address LOOPBACK6 = (Inet6Address) InetAddress.ofLiteral("::1");
    private static final Inet4Address LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

    private interface Scene {
        void play(ServerSocket container, TcpRelay.Listener listener) throws Exception;
    }

    private static void play(Scene scene) throws Exception {
        OwnNetwork.run(() -> {
            try (var container = new ServerSocket(); var relay = new TcpRelay("relay")) {
                container.bind(new InetSocketAddress(LOOPBACK, 9000));
                try (TcpRelay.Listener listener = relay.listen(LOOPBACK6, 8080, LOOPBACK, 9000)) {
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
            try (var relay = new TcpRelay("relay"); var listener = relay.listen(LOOPBACK6, 8080, LOOPBACK, 9);
                    var client = new Socket(LOOPBACK6, 8080)) {
                assertThat(listener).isNotNull();
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        });
    }

    @Test
    void aPortInUseIsRefused() throws Exception {
        OwnNetwork.run(() -> {
            try (var relay = new TcpRelay("relay"); var first = relay.listen(LOOPBACK6, 8080, LOOPBACK, 9)) {
                assertThat(first).isNotNull();
                assertThatThrownBy(() -> relay.listen(LOOPBACK6, 8080, LOOPBACK, 9)).isInstanceOfSatisfying(NativeException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EADDRINUSE));
            }
        });
    }
}
