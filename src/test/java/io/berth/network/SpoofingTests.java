package io.berth.network;

import static io.berth.network.TestHost.address;
import static io.berth.network.TestHost.netns;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.OwnNetwork;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that has taken its network interface into its own hands: addresses of others, and ears for others. */
@Tag("privileged")
@SuppressWarnings("try") // what is held need not be named
class SpoofingTests {

    private static final int PORT = 9000;
    private static final int PATIENCE_MILLIS = 5000;
    private static final int PACKETS = 2000;
    private static final int PACKET_BYTES = 1000;

    @TempDir
    Path folder;

    @Test
    void nothingWithAnAddressOfOthersLeavesABridge() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("front"));
            host.networks().create(spec("back"));
            try (Sandbox attacker = host.attach("attacker", "front"); Sandbox other = host.attach("other", "back");
                    DatagramSocket outside = listener(host.neighbour())) {
                String victim = address(other);
                for (String forged : List.of("203.0.113.77", victim)) {
                    try (Links links = Links.of(netns(attacker))) {
                        links.addAddress(links.find("eth0").orElseThrow(), InetAddress.ofLiteral(forged), 32);
                    }
                    OwnNetwork.in(netns(attacker), () -> {
                        send(forged, TestHost.NEIGHBOUR, "forged " + forged);
                        send(address(attacker), TestHost.NEIGHBOUR, "honest");
                    });
                    assertThat(receive(outside)).as("the first that comes out").isEqualTo("honest");
                }
            }
        });
    }

    @Test
    void whatIsOnAnotherNetworkIsNotHeard() throws Exception {
        TestHost.run(folder, host -> {
            host.networks().create(spec("front"));
            host.networks().create(spec("back"));
            try (Sandbox one = host.attach("one", "front"); Sandbox two = host.attach("two", "front");
                    Sandbox listening = host.attach("listening", "back"); DatagramSocket server = listener(netns(two))) {
                OwnNetwork.in(netns(listening), () -> assertThat(new ProcessBuilder("ip", "link", "set", "eth0", "promisc", "on").start().waitFor()).isZero());
                OwnNetwork.in(netns(one), () -> {
                    for (int i = 0; i < PACKETS; i++) {
                        send(address(one), address(two), "x".repeat(PACKET_BYTES));
                    }
                });
                assertThat(receive(server)).startsWith("x");
                assertThat(receivedBytes(netns(two))).as("on the network itself").isGreaterThan((long) PACKETS * PACKET_BYTES);
                assertThat(receivedBytes(netns(listening))).as("on another one").isLessThan((long) PACKETS * PACKET_BYTES / 10);
            }
        });
    }

    private static void send(String from, String to, String text) throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), 0))) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral(to), PORT));
        }
    }

    /** Sockets stay in the namespace in which they were made, whoever reads them. */
    private static DatagramSocket listener(Fd netns) throws Exception {
        var made = new DatagramSocket[1];
        OwnNetwork.in(netns, () -> {
            made[0] = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), PORT));
            made[0].setSoTimeout(PATIENCE_MILLIS);
        });
        return made[0];
    }

    private static String receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private static long receivedBytes(Fd netns) throws Exception {
        var bytes = new long[1];
        OwnNetwork.in(netns, () -> bytes[0] = Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream().map(String::strip)
                .filter(line -> line.startsWith("eth0:")).mapToLong(line -> Long.parseLong(line.split("\\s+")[1])).findFirst().orElseThrow());
        return bytes[0];
    }

    private static NetworkSpec spec(String name) {
        return new NetworkSpec(name, "bridge", false, false, false, "", List.of(), Map.of(), Map.of());
    }
}
