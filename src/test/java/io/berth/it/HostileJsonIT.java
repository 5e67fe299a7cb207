package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whatever stands in a body: an answer in Docker's words that names the field, and nothing half-made. */
class HostileJsonIT {

    private static final JsonMapper JSON = new JsonMapper();

    /** Each field that a body can have, with a value of its type. */
    private static final String CREATE = """
            {"Image":"busybox","Hostname":"h","Domainname":"d","User":"0","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,
             "ExposedPorts":{"80/tcp":{}},"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["A=b"],"Cmd":["true"],
             "Healthcheck":{"Test":["CMD","true"],"Interval":1000000000,"Timeout":1000000000,"Retries":3,"StartPeriod":0,"StartInterval":0},
             "Volumes":{"/v":{}},"WorkingDir":"/","Entrypoint":["/bin/sh"],"MacAddress":"02:42:ac:11:00:42","Labels":{"l":"1"},"StopSignal":"TERM",
             "StopTimeout":1,"Shell":["sh"],"HostConfig":{"Binds":["/tmp:/b"],"LogConfig":{"Type":"json-file","Config":{}},
              "NetworkMode":"bridge","PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":""}]},"RestartPolicy":{"Name":"no",
              "MaximumRetryCount":0},"AutoRemove":false,"VolumeDriver":"local","VolumesFrom":[],"ConsoleSize":[24,80],"Annotations":{"a":"1"},
              "CapAdd":["CHOWN"],"CapDrop":["KILL"],"CgroupnsMode":"host","Dns":["127.0.0.53"],"DnsOptions":["ndots:1"],"DnsSearch":["x"],
              "ExtraHosts":["a:127.0.0.1"],"GroupAdd":["1"],"IpcMode":"private","OomScoreAdj":1,"PidMode":"","Privileged":false,
              "PublishAllPorts":false,"ReadonlyRootfs":false,"SecurityOpt":["no-new-privileges"],"Tmpfs":{"/t":"size=1m"},"UTSMode":"",
              "UsernsMode":"","ShmSize":1048576,"Sysctls":{"net.ipv4.ip_forward":"0"},"Runtime":"runc","Isolation":"default","CpuShares":512,
              "Memory":67108864,"NanoCpus":500000000,"CgroupParent":"","BlkioWeight":100,"BlkioDeviceReadBps":[{"Path":"/dev/null","Rate":1}],
              "CpuPeriod":0,"CpuQuota":0,"CpusetCpus":"0","CpusetMems":"0","Devices":[{"PathOnHost":"/dev/null","PathInContainer":"/dev/n",
              "CgroupPermissions":"r"}],"DeviceCgroupRules":["c 1:3 r"],"MemoryReservation":0,"MemorySwap":134217728,"PidsLimit":50,
              "Ulimits":[{"Name":"nofile","Soft":10,"Hard":20}],"Mounts":[{"Type":"tmpfs","Target":"/m","TmpfsOptions":{"SizeBytes":1048576}}],
              "MaskedPaths":["/proc/kcore"],"ReadonlyPaths":["/proc/sys"],"Init":true},
             "NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"02:42:ac:11:00:43","Aliases":[],"DriverOpts":{},"GwPriority":0,
              "IPAMConfig":{"IPv4Address":"","IPv6Address":"","LinkLocalIPs":[]}}}}}""";
    private static final String EXEC = """
            {"AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"DetachKeys":"ctrl-p","Env":["A=b"],"Cmd":["true"],
             "Privileged":false,"User":"0","WorkingDir":"/","ConsoleSize":[24,80]}""";

    private static final String UPDATE = """
            {"Memory":67108864,"MemorySwap":134217728,"MemoryReservation":33554432,"CpuShares":512,"NanoCpus":500000000,"CpuPeriod":0,"CpuQuota":0,
             "CpuRealtimePeriod":0,"CpuRealtimeRuntime":0,"CpusetCpus":"0","CpusetMems":"0","PidsLimit":50,"BlkioWeight":100,
             "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}}""";

