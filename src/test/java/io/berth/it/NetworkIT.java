package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The default bridge and published ports. */
class NetworkIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void containersOfTheBridgeReachEachOther() {
        BERTH.docker("run", "-d", "--name", "server", "busybox", "httpd", "-f", "-h", "/etc").ok();
        var address = BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "server").ok();
        assertThat(BERTH.docker("run", "--rm", "busybox", "wget", "-qO-", "http://" + address + "/passwd").ok()).contains("root:x:0:0");
        assertThat(BERTH.docker("run", "--rm", "busybox", "sh", "-c", "ip route | head -1").ok()).startsWith("default via ");
        BERTH.docker("rm", "-f", "server").ok();
    }

    @Test
    void publishedPortIsReachableOnLoopbackOfBothFamilies() {
        BERTH.docker("run", "-d", "--name", "web", "-p", "80", "busybox", "httpd", "-f", "-h", "/etc").ok();
        var ports = BERTH.docker("port", "web", "80").ok().lines().toList();
        assertThat(ports).hasSize(2);
        var port = ports.getFirst().replaceAll(".*:", "");
        assertThat(ports).containsExactly("0.0.0.0:" + port, "[::]:" + port);
        Eventually.holds("the server listens", () -> Command.run("curl", "-s", "http://127.0.0.1:" + port + "/passwd").exitCode() == 0);
        assertThat(Command.run("curl", "-sf", "http://[::1]:" + port + "/passwd").ok()).contains("root:x:0:0");
        assertThat(BERTH.docker("ps", "--filter", "publish=" + port, "--format", "{{.Names}}").ok()).isEqualTo("web");
        assertThat(BERTH.docker("ps", "-q", "--filter", "publish=" + port + "/udp").ok()).isEmpty();
        var second = BERTH.docker("run", "--rm", "-p", port + ":80", "busybox", "true");
        assertThat(second.expect(125).err()).contains("port is already allocated");
        BERTH.docker("rm", "-f", "web").ok();
        assertThat(Command.run("curl", "-s", "--max-time", "5", "http://127.0.0.1:" + port + "/").exitCode()).as("refused").isEqualTo(7);
    }

    /** Each is held by a descriptor of the process that keeps the container. */
    @Test
    void hundredsOfPortsAreOneContainers() {
        BERTH.docker("run", "-d", "--name", "many", "-p", "127.0.0.1::80-679", "busybox", "httpd", "-f", "-p", "679", "-h", "/etc").ok();
        assertThat(BERTH.docker("port", "many").ok().lines()).hasSize(600).doesNotHaveDuplicates();
        var last = BERTH.docker("port", "many", "679").ok();
        Eventually.holds("the last one leads there", () -> Command.run("curl", "-sf", "http://" + last + "/passwd").out().contains("root:x:0:0"));
        BERTH.docker("rm", "-f", "many").ok();
    }

    @Test
    void portOfAHostProcessIsNotTaken() throws Exception {
        try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("0.0.0.0"))) {
            var result = BERTH.docker("run", "--rm", "-p", taken.getLocalPort() + ":80", "busybox", "true");
            assertThat(result.expect(125).err()).contains("address already in use");
        }
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    /** A killed server's connection with unsent data keeps its network namespace for minutes. */
    @Test
    void interfaceOfARemovedContainerGoesThoughDataIsStillUnsent() throws Exception {
        BERTH.docker("run", "-d", "--name", "sender", "busybox", "sh", "-c", "exec nc -l -p 9000 < /dev/zero").ok();
        var address = BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "sender").ok();
        var index = BERTH.docker("exec", "sender", "cat", "/sys/class/net/eth0/iflink").ok();
        var links = Command.run("ip", "-o", "link").ok().lines().toList();
        var link = links.stream().filter(line -> line.startsWith(index + ": ")).findFirst().orElseThrow().split("[ :@]+")[1];
        try (var client = connected(address, 9000)) {
            Eventually.holds("the window is full", () -> BERTH.docker("exec", "sender", "netstat", "-tn").ok().lines()
                    .anyMatch(line -> line.contains(":9000") && Integer.parseInt(line.split("\\s+")[2]) > 0));
            BERTH.docker("rm", "-f", "sender").ok();
            Eventually.holds("the interface is gone", () -> Files.notExists(Path.of("/sys/class/net", link)));
            assertThat(client.isConnected()).as("the client kept its end open").isTrue();
        }
    }

    private static Socket connected(String address, int port) {
        var connection = new AtomicReference<Socket>();
        Eventually.holds("the server listens", () -> {
            try {
                connection.set(new Socket(address, port));
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
        return connection.get();
    }

    @Test
    void whatOnlyNetworksOfUsersOfferIsRefused() {
        for (var option : List.of("--ip=172.17.0.77", "--ip6=fd00::7", "--ip=nonsense")) {
            assertThat(BERTH.docker("run", "--rm", option, "busybox", "true").expect(125).err()).as(option).contains("invalid config for network bridge")
                    .contains("user defined networks");
        }
        assertThat(BERTH.docker("run", "--rm", "--network", "nosuch", "busybox", "true").expect(125).err())
                .contains("failed to set up container networking: network nosuch not found").doesNotContain("Unable to find image");
        assertThat(BERTH.docker("run", "--rm", "--mac-address", "02:42:ac:11:00:42", "busybox", "cat", "/sys/class/net/eth0/address").ok()).isEqualTo("02:42:ac:11:00:42");
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    @Test
    void hostAndNoneModes() {
        assertThat(BERTH.docker("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net").ok()).isEqualTo("lo");
        assertThat(BERTH.docker("run", "--rm", "--network", "host", "busybox", "hostname").ok()).isEqualTo(Command.run("hostname").ok());
    }

    @Test
    void udpPortsArePublished() {
        var program = BERTH.home().resolve("udp_echo");
        Command.run("gcc", "-static", "-O1", "-o", program.toString(), Path.of("src/test/resources/it/udp_echo.c").toAbsolutePath().toString()).ok();
        BERTH.docker("run", "-d", "--name", "echo", "-p", "127.0.0.1::7000/udp", "-v", program + ":/udp_echo:ro", "busybox", "/udp_echo", "7000").ok();
        var port = BERTH.docker("port", "echo", "7000/udp").ok().replaceAll(".*:", "");
        Eventually.holds("the datagram comes back", () -> udp(Integer.parseInt(port), "ping").equals("ping"));
        BERTH.docker("rm", "-f", "echo").ok();
    }

    private static String udp(int port, String text) {
        try (var socket = new java.net.DatagramSocket()) {
            socket.setSoTimeout(500);
            var bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            socket.send(new java.net.DatagramPacket(bytes, bytes.length, java.net.InetAddress.getLoopbackAddress(), port));
            var answer = new java.net.DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (java.io.IOException notYet) {
            return "";
        }
    }
}
