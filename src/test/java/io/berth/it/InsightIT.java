package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What a container is, over the management API: each number against the kernel's own file. */
class InsightIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private final AdminApi api = new AdminApi(BERTH);

    @AfterEach
    void removeAll() {
        BERTH.removeAndAudit();
    }

    private JsonNode look(String container, String what) {
        return api.get("/containers/" + container + "/" + what).expect(200);
    }

    private static JsonNode named(JsonNode list, String field, String name) {
        return list.valueStream().filter(item -> item.path(field).asString().equals(name)).findFirst().orElseThrow(() -> new AssertionError(name + " in " + list));
    }

    private static String pid(String container) {
        return BERTH.docker("inspect", "-f", "{{.State.Pid}}", container).ok();
    }

    @Test
    void namespacesAreThoseOfTheFirstProcess() throws IOException {
        BERTH.docker("run", "-d", "--name", "web", "--hostname", "inner", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "side", "--network", "container:web", "--pid", "host", "busybox", "sleep", "1000").ok();
        var view = look("web", "namespaces");
        var process = Path.of("/proc", pid("web"));
        assertThat(view.path("pid").asInt()).isEqualTo(Integer.parseInt(pid("web")));
        for (var item : view.path("items")) {
            var link = Files.readSymbolicLink(process.resolve("ns").resolve(item.path("kind").asString())).toString();
            assertThat(link).isEqualTo(item.path("kind").asString() + ":[" + item.path("inode").asLong() + "]");
        }
        var first = named(named(view.path("items"), "kind", "pid").path("values"), "name", "first process");
        assertThat(List.of(first.path("inside").asString(), first.path("outside").asString())).containsExactly("1", pid("web"));
        var host = named(named(view.path("items"), "kind", "uts").path("values"), "name", "host name");
        assertThat(List.of(host.path("inside").asString(), host.path("outside").asString())).containsExactly("inner", Command.run("hostname").ok());
        var eth0 = named(named(view.path("items"), "kind", "net").path("values"), "name", "interface eth0");
        assertThat(eth0.path("inside").asString()).contains(BERTH.docker("inspect", "-f", "{{with .NetworkSettings.Networks.bridge}}{{.IPAddress}}/{{.IPPrefixLen}}{{end}}", "web").ok());
        int other = Integer.parseInt(Files.readString(Path.of("/proc", pid("web"), "root/sys/class/net/eth0/iflink")).strip());
        var outer = Command.run("ip", "-o", "link", "show", "master", eth0.path("outside").asString().replaceAll(".* of ", "")).ok().lines()
                .filter(line -> line.startsWith(other + ": ")).findFirst().orElseThrow();
        assertThat(outer).contains(" " + eth0.path("outside").asString().replaceAll(",.*", "") + "@");
        assertThat(named(view.path("items"), "kind", "user").path("sharing").asString()).isEqualTo("host");
        var net = named(look("side", "namespaces").path("items"), "kind", "net");
        assertThat(net.path("sharing").asString()).isEqualTo("container");
        assertThat(net.path("sharedWith").get(0).path("name").asString()).isEqualTo("web");
        assertThat(named(look("side", "namespaces").path("items"), "kind", "pid").path("sharing").asString()).isEqualTo("host");
    }

    /** It stands still: what is read twice is the same. */
    @Test
    void gaugesShowWhatTheirFilesSay() throws IOException {
        BERTH.docker("run", "-d", "--name", "limited", "-m", "64m", "--cpus", "0.5", "--pids-limit", "20", "busybox", "sh", "-c",
                "head -c 8m /dev/zero > /dev/shm/fill; sleep 1000").ok();
        Eventually.holds("it has filled some memory", () -> look("limited", "cgroup").path("gauges").get(0).path("used").asLong() > 8 << 20);
        BERTH.docker("pause", "limited").ok();
        var view = look("limited", "cgroup");
        for (var gauge : view.path("gauges")) {
            assertThat(gauge.path("used").asLong()).as(gauge.path("path").asString()).isEqualTo(number(gauge.path("path")));
            if (!gauge.path("limit").isNull()) {
                assertThat(gauge.path("limit").asLong()).as(gauge.path("limitPath").asString()).isEqualTo(number(gauge.path("limitPath")));
            }
            if (!gauge.path("peak").isNull()) {
                assertThat(gauge.path("peak").asLong()).as(gauge.path("peakPath").asString()).isEqualTo(number(gauge.path("peakPath")));
            }
        }
        assertThat(named(view.path("gauges"), "name", "memory").path("limit").asLong()).isEqualTo(64 << 20);
        assertThat(named(view.path("gauges"), "name", "processes").path("limit").asLong()).isEqualTo(20);
        assertThat(view.path("cpu").path("limitCpus").asDouble()).isEqualTo(0.5);
        // The kernel's timer may count one more period after the last process stands.
        Eventually.holds("periods are those of the file", () -> {
            var cpu = look("limited", "cgroup").path("cpu");
            return Command.run("cat", cpu.path("path").asString()).ok().lines().toList().containsAll(
                    List.of("nr_periods " + cpu.path("periods").asLong(), "nr_throttled " + cpu.path("throttledPeriods").asLong()));
        });
        assertThat(Files.readString(Path.of(view.path("oomPath").asString()))).contains("oom_kill " + view.path("oomKills").asLong());
        assertThat(view.path("version").asInt() == 2 || named(view.path("missing"), "what", "pressure").path("why").asString().contains("version 2"))
                .as("what this kernel does not offer is said").isTrue();
    }

    private static long number(JsonNode path) throws IOException {
        return Long.parseLong(Files.readString(Path.of(path.asString())).strip());
    }

    @Test
    void whatEndedIsShownAsItWasLast() {
        BERTH.docker("run", "--name", "over", "-m", "64m", "busybox", "sh", "-c", "head -c 20000000 /dev/zero > /dev/shm/filled; sleep 1.2").ok();
        Eventually.holds("its last state is kept", () -> !look("over", "cgroup").path("gauges").isEmpty());
        var view = look("over", "cgroup");
        assertThat(view.path("end").path("exitCode").asInt(-1)).isZero();
        assertThat(view.path("folders").isEmpty()).isTrue();
        assertThat(named(view.path("gauges"), "name", "memory").path("peak").asLong()).isBetween(10_000_000L, 64L << 20);
        assertThat(view.path("cpu").path("usageNanos").asLong()).isPositive();
        api.put("/containers/over/limits", Map.of("memoryBytes", 32 << 20, "memorySwapBytes", 64 << 20)).expect(200);
        assertThat(look("over", "cgroup").path("gauges").isEmpty()).as("what is told of limits that are no more").isTrue();
    }

    @Test
    void limitsAreChangedInPlaceAndNonsenseIsRefused() {
        BERTH.docker("run", "-d", "--name", "limited", "-m", "64m", "busybox", "sleep", "1000").ok();
        var view = api.put("/containers/limited/limits", Map.of("memoryBytes", 32 << 20, "memorySwapBytes", 48 << 20, "cpus", 1.5, "pids", 30)).expect(200);
        assertThat(named(view.path("gauges"), "name", "memory").path("limit").asLong()).isEqualTo(32 << 20);
        assertThat(view.path("cpu").path("limitCpus").asDouble()).isEqualTo(1.5);
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}", "limited").ok())
                .isEqualTo((32 << 20) + " 1500000000 30");
        assertThat(api.put("/containers/limited/limits", Map.of("memoryBytes", 0)).expect(400).path("detail").asString()).contains("memoryBytes: 0 is no limit");
        assertThat(api.put("/containers/limited/limits", Map.of("cpus", -2)).expect(400).path("detail").asString()).contains("cpus");
        assertThat(api.put("/containers/limited/limits", Map.of("memoryBytes", 1000)).expect(400).path("detail").asString()).contains("6MB");
        assertThat(named(look("limited", "cgroup").path("gauges"), "name", "memory").path("limit").asLong()).isEqualTo(32 << 20);
        assertThat(api.put("/containers/limited/limits", Map.of("memoryBytes", -1, "memorySwapBytes", 1 << 20)).expect(400).path("detail").asString())
                .contains("memorySwapBytes: 1048576 cannot be a limit where memory has none");
        var free = api.put("/containers/limited/limits", Map.of("memoryBytes", -1, "cpus", -1, "pids", -1)).expect(200);
        free.path("gauges").forEach(gauge -> assertThat(gauge.path("limit").isNull()).as(gauge.path("name").asString()).isTrue());
        assertThat(free.path("cpu").path("limitCpus").isNull()).isTrue();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}}", "limited").ok()).isEqualTo("0 0 0");
        BERTH.docker("restart", "-t", "0", "limited").ok();
        assertThat(named(look("limited", "cgroup").path("gauges"), "name", "memory").path("limit").isNull()).isTrue();
        api.put("/containers/missing/limits", Map.of("pids", 5)).expect(404);
    }

    @Test
    void layersChangesAndMountsMakeTheFileSystem() throws IOException {
        BERTH.docker("run", "-d", "--name", "writer", "-v", "kept:/kept", "busybox", "sh", "-c",
                "mkdir -p /var/lib/postgresql; cd /var/lib/postgresql; touch PG_VERSION; mkdir pg_wal; head -c 3000000 /dev/zero > big; echo small > /small;"
                        + " rm /bin/vi; echo out > /kept/not-here; sleep 1000").ok();
        BERTH.docker("create", "--name", "twin", "busybox", "true").ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "writer", "test", "-e", "/kept/not-here").exitCode() == 0);
        var layers = look("writer", "layers");
        var base = layers.path("items").get(0);
        assertThat(base.path("number").asInt()).isEqualTo(1);
        assertThat(base.path("containers").asInt()).isEqualTo(2);
        assertThat(Files.isDirectory(Path.of(base.path("path").asString()))).isTrue();
        assertThat(base.path("diffId").asString()).isEqualTo(BERTH.docker("image", "inspect", "-f", "{{index .RootFS.Layers 0}}", "busybox").ok());
        assertThat(layers.path("writable").path("bytes").asLong()).isGreaterThan(3_000_000);
        assertThat(Files.exists(Path.of(layers.path("writable").path("path").asString(), "var/lib/postgresql/big"))).isTrue();
        var mount = layers.path("mounts").get(0);
        assertThat(List.of(mount.path("type").asString(), mount.path("name").asString(), mount.path("destination").asString())).containsExactly("volume", "kept", "/kept");
        assertThat(Files.readString(Path.of(mount.path("path").asString()))).contains(" /kept ");

        var changes = look("writer", "changes");
        assertThat(changes.path("items").get(0).path("path").asString()).isEqualTo("/var/lib/postgresql/big");
        assertThat(changes.path("items").get(0).path("bytes").asLong()).isEqualTo(3_000_000);
        assertThat(changes.path("files").asLong()).as("big, PG_VERSION and small").isEqualTo(3);
        assertThat(changes.path("bytes").asLong()).isEqualTo(3_000_006);
        assertThat(changes.path("deleted").asLong()).isEqualTo(1);
        assertThat(named(changes.path("items"), "path", "/bin/vi").path("kind").asString()).isEqualTo("deleted");
        assertThat(named(changes.path("folders"), "path", "/var/lib/postgresql").path("database").asString()).isEqualTo("PostgreSQL");
        assertThat(changes.toString()).doesNotContain("not-here");
        assertThat(look("writer", "changes?limit=1").path("truncated").asBoolean()).isTrue();
        assertThat(api.get("/containers/writer/changes?limit=-1").expect(400).path("detail").asString()).contains("limit: -1");
        BERTH.docker("rm", "-f", "writer").ok();
        BERTH.docker("volume", "rm", "kept").ok();
    }

    @Test
    void whatWouldBeLostIsSaidBeforeAnythingIsRemoved() {
        BERTH.docker("run", "--name", "full", "-v", "/anonymous", "-v", "named:/named", "busybox", "sh", "-c",
                "mkdir /papers; head -c 2500000 /dev/zero > /papers/a; echo b > /papers/b; echo c > /anonymous/c; echo d > /named/d").ok();
        var loss = api.delete("/containers/full?dryRun=true&volumes=true").expect(200);
        assertThat(loss.path("files").asLong()).isEqualTo(2);
        assertThat(loss.path("bytes").asLong()).isEqualTo(2_500_002);
        assertThat(loss.path("volumes").size()).isEqualTo(1);
        assertThat(loss.path("logKeptSeconds").isNull()).as("it has printed nothing").isTrue();
        assertThat(loss.path("text").asString()).startsWith("2 files, 2.5 MB exist only in this container. The volume at /anonymous (")
                .endsWith(") has no name and goes with it.");
        assertThat(api.delete("/containers/full?dryRun=true").expect(200).path("text").asString()).endsWith(") has no name: it stays, but nothing leads to it.");
        BERTH.docker("run", "--rm", "--volumes-from", "full", "busybox", "true").ok();
        BERTH.docker("create", "--name", "other", "--volumes-from", "full", "busybox", "true").ok();
        assertThat(api.delete("/containers/full?dryRun=true&volumes=true").expect(200).path("volumes").size()).as("another container has it").isZero();
        assertThat(BERTH.docker("ps", "-aq", "--filter", "name=full").ok()).as("nothing was removed").isNotEmpty();
        BERTH.docker("rm", "-v", "other").ok();
        api.delete("/containers/full?volumes=true").expect(204);
        BERTH.docker("volume", "rm", "named").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEmpty();
    }

    @Test
    void processesHaveBothNumbers() {
        BERTH.docker("run", "-d", "--name", "tree", "busybox", "sh", "-c", "sleep 1000 & wait").ok();
        Eventually.holds("its child runs", () -> look("tree", "processes").path("items").size() == 2);
        var items = look("tree", "processes").path("items");
        assertThat(items.get(0).path("inside").asInt()).isEqualTo(1);
        assertThat(items.get(0).path("pid").asInt()).isEqualTo(Integer.parseInt(pid("tree")));
        assertThat(items.get(1).path("parent").asInt()).isEqualTo(items.get(0).path("pid").asInt());
        assertThat(items.get(1).path("command").asString()).isEqualTo("sleep 1000");
        assertThat(items.get(1).path("uid").asLong()).isZero();
    }

    @Test
    void oneThatHasEndedShowsItsLastStateAndWhy() {
        BERTH.docker("run", "--name", "hungry", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "head -c 64m /dev/zero > /dev/shm/fill").expect(137);
        for (var what : List.of("namespaces", "cgroup", "layers", "processes")) {
            var view = look("hungry", what);
            assertThat(view.path("state").asString()).isEqualTo("exited");
            assertThat(view.path("end").path("why").asString()).as(what).isEqualTo("The kernel killed it: its cgroup had reached the memory limit.");
        }
        assertThat(look("hungry", "namespaces").path("items").valueStream().map(item -> item.path("sharing").asString()).distinct().toList()).containsExactly("none");
        assertThat(Objects.toString(look("hungry", "processes").path("items"))).isEqualTo("[]");
        assertThat(api.get("/containers/missing/cgroup").expect(404).path("detail").asString()).contains("No such container: missing");
    }
}
