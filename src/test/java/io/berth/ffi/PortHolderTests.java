package io.berth.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against the kernel, in a namespace of the test. */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class PortHolderTests {

    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY6 = InetAddress.ofLiteral("::");
    private static final int MANY = 600;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void aHeldPortCanBeTakenByNobodyElseAndRefusesConnections() throws Exception {
        OwnNetwork.run(() -> {
            try (Fd holder = PortHolder.hold(ANY, true, 8080)) {
                assertThat(PortHolder.portOf(holder)).isEqualTo(8080);
                assertThatThrownBy(() -> new ServerSocket(8080).close()).isInstanceOf(BindException.class);
                assertThatThrownBy(() -> PortHolder.hold(LOOPBACK, true, 8080)).isInstanceOfSatisfying(NativeException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(Errno.EADDRINUSE));
                assertThatThrownBy(() -> new Socket(LOOPBACK, 8080).close()).isInstanceOf(ConnectException.class);
            }
            new ServerSocket(8080).close();
        });
    }

    @Test
    void aPortThatAServerHasIsInUse() throws Exception {
        OwnNetwork.run(() -> {
            try (var server = new ServerSocket()) {
                server.bind(new InetSocketAddress(LOOPBACK, 8080));
                assertThatThrownBy(() -> PortHolder.hold(ANY, true, 8080)).isInstanceOf(NativeException.class);
            }
        });
    }

    @Test
    void connectionsThatJustEndedDoNotKeepThePort() throws Exception {
        OwnNetwork.run(() -> {
            try (var server = new ServerSocket()) {
                server.bind(new InetSocketAddress(LOOPBACK, 8080));
                try (var client = new Socket(LOOPBACK, 8080); var served = server.accept()) {
                    served.close();
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            }
            PortHolder.hold(ANY, true, 8080).close();
        });
    }

    @Test
    void bothFamiliesAndProtocolsAreHeldApart() throws Exception {
        OwnNetwork.run(() -> {
            try (Fd tcp = PortHolder.hold(ANY, true, 8080); Fd tcp6 = PortHolder.hold(ANY6, true, 8080);
                    Fd udp = PortHolder.hold(ANY, false, 8080)) {
                assertThat(tcp.number()).isNotEqualTo(tcp6.number());
                assertThatThrownBy(() -> new DatagramSocket(8080).close()).isInstanceOf(BindException.class);
                assertThat(PortHolder.portOf(udp)).isEqualTo(8080);
            }
        });
    }

    @Test
    void aFreePortIsFoundWhenNoneIsNamed() throws Exception {
        OwnNetwork.run(() -> {
            try (Fd holder = PortHolder.hold(ANY, false, 0)) {
                assertThat(PortHolder.portOf(holder)).isBetween(1024, 65535);
            }
        });
    }

    /** The kernel forgets a port that it has chosen itself when its socket ends listening. */
    @Test
    void portsThatAreFoundAreHeldToo() throws Exception {
        OwnNetwork.run(() -> {
            var holders = new ArrayList<Fd>();
            try {
                var ports = new HashSet<Integer>();
                for (int i = 0; i < MANY; i++) {
                    holders.add(PortHolder.hold(LOOPBACK, true, 0));
                    ports.add(PortHolder.portOf(holders.getLast()));
                }
                assertThat(ports).hasSize(MANY);
                for (int port : ports) {
                    assertThatThrownBy(() -> new ServerSocket(port, 1, LOOPBACK).close()).isInstanceOf(BindException.class);
                }
            } finally {
                holders.forEach(Fd::close);
            }
        });
    }
}
