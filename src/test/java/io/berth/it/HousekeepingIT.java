package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What tidies up and what looks: prune, disk usage, filters of lists, processes, attach by WebSocket. */
class HousekeepingIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void diskUsageAddsUpToTheDisksAndPruneGivesItBack() throws IOException {
        BERTH.docker("run", "--name", "fat", "-v", "fat:/data", "-l", "fat=yes", "busybox", "sh", "-c",
                "dd if=/dev/zero of=/tmp/f bs=1M count=5; dd if=/dev/zero of=/data/f bs=1M count=3").ok();
        BERTH.docker("commit", "fat", "fat:1").ok();
        BERTH.docker("volume", "create", "--label", "keep=yes", "kept").ok();

        var usage = get("/system/df");
        long images = usage.path("LayersSize").asLong();
        long layers = sum(usage.path("Containers"), "SizeRw");
        assertThat(images + layers).as("as du has it").isCloseTo(diskBytes("blobs") + diskBytes("snapshots"),
                Percentage.withPercentage(5));
        var volume = only(usage.path("Volumes"), "Name", "fat");
        assertThat(volume.path("UsageData").path("Size").asLong()).isBetween(3L << 20, (3L << 20) + 65536);
        assertThat(volume.path("UsageData").path("RefCount").asInt()).isEqualTo(1);
        var made = usage.path("Images").valueStream().filter(image -> image.path("RepoTags").toString().contains("fat:1")).findFirst().orElseThrow();
        assertThat(made.path("Size").asLong() - made.path("SharedSize").asLong()).isGreaterThan(5L << 20);
        assertThat(get("/v1.44/system/df?type=volume").path("Images").isNull()).isTrue();
        assertThat(get("/v1.41/system/df").has("BuilderSize")).isTrue();
        assertThat(get("/system/df?type=nonsense").path("message").asString()).isEqualTo("unknown object type: nonsense");
        assertThat(BERTH.docker("system", "df", "-v").ok()).contains("fat", "kept");

