package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What lives in a container's layer alone becomes a volume of the container, as it was; or is downloaded; or was named before it goes. */
class RescueIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    /** One that is started again writes nothing. */
    private static final String ONCE = "[ -e /ready ] && exec sleep 10000\n";
    private static final int TRIED = 120;
    private static final int ROUNDS = 3;

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void removeAll() {
        if (!BERTH.process().isAlive()) {
            BERTH.start();
        }
        BERTH.removeAndAudit();
        BERTH.docker("volume", "ls", "-q").ok().lines().filter(name -> !name.isEmpty()).forEach(name -> BERTH.docker("volume", "rm", name).ok());
    }

    /** Runs with a program that ends at once when it is told to. */
    private static void run(String name, String script, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", name, "--stop-signal", "SIGKILL"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "sh", "-c", ONCE + script + "\ntouch /ready; exec sleep 10000"));
        BERTH.docker(command.toArray(String[]::new)).ok();
        Eventually.holds(name + " has written", () -> BERTH.docker("exec", name, "test", "-e", "/ready").exitCode() == 0);
    }

    private JsonNode rescued(String container, Object asked) {
        var ended = ended(container, asked);
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended;
    }

    private JsonNode ended(String container, Object asked) {
        var id = api.post("/containers/" + container + "/rescue", asked).expect(202).path("id").asString();
        Eventually.holds("the rescue has ended", () -> !api.get("/operations/" + id).expect(200).path("state").asString().equals("running"));
        return api.get("/operations/" + id).expect(200);
    }

    private static Map<String, String> folder(String path, String volume) {
        return Map.of("path", path, "volume", volume);
    }

    @Test
    void fiftyMegabytesBecomeAVolumeWithOwnerModeAndHash() throws IOException {
        run("web", "mkdir -p /var/lib/data/sub; head -c 50m /dev/urandom > /var/lib/data/big; chown 1234:4321 /var/lib/data/big; chmod 4750 /var/lib/data/big; "
                + "chown 70:70 /var/lib/data; chmod 1711 /var/lib/data; echo other > /other", "--restart", "always");
        var looks = new String[] {"exec", "web", "sh", "-c", "sha256sum /var/lib/data/big; stat -c '%n %a %u:%g %Y' /var/lib/data /var/lib/data/big /var/lib/data/sub"};
        var before = BERTH.docker(looks).ok();
        var pid = BERTH.docker("inspect", "-f", "{{.State.Pid}}", "web").ok();

        var operation = rescued("web", folder("/var/lib/data", "kept"));
        assertThat(operation.path("kind").asString()).isEqualTo("rescue");
        assertThat(operation.path("subject").asString()).isEqualTo("/var/lib/data of web as kept");
        assertThat(operation.path("bytesDone").asLong()).isEqualTo(50 << 20);
        assertThat(operation.path("bytesTotal").asLong()).isGreaterThanOrEqualTo(50 << 20);

        assertThat(BERTH.docker(looks).ok()).isEqualTo(before);
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Pid}}", "web").ok()).as("it was stopped meanwhile").isNotEqualTo(pid).isNotEqualTo("0");
        assertThat(BERTH.docker("inspect", "-f", "{{json .HostConfig.Binds}} {{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.RW}}{{end}}", "web").ok())
                .isEqualTo("[\"kept:/var/lib/data\"] volume kept /var/lib/data true");
        var losses = api.delete("/containers/web?dryRun=true").expect(200);
        assertThat(losses.path("bytes").asLong()).as("what is left is what was not asked for: %s", losses).isLessThan(100);
        assertThat(BERTH.docker("exec", "web", "cat", "/other").ok()).isEqualTo("other");
        assertThat(events("web")).contains("rescue");

        BERTH.docker("exec", "web", "touch", "/var/lib/data/later").ok();
        BERTH.docker("rm", "-f", "web").ok();
        assertThat(BERTH.dataRoot().resolve("volumes/kept/_data/later")).exists();
        assertThat(BERTH.docker("run", "--rm", "-v", "kept:/var/lib/data", "busybox", "sha256sum", "/var/lib/data/big").ok()).isEqualTo(before.lines().findFirst().orElseThrow());
    }

    private List<String> events(String container) {
        return api.get("/containers/" + container + "/events").expect(200).path("items").valueStream().map(item -> item.path("action").asString()).toList();
    }

    @Test
    void randomTreesAreRescuedAsTheContainerSawThem() {
        var random = Chosen.random("writes");
        for (int round = 0; round < ROUNDS; round++) {
            var roots = List.of("/data0", "/data1/sub", "/data2");
            BERTH.docker("run", "--name", "maker", "busybox", "sh", "-c", new RandomWrites(random, roots).script(TRIED)).ok();
            BERTH.docker("commit", "maker", "made:1").ok();
            BERTH.docker("rm", "maker").ok();
            boolean running = random.nextBoolean();
            BERTH.docker("run", "-d", "--name", "subject", "--stop-signal", "SIGKILL", "made:1", "sh", "-c",
                    ONCE + new RandomWrites(random, roots).script(TRIED) + "touch /ready; exec sleep 10000").ok();
            Eventually.holds("it has written", () -> BERTH.docker("exec", "subject", "test", "-e", "/ready").exitCode() == 0);
            if (!running) {
                BERTH.docker("stop", "subject").ok();
            }
            var before = seen("subject", roots);
            rescued("subject", Map.of("folders", List.of(folder("/data0", "v0"), folder("/data1/sub", "v1"), folder("/data2", "v2"))));
            assertThat(BERTH.docker("inspect", "-f", "{{.State.Running}}", "subject").ok()).isEqualTo(Boolean.toString(running));
            assertThat(seen("subject", roots)).as("the container sees the same").isEqualTo(before);
            BERTH.docker("create", "--name", "other", "-v", "v0:/data0", "-v", "v1:/data1/sub", "-v", "v2:/data2", "busybox").ok();
            assertThat(seen("other", roots)).as("the volumes hold the same").isEqualTo(before);
            var left = api.get("/containers/subject/changes?limit=10000").expect(200).path("items").valueStream()
                    .filter(item -> !item.path("kind").asString().equals("deleted") && roots.stream().anyMatch(root -> item.path("path").asString().startsWith(root + "/"))).toList();
            assertThat(left).as("nothing hidden is left in the layer").isEmpty();
            BERTH.docker("rm", "-f", "subject", "other").ok();
            BERTH.docker("volume", "rm", "v0", "v1", "v2").ok();
            BERTH.docker("rmi", "made:1").ok();
        }
    }

    private static Map<String, Map<String, String>> seen(String container, List<String> roots) {
        var all = new LinkedHashMap<String, Map<String, String>>();
        roots.forEach(root -> all.put(root, SeenTree.of(BERTH, container, root)));
        return all;
    }

    /** Attributes come in by an archive: busybox cannot set them. */
    @Test
    void attributesOwnersAndHolesOfImageAndLayerComeAlong() throws IOException {
        BERTH.docker("run", "--name", "web", "busybox", "sh", "-c", "truncate -s 40M /home/holes; echo end >> /home/holes").ok();
        BERTH.dockerWithInput(marked(), "cp", "-a", "-", "web:/home").ok();
        var before = SeenTree.of(BERTH, "web", "/home");
        assertThat(before.values()).anyMatch(file -> file.contains("SCHILY.xattr.user.note=kept"));
        rescued("web", folder("/home", "home"));
        assertThat(SeenTree.of(BERTH, "web", "/home")).isEqualTo(before);
        assertThat(Command.run("du", "-sk", BERTH.dataRoot().resolve("volumes/home/_data").toString()).ok()).as("holes stay holes").matches("\\d{1,3}\\s.*");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Status}}", "web").ok()).as("one that does not run is not started").isEqualTo("exited");
    }

    private static byte[] marked() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            var entry = new TarArchiveEntry("marked");
            entry.setMode(02755);
            entry.setIds(12, 34);
            entry.addPaxHeader("SCHILY.xattr.user.note", "kept");
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    @Test
    void whatCannotBeAVolumeIsRefusedByName() {
        run("web", "mkdir -p /data/in /far; ln -s /far /near; ln -s . /loop; echo x > /file", "-v", "mounted:/mounted", "--tmpfs", "/memory");
        BERTH.docker("volume", "create", "taken").ok();
        var refused = new LinkedHashMap<Map<String, String>, String>();
        refused.put(folder("/", "v1"), "400 path: the root of a container cannot be a volume");
        refused.put(folder("/loop", "v1"), "400 path: the root of a container cannot be a volume");
        refused.put(folder("/..", "v1"), "400 path: the root of a container cannot be a volume");
        refused.put(folder("data", "v1"), "400 path: is to be absolute: say /data");
        refused.put(folder("/missing", "v1"), "404 path: there is no /missing in the container");
        refused.put(folder("/file", "v1"), "400 path: /file is no folder");
        refused.put(folder("/mounted", "v1"), "400 path: /mounted is in what is mounted at /mounted (volume mounted)");
        refused.put(folder("/memory/x", "v1"), "400 path: /memory/x is in what is mounted at /memory (tmpfs)");
        refused.put(folder("/proc/self", "v1"), "400 path: /proc/self holds what the engine itself puts");
        refused.put(folder("/etc", "v1"), "400 path: /etc holds what the engine itself puts");
        refused.put(folder("/data", "taken"), "409 volume: create taken: a volume with this name exists already");
        refused.put(folder("/data", "no/name"), "400 volume: create no/name");
        refused.put(folder("/data", ""), "400 volume is missing");
        refused.put(Map.of(), "400 path is missing");
        refused.forEach((asked, words) -> {
            var answer = api.post("/containers/web/rescue", asked);
            assertThat(answer.status() + " " + answer.detail()).as(asked.toString()).startsWith(words);
        });
        assertThat(api.post("/containers/web/rescue", Map.of("folders", List.of(folder("/data", "v1"), folder("/data/in", "v2")))).expect(400).path("detail").asString())
                .contains("/data/in and /data hold the same files");
        assertThat(api.post("/containers/web/rescue", Map.of("folders", List.of(folder("/data", "v1"), folder("/far", "v1")))).expect(400).path("detail").asString())
                .contains("v1 is named twice");
        assertThat(api.post("/containers/none/rescue", folder("/data", "v1")).status()).isEqualTo(404);
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEqualTo("mounted\ntaken");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Running}} {{.RestartCount}}", "web").ok()).as("it was not even stopped").isEqualTo("true 0");
        // A link leads to where the files are.
        rescued("web", folder("/near", "far"));
        assertThat(BERTH.docker("inspect", "-f", "{{json .HostConfig.Binds}}", "web").ok()).isEqualTo("[\"mounted:/mounted\",\"far:/far\"]");
    }

    @Test
    void mountsBelowStayWhereTheyAre() {
        run("web", "echo outer > /srv/file; echo inner > /srv/deep/file", "-v", "inner:/srv/deep");
        rescued("web", folder("/srv", "outer"));
        assertThat(BERTH.docker("exec", "web", "cat", "/srv/file", "/srv/deep/file").ok()).isEqualTo("outer\ninner");
        assertThat(BERTH.dataRoot().resolve("volumes/outer/_data/file")).exists();
        assertThat(BERTH.dataRoot().resolve("volumes/outer/_data/deep/file")).doesNotExist();
    }

    @Test
    void oneThatGoesAfterItsRunIsKeptForIt() {
        run("brief", "mkdir /data; echo x > '/data/f:1'; mkdir '/a:b'; echo y > '/a:b/f'", "--rm");
        rescued("brief", Map.of("folders", List.of(folder("/data", "plain"), folder("/a:b", "colon"))));
        assertThat(BERTH.docker("exec", "brief", "cat", "/data/f:1", "/a:b/f").ok()).isEqualTo("x\ny");
        assertThat(BERTH.docker("inspect", "-f", "{{json .HostConfig.Binds}} {{(index .HostConfig.Mounts 0).Target}}", "brief").ok()).isEqualTo("[\"plain:/data\"] /a:b");
        BERTH.docker("stop", "brief").ok();
        Eventually.holds("it is gone", () -> BERTH.docker("ps", "-aq").ok().isEmpty());
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).as("what was rescued stays").isEqualTo("colon\nplain");
    }

    /** Before its data are copied, and after they are the volume's. */
    @Test
    void oneThatRanRunsAgainWhateverEndsTheService() throws InterruptedException {
        for (var point : List.of("RESCUE_STOPPED", "RESCUE_COMMITTED", "RESCUE_CLEARED")) {
            BERTH.stop();
            BERTH.start(List.of("-Dberth.test.failpoint=" + point));
            run("web", "mkdir /data; echo kept > /data/file", "--restart", "unless-stopped");
            api.post("/containers/web/rescue", folder("/data", "data"));
            assertThat(BERTH.process().waitFor(60, TimeUnit.SECONDS)).as("the service ended at " + point).isTrue();
            BERTH.start();
            Eventually.holds("it runs again", () -> BERTH.docker("inspect", "-f", "{{.State.Running}}", "web").ok().equals("true"));
            assertThat(BERTH.docker("exec", "web", "cat", "/data/file").ok()).isEqualTo("kept");
            assertThat(BERTH.docker("volume", "ls", "-q").ok()).as(point).isEqualTo(point.equals("RESCUE_STOPPED") ? "" : "data");
            if (point.equals("RESCUE_STOPPED")) {
                rescued("web", folder("/data", "data"));
            }
            assertThat(api.delete("/containers/web?dryRun=true").expect(200).path("bytes").asLong()).isZero();
            BERTH.docker("rm", "-f", "web").ok();
            BERTH.docker("volume", "rm", "data").ok();
        }
    }

    @Test
    void whatIsOnlyHereComesAsAnArchive() throws IOException, InterruptedException {
        run("web", "mkdir -p /srv/in; echo one > /srv/in/one; ln /srv/in/one /srv/in/twin; echo two > /two; rm /bin/vi");
        assertThat(archived("web", "/srv")).containsExactly("srv/", "srv/in/", "srv/in/one", "srv/in/twin");
        assertThat(archived("web", "/")).contains("srv/in/one", "two", "ready").doesNotContain("bin/vi", "bin/.wh.vi", "etc/passwd");
        assertThat(archived("web", "/nowhere")).isEmpty();
        assertThat(api.get("/containers/web/changes/archive?path=srv").status()).isEqualTo(400);
    }

    private List<String> archived(String container, String path) throws IOException, InterruptedException {
        var names = new ArrayList<String>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(api.bytes("/containers/" + container + "/changes/archive?path=" + path)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void pruneNamesWhatWouldBeLostFirst() {
        run("running", "echo x > /x");
        BERTH.docker("run", "--name", "full", "busybox", "sh", "-c", "mkdir -p /var/lib/postgresql/pg_wal; cd /var/lib/postgresql; touch PG_VERSION; head -c 300000 /dev/zero > big").ok();
        BERTH.docker("create", "--name", "empty", "busybox").ok();
        var items = api.post("/containers/prune?dryRun=true", null).expect(200).path("items");
        assertThat(items.valueStream().map(item -> item.path("name").asString() + " " + item.path("bytes").asLong())).containsExactly("empty 0", "full 300000");
        assertThat(items.get(1).path("text").asString()).contains("exist only in this container");
        assertThat(Objects.toString(items.get(1).path("folders"))).contains("PostgreSQL");
        var one = api.post("/containers/prune", Map.of("ids", List.of(items.get(0).path("id").asString()))).expect(200);
        assertThat(one.path("items").size()).as("only what was shown").isEqualTo(1);
        assertThat(api.post("/containers/prune", null).expect(200).path("reclaimedBytes").asLong()).isGreaterThanOrEqualTo(300_000);
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok()).isEqualTo("running");
    }

    @Test
    void whatGrowsUnprotectedIsTold() {
        run("web", "mkdir /data; head -c 3m /dev/zero > /data/file; (while :; do [ -e /data/go ] && head -c 200k /dev/zero >> /data/file; sleep 1; done) &");
        Eventually.holds("it is told", () -> unprotected().path("bytes").asLong() >= 3 << 20);
        assertThat(unprotected().path("whole").asBoolean()).isTrue();
        BERTH.docker("exec", "web", "touch", "/data/go").ok();
        Eventually.holds("it grows", () -> unprotected().path("growing").asBoolean());
        rescued("web", folder("/data", "data"));
        Eventually.holds("nothing is unprotected any more", () -> api.get("/unprotected").expect(200).path("items").isEmpty());
    }

    private JsonNode unprotected() {
        return api.get("/unprotected").expect(200).path("items").path(0);
    }
}