    private static final String NETWORK = """
            {"Name":"hostile","Driver":"bridge","Scope":"local","Internal":false,"Attachable":false,"Ingress":false,"ConfigOnly":false,
             "ConfigFrom":{"Network":""},"EnableIPv4":true,"EnableIPv6":false,"IPAM":{"Driver":"default","Options":{},"Config":[
              {"Subnet":"10.214.0.0/24","IPRange":"10.214.0.0/25","Gateway":"10.214.0.1","AuxiliaryAddresses":{"a":"10.214.0.9"}}]},
             "Options":{"com.docker.network.bridge.enable_icc":"true","com.docker.network.driver.mtu":"1400"},"Labels":{"l":"1"}}""";

    private static final String CONNECT = """
            {"Container":"connected","EndpointConfig":{"MacAddress":"02:42:ac:11:00:43","Aliases":["x"],"Links":["connected:y"],"DriverOpts":{},
             "GwPriority":0,"IPAMConfig":{"IPv4Address":"10.214.1.9","IPv6Address":"","LinkLocalIPs":[]}}}""";

    /** What takes the place of each value in turn. */
    private static final List<String> HOSTILE = List.of("null", "true", "-1", "1.5", "1e400", "9223372036854775808", "2147483648", "\"\"",
            "\"x\\u0000y\"", "\"x\\ny\"", "\"../../../x\"", "[]", "{}", "[null]", "[[[[]]]]", "[\"x\\u0000\"]", "{\"x\\u0000\":\"y\"}", "{\"a\":null}", "[{}]",
            "\"" + "x".repeat(10_000) + "\"");
    /** Words of Java in a message, or a stack trace. */
    private static final List<String> LEAKS = List.of("Exception", "\tat ", "io.berth", "jackson", "java.", "class ", "`");

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private final EngineClient engine = new EngineClient(BERTH.socket());
    private final List<String> wrong = new ArrayList<>();