        assertThat(BERTH.docker("container", "prune", "-f", "--filter", "label!=fat").ok()).contains("0B");
        assertThat(BERTH.docker("container", "prune", "-f", "--filter", "until=1h").ok()).contains("0B");
        assertThat(BERTH.docker("container", "prune", "-f", "--filter", "label=fat=yes", "--filter", "until=0s").ok()).contains("5.2");
        assertThat(BERTH.docker("volume", "prune", "-f").ok()).contains("0B");
        assertThat(BERTH.docker("volume", "prune", "-f", "-a", "--filter", "label!=keep").ok()).contains("fat").contains("3.1");
        assertThat(BERTH.docker("image", "prune", "-f", "-a", "--filter", "label=none").ok()).contains("0B");
        BERTH.docker("create", "--name", "user", "busybox").ok();
        var pruned = BERTH.docker("system", "prune", "-f", "-a", "--filter", "label!=used").ok();
        assertThat(pruned).contains("fat:1").contains("Total reclaimed space");
        assertThat(get("/system/df").path("Containers").size()).isZero();
        BERTH.docker("volume", "rm", "kept").ok();
        Eventually.holds("nothing is left on the disk", () -> diskBytes("snapshots") + diskBytes("blobs") < 1 << 20);
        TestImages.importBusybox(BERTH);
    }

    @Test
    void sizesAreWhatWasWrittenNotWhatAStartMakes() {
        BERTH.docker("run", "-d", "--name", "slim", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("ps", "-s", "--format", "{{.Size}}").ok()).startsWith("0B (virtual ");
        assertThat(BERTH.docker("exec", "slim", "readlink", "/etc/mtab").ok()).isEqualTo("/proc/mounts");
        assertThat(BERTH.docker("diff", "slim").ok()).isEmpty();
        BERTH.docker("exec", "slim", "sh", "-c", "mkdir /f; printf 12345 >/f/five; ln /f/five /f/again; ln -s five /f/link; truncate -s 1G /f/hole").ok();
        assertThat(BERTH.docker("inspect", "-s", "-f", "{{.SizeRw}}", "slim").ok()).as("a file, a link's target and no hole").isEqualTo("9");
        BERTH.docker("rm", "-f", "slim").ok();
    }

    @Test
    void listsAreFilteredByAllKeys() {
        BERTH.docker("run", "-d", "--name", "f-one", "-l", "a=b", "-p", "127.0.0.1::80", "--expose", "90", "-v", "ff:/data", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "--name", "f-two", "--network", "none", "busybox", "sh", "-c", "exit 3");
        BERTH.docker("create", "--name", "f-three", "busybox").ok();
        var port = BERTH.docker("port", "f-one", "80").ok().replaceAll(".*:", "");
        var expected = List.of("name=^f-one$:f-one", "label=a:f-one", "label=a=b:f-one", "label=a=c:", "status=running:f-one", "status=created:f-three",
                "exited=3:f-two", "exited=0:", "network=none:f-two", "network=bridge:f-three f-one", "volume=ff:f-one", "volume=/data:f-one",
                "before=f-two:f-one", "since=f-one:f-three f-two", "ancestor=busybox:f-three f-two f-one", "ancestor=none:", "publish=80:", "publish=" + port + ":f-one",
                "publish=1-65535/tcp:f-one", "publish=" + port + "/udp:", "expose=90:f-one", "health=healthy:", "health=none:f-three f-two f-one",
                "is-task=true:", "is-task=false:f-three f-two f-one", "isolation=default:f-three f-two f-one");
        for (var line : expected) {
            int colon = line.lastIndexOf(':');
            assertThat(String.join(" ", BERTH.docker("ps", "-a", "--format", "{{.Names}}", "--filter", line.substring(0, colon)).ok().lines().toList())).as(line).isEqualTo(line.substring(colon + 1));
        }
        for (var bad : List.of("status=odd", "health=odd", "is-task=odd", "exited=odd", "publish=odd")) {
            assertThat(BERTH.docker("ps", "--filter", bad).expect(1).err()).contains("invalid filter '" + bad + "'");
        }
        assertThat(BERTH.docker("ps", "--filter", "odd=1").expect(1).err()).contains("invalid filter 'odd'");
        assertThat(BERTH.docker("ps", "--filter", "before=nosuch").expect(1).err()).contains("No such container: nosuch");
        assertThat(BERTH.docker("ps", "-a", "-s", "--format", "{{.Size}}", "--filter", "name=f-three").ok()).startsWith("0B (virtual");
        assertThat(BERTH.docker("inspect", "-s", "-f", "{{.SizeRootFs}}", "f-one").ok()).matches("[1-9][0-9]+");
        BERTH.docker("rm", "-f", "f-one", "f-two", "f-three").ok();
        BERTH.docker("volume", "rm", "ff").ok();
    }

    @Test
    void processesAreShownInTheColumnsAskedFor() {
        BERTH.docker("run", "-d", "--name", "top", "-u", "nobody", "-e", "Q=r", "-l", "a=b", "--log-opt", "labels=a", "--log-opt", "env=Q", "busybox",
                "sh", "-c", "echo said; exec sleep 1000").ok();
        assertThat(words(BERTH.docker("top", "top").ok(), 0)).containsExactly("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD");
        Eventually.holds("the program runs", () -> BERTH.docker("top", "top").ok().contains("sleep 1000"));
        assertThat(words(BERTH.docker("top", "top", "aux").ok(), 0)).containsExactly("USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT",
                "START", "TIME", "COMMAND");
        assertThat(words(BERTH.docker("top", "top", "-eo", "pid,user,comm").ok(), 1)).containsSubsequence("nobody", "sleep");
        assertThat(BERTH.docker("top", "top", "-o", "comm").expect(1).err()).contains("Couldn't find PID field in ps output");
        assertThat(BERTH.docker("top", "top", "--sort=x").expect(1).err()).contains("are not supported: use -ef, aux");
        Eventually.holds("the line is logged", () -> !BERTH.docker("logs", "top").ok().isEmpty());
        assertThat(BERTH.docker("logs", "--details", "top").ok()).isEqualTo("Q=r,a=b said");
        assertThat(BERTH.docker("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "top").ok()).isEqualTo("top 1");
        BERTH.docker("rm", "-f", "top").ok();
        BERTH.docker("create", "--name", "top", "busybox").ok();
        assertThat(BERTH.docker("top", "top").expect(1).err()).contains("is not running");
        assertThat(get("/containers/top/stats?stream=0").path("name").asString()).isEqualTo("/top");
        assertThat(get("/containers/top/stats?one-shot=1").path("message").asString()).contains("cannot have stream=true and one-shot=true");
        BERTH.docker("rm", "top").ok();
    }

    @Test
    void waitsEndOnTheirConditions() throws IOException {
        BERTH.docker("create", "--name", "waited", "busybox", "sh", "-c", "exit 7").ok();
        assertThat(post("/containers/waited/wait")).contains("\"StatusCode\":0");
        assertThat(post("/containers/waited/wait?condition=odd")).contains("invalid condition: \\\"odd\\\"");
        try (var forExit = SocketChannel.open(StandardProtocolFamily.UNIX); var forRemoval = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            var exit = begin(forExit, "/containers/waited/wait?condition=next-exit");
            var removal = begin(forRemoval, "/containers/waited/wait?condition=removed");
            BERTH.docker("start", "waited").ok();
            assertThat(line(exit) + line(exit)).endsWith("{\"StatusCode\":7}");
            BERTH.docker("rm", "waited").ok();
            assertThat(line(removal) + line(removal)).endsWith("{\"StatusCode\":7}");
        }
        BERTH.docker("create", "--name", "waited", "busybox").ok();
        BERTH.docker("rm", "waited").ok();
    }

    @Test
    void webSocketsAttach() throws IOException {
        BERTH.docker("run", "-d", "-i", "--name", "ws", "busybox", "sh", "-c", "while read l; do echo got $l; done; echo over").ok();
        assertThat(get("/containers/nosuch/attach/ws").path("message").asString()).isEqualTo("No such container: nosuch");
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(BERTH.socket()));
            channel.write(ascii("GET /v1.45/containers/ws/attach/ws?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://elsewhere\r\n\r\n"));
            var in = new DataInputStream(Channels.newInputStream(channel));
            assertThat(line(in)).startsWith("HTTP/1.1 101");
            while (!line(in).isEmpty()) {
                assertThat(channel.isOpen()).isTrue();
            }
            var message = ByteBuffer.allocate(64).put((byte) 0x82).put((byte) (0x80 | 6)).putInt(0).put("hello\n".getBytes(StandardCharsets.US_ASCII));
            channel.write(message.flip());
            assertThat(in.readUnsignedByte()).as("a whole binary message").isEqualTo(0x82);
            byte[] content = new byte[in.readUnsignedByte()];
            in.readFully(content);
            assertThat(content).asString(StandardCharsets.US_ASCII).isEqualTo("got hello\n");
            BERTH.docker("kill", "ws").ok();
            assertThat(in.readUnsignedByte()).as("a close").isEqualTo(0x88);
        }
        BERTH.docker("rm", "ws").ok();
    }

    private static String line(DataInputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static JsonNode get(String path) {
        return JSON.readTree(curl("GET", path));
    }

    private static String post(String path) {
        return curl("POST", path);
    }

    private static String curl(String method, String path) {
        return Command.run("curl", "-s", "-m", "20", "-X", method, "--unix-socket", BERTH.socket().toString(), "http://x" + path).ok();
    }

    /** A call that is registered, since its headers have come, when this returns; the chunks of its answer follow. */
    private static DataInputStream begin(SocketChannel channel, String path) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(BERTH.socket()));
        channel.write(ascii("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
        var in = new DataInputStream(Channels.newInputStream(channel));
        assertThat(line(in)).startsWith("HTTP/1.1 200");
        while (!line(in).isEmpty()) {
            assertThat(channel.isOpen()).isTrue();
        }
        return in;
    }

    private static List<String> words(String text, int line) {
        return new ArrayList<>(List.of(text.lines().toList().get(line).strip().split("\\s+")));
    }

    private static JsonNode only(JsonNode list, String key, String value) {
        return list.valueStream().filter(node -> node.path(key).asString().equals(value)).findFirst().orElseThrow();
    }

    private static long sum(JsonNode list, String key) {
        return list.valueStream().mapToLong(node -> node.path(key).asLong()).sum();
    }

    private static long diskBytes(String folder) {
        Path path = BERTH.dataRoot().resolve(folder);
        return Files.exists(path) ? Long.parseLong(Command.run("du", "-s", "-B1", path.toString()).ok().split("\\s+")[0]) : 0;
    }
}
