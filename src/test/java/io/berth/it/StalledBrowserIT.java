package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A browser that does not read costs the service little memory, delays no container, and misses nothing when it reads on. */
class StalledBrowserIT {

    private static final int LINES = 100_040;
    /** In one go, or thoroughly: with pauses of a second, for a minute in all. */
    private static final int PORTIONS = Boolean.getBoolean("berth.thorough") ? 61 : 1;
    private static final long MIB = 1 << 20;
    private static final Pattern SKIPPED = Pattern.compile("\"skipped\":([0-9]+)");

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void containerWritesOnAndTheHeapStaysSmall() throws IOException {
        // A line is 1000 bytes: 100 MB in all.
        BERTH.docker("run", "-d", "--name", "writer", "busybox", "sh", "-c",
                "while [ ! -e /go ]; do usleep 10000; done; line=$(head -c 999 /dev/zero | tr '\\0' x); for portion in $(seq %d); do "
                        .formatted(PORTIONS) + "yes $line | head -n %d; [ $portion = %d ] || sleep 1; done".formatted(LINES / PORTIONS, PORTIONS)).ok();
        BERTH.docker("exec", "writer", "true").ok();
        long before = liveBytes();
        try (var logs = new StalledBrowser("/ws/v1/containers/writer/logs"); var stats = new StalledBrowser("/ws/v1/containers/writer/stats");
                var list = new StalledBrowser("/ws/v1/containers")) {
            assertThat(stats.readMessage()).contains("memoryBytes");
            assertThat(list.readMessage()).contains("writer");
            BERTH.docker("exec", "writer", "touch", "/go").ok();
            assertThat(BERTH.docker("wait", "writer").ok()).as("the container has written all though nobody reads").isEqualTo("0");
            assertThat(liveBytes() - before).as("bytes of heap for three stalled browsers").isLessThan(8 * MIB);
            assertThat(logs.readLinesToTheEnd()).isEqualTo(LINES / PORTIONS * PORTIONS);
            assertThat(list.readMessage()).contains("writer");
        }
        BERTH.docker("rm", "writer").ok();
    }

    /** One that wants no more than so many lines at once is told how many it was not sent. */
    @Test
    void browserThatIsBehindIsToldWhatIsLeftOut() throws IOException {
        BERTH.docker("run", "-d", "--name", "fast", "busybox", "sh", "-c",
                "while [ ! -e /go ]; do usleep 10000; done; yes x$(head -c 998 /dev/zero | tr '\\0' y) | head -n 50000").ok();
        try (var logs = new StalledBrowser("/ws/v1/containers/fast/logs?most=1000")) {
            BERTH.docker("exec", "fast", "touch", "/go").ok();
            assertThat(BERTH.docker("wait", "fast").ok()).isEqualTo("0");
            int read = logs.readLinesToTheEnd();
            assertThat(logs.skipped).as("lines that were left out").isGreaterThan(0);
            assertThat(read + logs.skipped).isEqualTo(50_000);
        }
        BERTH.docker("rm", "fast").ok();
    }

    /** What is reachable in the service's heap, after a full collection. */
    private static long liveBytes() {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var histogram = Command.run(jcmd, Long.toString(BERTH.process().pid()), "GC.class_histogram").ok();
        var total = histogram.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
        return Long.parseLong(total.trim().split("\\s+")[2]);
    }

    /** A WebSocket with a small receive buffer from which nothing is read until the test does (RFC 6455). */
    private static final class StalledBrowser implements AutoCloseable {

        private final Socket socket = new Socket();
        private final DataInputStream in;
        private long skipped;

        StalledBrowser(String path) throws IOException {
            var uri = BERTH.uri(path);
            var password = Files.readAllLines(BERTH.dataRoot().resolve("admin-password")).getFirst();
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Basic "
                    + Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8)) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            in = new DataInputStream(socket.getInputStream());
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101");
        }

        /** Reads messages until the one that says that no line follows; how many lines came. */
        int readLinesToTheEnd() throws IOException {
            int lines = 0;
            while (true) {
                var message = readMessage();
                if (message.contains("\"end\":true")) {
                    return lines;
                }
                var left = SKIPPED.matcher(message);
                skipped += left.find() ? Long.parseLong(left.group(1)) : 0;
                for (int at = message.indexOf("\"text\":\"x"); at >= 0; at = message.indexOf("\"text\":\"x", at + 1)) {
                    lines++;
                }
            }
        }

        String readMessage() throws IOException {
            var message = new StringBuilder();
            boolean last;
            do {
                last = (in.readUnsignedByte() & 0x80) != 0;
                long length = in.readUnsignedByte();
                if (length == 126) {
                    length = in.readUnsignedShort();
                } else if (length == 127) {
                    length = in.readLong();
                }
                var payload = new byte[Math.toIntExact(length)];
                in.readFully(payload);
                message.append(new String(payload, StandardCharsets.UTF_8));
            } while (!last);
            return message.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
