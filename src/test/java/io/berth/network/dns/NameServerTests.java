package io.berth.network.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Clients against the server, over sockets of the loopback interface. */
class NameServerTests {

    private static final FakeUpstream.Behaviour SILENT = (query, overTcp) -> List.of();

    @Test
    void anOwnNameIsAnsweredOverBothWithoutAnyUpstream() throws IOException {
        try (var silent = new FakeUpstream(SILENT); var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT, silent)) {
            InetSocketAddress web = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            Message query = Messages.query("db", Type.A);
            Message reply = Messages.overUdp(web, query);
            assertThat(Messages.answers(reply)).containsExactly("10.9.0.3");
            assertThat(reply.getHeader().getID()).isEqualTo(query.getHeader().getID());
            assertThat(Messages.answers(Messages.overTcp(web, query))).containsExactly("10.9.0.3");
            assertThat(silent.udpQueries).hasValue(0);
        }
    }

    @Test
    void eachContainerSeesItsOwnDirectoryAlone() throws IOException {
        try (var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT)) {
            Map<InetSocketAddress, TableDirectory> containers = new HashMap<>();
            for (int i = 0; i < 1000; i++) {
                var directory = TableDirectory.of("name" + i, "10.9." + i / 250 + "." + i % 250);
                containers.put(dns.serve("container" + i, directory), directory);
            }
            for (var container : containers.entrySet()) {
                String own = container.getValue().addresses().keySet().iterator().next();
                assertThat(Messages.answers(Messages.overUdp(container.getKey(), Messages.query(own, Type.A))))
                        .isEqualTo(container.getValue().addresses().get(own));
                assertThat(container.getValue().asked).containsExactly(own);
            }
            var first = containers.entrySet().iterator().next();
            String foreign = first.getValue().addresses().containsKey("name7") ? "name8" : "name7";
            assertThat(Messages.overUdp(first.getKey(), Messages.query(foreign, Type.A)).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(containers.values()).filteredOn(directory -> directory.asked.contains(foreign)).hasSize(2);
        }
    }

    @Test
    void aDirectoryThatFailsIsAServersFailure() throws IOException {
        try (var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT)) {
            InetSocketAddress broken = dns.serve("broken", new TableDirectory(Map.of("a", List.of("no address")), Map.of()));
            assertThat(Messages.overUdp(broken, Messages.query("a", Type.A)).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(Messages.overTcp(broken, Messages.query("a", Type.A)).getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }

    @Test
    void garbageEndsNothing() throws IOException {
        try (var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT)) {
            InetSocketAddress web = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            var random = new Random(11);
            try (var socket = new DatagramSocket()) {
                for (int i = 0; i < 500; i++) {
                    byte[] garbage = new byte[random.nextInt(6000)];
                    random.nextBytes(garbage);
                    socket.send(new DatagramPacket(garbage, garbage.length, web));
                }
            }
            for (String head : List.of("\0\0", "\0\1x", "\u00ff\u00ff", "GET / HTTP/1.1\r\n\r\n")) {
                try (Socket socket = Messages.connect(web)) {
                    socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(isEnded(socket)).as(head).isTrue();
                }
            }
            assertThat(Messages.answers(Messages.overUdp(web, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
        }
    }

    @Test
    void oneConnectionCarriesManyQueriesAndTheLastOneMayEndIt() throws IOException {
        try (var upstream = new FakeUpstream((query, overTcp) -> List.of(FakeUpstream.found(query, "192.0.2.1").toWire()));
                var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT, upstream)) {
            InetSocketAddress web = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            try (Socket socket = Messages.connect(web)) {
                for (int i = 0; i < 50; i++) {
                    socket.getOutputStream().write(Messages.framed(Messages.query("db", Type.A).toWire()));
                }
                socket.getOutputStream().write(Messages.framed(Messages.query("example.org", Type.A).toWire()));
                socket.shutdownOutput();
                Set<List<String>> answers = new HashSet<>();
                for (int i = 0; i < 51; i++) {
                    answers.add(Messages.answers(new Message(Messages.read(socket))));
                }
                assertThat(answers).containsExactlyInAnyOrder(List.of("10.9.0.3"), List.of("192.0.2.1"));
                assertThat(isEnded(socket)).isTrue();
            }
        }
    }

    @Test
    void connectionsAreBoundedAndIdleOnesEnd() throws IOException {
        var limits = new Limits(128, 2048, 2, Duration.ofMillis(300), Duration.ofSeconds(30), Duration.ofSeconds(60));
        try (var dns = new ServerOnLoopback(limits)) {
            InetSocketAddress web = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            try (Socket one = Messages.connect(web); Socket two = Messages.connect(web); Socket three = Messages.connect(web)) {
                assertThat(isEnded(three)).isTrue();
                two.getOutputStream().write(0); // half a length does not keep it
                assertThat(isEnded(one)).isTrue();
                assertThat(isEnded(two)).isTrue();
            }
            assertThat(Messages.answers(Messages.overTcp(web, Messages.query("db", Type.A)))).containsExactly("10.9.0.3");
        }
    }

    @Test
    void waitingQueriesAreBoundedPerContainerAndInAll() throws IOException {
        var limits = new Limits(2, 3, 16, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60));
        try (var silent = new FakeUpstream(SILENT); var dns = new ServerOnLoopback(limits, silent)) {
            InetSocketAddress greedy = dns.serve("greedy", TableDirectory.of("db", "10.9.0.3"));
            InetSocketAddress other = dns.serve("other", TableDirectory.of("db", "10.9.0.4"));
            for (InetSocketAddress who : List.of(greedy, greedy, other)) {
                try (var socket = new DatagramSocket()) {
                    socket.connect(who);
                    socket.setSoTimeout(Messages.TIMEOUT_MILLIS);
                    send(socket, "example.org");
                    send(socket, "db"); // its answer shows that the query before is being waited for
                    var reply = new DatagramPacket(new byte[512], 512);
                    socket.receive(reply);
                    assertThat(new Message(reply.getData()).getQuestion().getName()).hasToString("db.");
                }
            }
            assertThat(Messages.overUdp(greedy, Messages.query("example.org", Type.A)).getRcode()).isEqualTo(Rcode.SERVFAIL);
            assertThat(Messages.overUdp(other, Messages.query("example.org", Type.A)).getRcode()).isEqualTo(Rcode.SERVFAIL);
            dns.server().stop("greedy");
            try (var socket = new DatagramSocket()) { // what that one had is given back: this one waits
                socket.connect(other);
                socket.setSoTimeout(300);
                send(socket, "example.org");
                assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[512], 512)))
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    private static void send(DatagramSocket socket, String name) throws IOException {
        byte[] query = Messages.query(name, Type.A).toWire();
        socket.send(new DatagramPacket(query, query.length));
    }

    @Test
    void afterStopNobodyListens() throws IOException {
        try (var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT)) {
            InetSocketAddress web = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            dns.server().stop("web");
            dns.server().stop("web");
            assertThatThrownBy(() -> Messages.connect(web)).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> Messages.overUdp(web, Messages.query("db", Type.A))).isInstanceOf(PortUnreachableException.class);
        }
    }

    @Test
    void servingAgainReplaces() throws IOException {
        try (var dns = new ServerOnLoopback(ServerOnLoopback.PATIENT)) {
            InetSocketAddress before = dns.serve("web", TableDirectory.of("db", "10.9.0.3"));
            InetSocketAddress after = dns.serve("web", TableDirectory.of("db", "10.9.0.4"));
            assertThat(Messages.answers(Messages.overUdp(after, Messages.query("db", Type.A)))).containsExactly("10.9.0.4");
            assertThatThrownBy(() -> Messages.connect(before)).isInstanceOf(ConnectException.class);
        }
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (EOFException | SocketException reset) {
            return true;
        }
    }
}