    @Test
    void createTakesNothingThatIsWrong() {
        everyHostileValueInEveryPlace("/v1.51/containers/create", CREATE);
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).as("volumes").isEmpty();
    }

    @Test
    void execTakesNothingThatIsWrong() {
        BERTH.docker("run", "-d", "--name", "target", "busybox", "sleep", "1000").ok();
        everyHostileValueInEveryPlace("/v1.51/containers/target/exec", EXEC);
        BERTH.docker("rm", "-f", "target").ok();
    }

    @Test
    void updateTakesNothingThatIsWrong() {
        BERTH.docker("run", "-d", "--name", "updated", "busybox", "sleep", "1000").ok();
        everyHostileValueInEveryPlace("/v1.51/containers/updated/update", UPDATE);
        BERTH.docker("rm", "-f", "updated").ok();
    }

    @Test
    void networksTakeNothingThatIsWrong() {
        everyHostileValueInEveryPlace("/v1.51/networks/create", NETWORK);
        BERTH.docker("run", "-d", "--name", "connected", "busybox", "sleep", "1000").ok();
        BERTH.docker("network", "create", "--subnet", "10.214.1.0/24", "lan").ok();
        everyHostileValueInEveryPlace("/v1.51/networks/lan/connect", CONNECT);
        BERTH.docker("rm", "-f", "connected").ok();
        BERTH.docker("network", "prune", "-f").ok();
        assertThat(BERTH.docker("network", "ls", "-q").ok().lines()).hasSize(3);
    }

    private void everyHostileValueInEveryPlace(String path, String valid) {
        assertThat(engine.post(path, valid).status()).as(() -> engine.post(path, valid).body()).isIn(200, 201);
        removeAll();
        undo(path);
        var sample = sample();
        for (String place : places(JSON.readTree(valid), "")) {
            for (String value : HOSTILE) {
                if (sample.getAsBoolean()) {
                    judge(place, value, engine.post(path, with(valid, place, value)));
                    undo(path);
                }
            }
            removeAll();
        }
        assertThat(wrong).as("answers").isEmpty();
        assertThat(BERTH.docker("ps", "-aq", "--filter", "status=created").ok()).isEmpty();
    }

    /** What one call has made keeps no later one from being made. */
    private void undo(String path) {
        if (path.endsWith("/networks/create")) {
            engine.post("/v1.51/networks/prune", "{}");
        } else if (path.endsWith("/connect")) {
            engine.post(path.replace("/connect", "/disconnect"), "{\"Container\":\"connected\"}");
        }
    }

    /** All, or one of three. */
    private static BooleanSupplier sample() {
        if (Boolean.getBoolean("berth.thorough")) {
            return () -> true;
        }
        var random = Chosen.random("hostile values");
        return () -> random.nextInt(3) == 0;
    }

    private void judge(String place, String value, EngineClient.Answer answer) {
        var short_ = value.length() > 40 ? value.substring(0, 40) + "..." : value;
        if (answer.status() >= 500 && answer.status() != 501) {
            wrong.add(place + " = " + short_ + ": " + answer.status() + " " + answer.body());
            return;
        }
        if (answer.status() == 201 || answer.status() == 200) {
            return;
        }
        var message = JSON.readTree(answer.body()).path("message").asString("");
        if (message.isEmpty() || LEAKS.stream().anyMatch(message::contains)) {
            wrong.add(place + " = " + short_ + ": says '" + message + "'");
        } else if (message.startsWith("invalid JSON") && !message.contains(place.replaceAll(".*[./\\[]([A-Za-z]\\w*).*", "$1")) && !message.contains("too ")) {
            wrong.add(place + " = " + short_ + ": does not name the field: " + message);
        }
    }

    private void removeAll() {
        for (JsonNode container : JSON.readTree(engine.get("/v1.51/containers/json?all=1").body())) {
            if (container.path("State").asString("").equals("created")) {
                assertThat(engine.delete("/v1.51/containers/" + container.path("Id").asString("") + "?v=1&force=1").status()).isEqualTo(204);
            }
        }
    }

    /** Paths of all fields of a document, as {@code HostConfig.Devices[0].PathOnHost}. */
    private static List<String> places(JsonNode node, String where) {
        var places = new ArrayList<String>();
        if (!where.isEmpty()) {
            places.add(where);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            places.addAll(places(field.getValue(), where + "/" + field.getKey().replace("/", "~1")));
        }
        for (int i = 0; i < node.size() && node.isArray(); i++) {
            places.addAll(places(node.get(i), where + "/" + i));
        }
        return places;
    }

    /** The document with another value in one place (RFC 6901). */
    private static String with(String document, String place, String value) {
        var tree = JSON.readTree(document);
        int cut = place.lastIndexOf('/');
        var parent = tree.at(place.substring(0, cut));
        var name = place.substring(cut + 1).replace("~1", "/");
        if (parent.isArray()) {
            ((ArrayNode) parent).set(Integer.parseInt(name), "@here@");
        } else {
            ((ObjectNode) parent).put(name, "@here@");
        }
        return tree.toString().replace("\"@here@\"", value);
    }

    @Test
    void damagedAndAmbiguousDocumentsAreRefused() {
        for (String body : List.of("", "null", "[]", "\"x\"", "1", "{", "{}", "{\"Image\":\"busybox\"} trailing", "{\"Image\":\"busybox\",}",
                "{\"Image\":\"busybox\",\"Image\":\"other\"}", "{\"Image\":\"busybox\",\"image\":\"other\"}",
                "{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":1,\"memory\":2}}", "{\"x\":".repeat(5000), "[".repeat(100_000),
                "{\"Image\":\"" + "x".repeat(5 << 20) + "\"}")) {
            var answer = engine.post("/v1.51/containers/create", body);
            assertThat(answer.status()).as(body.substring(0, Math.min(60, body.length()))).isIn(400, 404, 413);
            assertThat(LEAKS).as(answer.body()).noneMatch(answer.body()::contains);
        }
        assertThat(engine.post("/v1.51/containers/create", "{\"Image\":\"busybox\",\"Image\":\"other\"}").body()).contains("Image");
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
    }

    @Test
    void ofTwoThatRaceForOneNameOneWins() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 20; round++) {
                var start = new CyclicBarrier(2);
                Callable<Integer> create = () -> {
                    start.await();
                    return engine.post("/v1.51/containers/create?name=contested", "{\"Image\":\"busybox\"}").status();
                };
                var answers = threads.invokeAll(List.of(create, create));
                assertThat(List.of(answers.get(0).get(), answers.get(1).get())).containsExactlyInAnyOrder(201, 409);
                assertThat(BERTH.docker("ps", "-aq").ok().lines()).hasSize(1);
                BERTH.docker("rm", "contested").ok();
            }
        }
    }
}
