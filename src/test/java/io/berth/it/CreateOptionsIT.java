package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Every option through the management API: what was asked is what {@code docker inspect} tells, and what its settings say. */
class CreateOptionsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    private static final JsonMapper JSON = new JsonMapper();
    private static final AdminApi API = new AdminApi(BERTH);
    private static final Path FIELDS = Path.of("frontend/src/pages/form/model/engineFields.json");
    /** What this kernel, or Linux, may not have: then it is refused by its name. */
    private static final Set<String> MAY_BE_REFUSED = Set.of("HostConfig.CpuRealtimePeriod", "HostConfig.CpuRealtimeRuntime", "HostConfig.StorageOpt", "HostConfig.IOMaximumIOps",
            "HostConfig.IOMaximumBandwidth");
    /** What goes with another option only, by that one's. */
    private static final Map<String, String> NEEDED = Map.of("HostConfig.MemorySwap", "'HostConfig':{'Memory':67108864}", "HostConfig.MemoryReservation",
            "'HostConfig':{'Memory':67108864}", "HostConfig.CpuRealtimeRuntime", "'HostConfig':{'CpuRealtimePeriod':1000000}");

    /** Options that exclude each other: of each group one. */
    private static final List<Set<String>> GROUPS = List.of(
            Set.of("HostConfig.NanoCpus", "HostConfig.CpuPeriod"), Set.of("HostConfig.NanoCpus", "HostConfig.CpuQuota"),
            Set.of("HostConfig.NetworkMode", "NetworkingConfig.EndpointsConfig", "MacAddress", "HostConfig.Links"), Set.of("HostConfig.AutoRemove", "HostConfig.RestartPolicy"),
            Set.of("Hostname", "HostConfig.UTSMode"), Set.of("HostConfig.Privileged", "HostConfig.MaskedPaths"), Set.of("HostConfig.Privileged", "HostConfig.ReadonlyPaths"));
    private static final BiPredicate<String, Set<String>> TOGETHER = (option, chosen) -> !NEEDED.containsKey(option)
            && GROUPS.stream().filter(group -> group.contains(option)).noneMatch(group -> group.stream().anyMatch(chosen::contains));

    /** A value for each option. */
    private static final Map<String, String> SAMPLES = samples("""
            Hostname 'inner'
            Domainname 'example.org'
            User '65534:65534'
            AttachStdin true
            AttachStdout true
            AttachStderr true
            ExposedPorts {'9000/udp':{}}
            Tty true
            OpenStdin true
            StdinOnce true
            Env ['A=b=c','EMPTY=']
            Cmd ['sleep','1000']
            Healthcheck {'Test':['CMD-SHELL','true'],'Interval':5000000000,'Timeout':2000000000,'StartPeriod':1000000000,'StartInterval':500000000,'Retries':4}
            Image 'busybox'
            Volumes {'/nameless':{}}
            WorkingDir '/tmp'
            Entrypoint ['sleep']
            NetworkDisabled true
            MacAddress '02:42:ac:11:aa:01'
            OnBuild ['RUN true']
            Labels {'org.example/a':'b c'}
            StopSignal 'SIGINT'
            StopTimeout 3
            Shell ['/bin/sh','-c']
            HostConfig.Binds ['form-kept:/kept:ro','/tmp:/host']
            HostConfig.ContainerIDFile '/run/x.cid'
            HostConfig.LogConfig {'Type':'local','Config':{'max-size':'1m'}}
            HostConfig.NetworkMode 'none'
            HostConfig.PortBindings {'80/tcp':[{'HostIp':'127.0.0.1','HostPort':''}]}
            HostConfig.RestartPolicy {'Name':'on-failure','MaximumRetryCount':2}
            HostConfig.AutoRemove true
            HostConfig.VolumeDriver 'local'
            HostConfig.VolumesFrom ['form-base:ro']
            HostConfig.ConsoleSize [24,80]
            HostConfig.Annotations {'note':'x'}
            HostConfig.CapAdd ['NET_ADMIN']
            HostConfig.CapDrop ['MKNOD']
            HostConfig.CgroupnsMode 'private'
            HostConfig.Dns ['192.0.2.53']
            HostConfig.DnsOptions ['ndots:2']
            HostConfig.DnsSearch ['example.org']
            HostConfig.ExtraHosts ['far:192.0.2.1','host.internal:host-gateway']
            HostConfig.GroupAdd ['1234']
            HostConfig.IpcMode 'shareable'
            HostConfig.Cgroup 'x'
            HostConfig.Links ['form-base:base']
            HostConfig.OomScoreAdj 100
            HostConfig.PidMode 'host'
            HostConfig.Privileged true
            HostConfig.PublishAllPorts true
            HostConfig.ReadonlyRootfs true
            HostConfig.SecurityOpt ['no-new-privileges','seccomp=unconfined']
            HostConfig.StorageOpt {'size':'1g'}
            HostConfig.Tmpfs {'/run':'size=1m'}
            HostConfig.UTSMode 'host'
            HostConfig.UsernsMode 'host'
            HostConfig.ShmSize 33554432
            HostConfig.Sysctls {'net.core.somaxconn':'200'}
            HostConfig.Runtime 'runc'
            HostConfig.Isolation 'default'
            HostConfig.CpuShares 512
            HostConfig.Memory 67108864
            HostConfig.NanoCpus 500000000
            HostConfig.CgroupParent '/form-parent'
            HostConfig.BlkioWeight 300
            HostConfig.BlkioWeightDevice [{'Path':'/dev/null','Weight':300}]
            HostConfig.BlkioDeviceReadBps [{'Path':'/dev/null','Rate':1048576}]
            HostConfig.BlkioDeviceWriteBps [{'Path':'/dev/null','Rate':1048576}]
            HostConfig.BlkioDeviceReadIOps [{'Path':'/dev/null','Rate':100}]
            HostConfig.BlkioDeviceWriteIOps [{'Path':'/dev/null','Rate':100}]
            HostConfig.CpuPeriod 50000
            HostConfig.CpuQuota 25000
            HostConfig.CpuRealtimePeriod 1000000
            HostConfig.CpuRealtimeRuntime 95000
            HostConfig.CpusetCpus '0'
            HostConfig.CpusetMems '0'
            HostConfig.Devices [{'PathOnHost':'/dev/full','PathInContainer':'/dev/brimful','CgroupPermissions':'r'}]
            HostConfig.DeviceCgroupRules ['c 1:11 r']
            HostConfig.DeviceRequests [{'Driver':'','Count':1,'DeviceIDs':null,'Capabilities':[['gpu']],'Options':{}}]
            HostConfig.KernelMemoryTCP 67108864
            HostConfig.MemoryReservation 33554432
            HostConfig.MemorySwap 100663296
            HostConfig.MemorySwappiness 7
            HostConfig.OomKillDisable true
            HostConfig.PidsLimit 50
            HostConfig.Ulimits [{'Name':'nofile','Hard':2048,'Soft':1024}]
            HostConfig.CpuCount 1
            HostConfig.CpuPercent 50
            HostConfig.IOMaximumIOps 10
            HostConfig.IOMaximumBandwidth 1000
            HostConfig.Mounts [{'Type':'volume','Source':'form-mounted','Target':'/mounted','VolumeOptions':{'NoCopy':true,'Labels':{'a':'b'}}},{'Type':'tmpfs','Target':'/scratch','TmpfsOptions':{'SizeBytes':1048576,'Mode':448}}]
            HostConfig.MaskedPaths ['/proc/kcore']
            HostConfig.ReadonlyPaths []
            HostConfig.Init true
            NetworkingConfig.EndpointsConfig {'form-net':{'IPAMConfig':{'IPv4Address':'10.77.0.9'},'Links':['form-base:base'],'Aliases':['one','two'],'MacAddress':'02:42:ac:11:aa:02','DriverOpts':{'com.example.x':'y'},'GwPriority':5}}
            """);

    private static Map<String, String> samples(String lines) {
        var samples = new LinkedHashMap<String, String>();
        lines.lines().forEach(line -> samples.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1).replace('\'', '"')));
        return samples;
    }

    @BeforeAll
    static void surroundings() {
        BERTH.docker("network", "create", "--subnet", "10.77.0.0/24", "form-net").ok();
        BERTH.docker("run", "-d", "--name", "form-base", "-v", "form-base-data:/base", "busybox", "sleep", "1000").ok();
    }

    @AfterAll
    static void tidy() {
        BERTH.docker("rm", "-f", "-v", "form-base").ok();
        BERTH.docker("network", "rm", "form-net").ok();
    }

    @AfterEach
    void removed() {
        BERTH.docker("rm", "-f", "-v", "form-subject");
    }

    static Set<String> options() {
        return SAMPLES.keySet();
    }

    /** None can be forgotten: the list is that of the engine's records. */
    @Test
    void everyOptionHasAValue() throws IOException {
        var fields = Arrays.stream(JSON.readValue(Files.readString(FIELDS), String[].class)).map(CreateOptionsIT::option).collect(Collectors.toCollection(TreeSet::new));
        assertThat(SAMPLES.keySet()).containsExactlyInAnyOrderElementsOf(fields);
    }

    /** {@code HostConfig.Ulimits} of {@code HostConfig.Ulimits[].Name}. */
    private static String option(String field) {
        var steps = field.replaceFirst("\\[.*", "").replaceFirst("\\.\\*.*", "").split("\\.");
        boolean inPart = steps[0].equals("HostConfig") || steps[0].equals("NetworkingConfig");
        return inPart ? steps[0] + "." + steps[1] : steps[0];
    }

    @ParameterizedTest
    @MethodSource("options")
    void whatIsAskedIsWhatInspectTells(String option) {
        var wish = wish(Map.of(option, SAMPLES.get(option)), NEEDED.getOrDefault(option, ""));
        var answer = API.post("/containers", wish);
        if (MAY_BE_REFUSED.contains(option) && answer.status() == 400) {
            assertThat(answer.body().path("field").asString("")).startsWith(option.substring(0, 1).toLowerCase() + option.substring(1, option.indexOf('.')));
            return;
        }
        answer.expect(201);
        var inspected = inspect();
        compare(option, inspected);
        keepsItsSettings();
    }

    @Test
    void manyAtOnceAreWhatInspectTells() {
        var random = Chosen.random("options");
        for (int round = 0; round < 10; round++) {
            var chosen = new LinkedHashMap<String, String>();
            SAMPLES.forEach((option, value) -> {
                if (random.nextInt(3) == 0 && !MAY_BE_REFUSED.contains(option) && TOGETHER.test(option, chosen.keySet())) {
                    chosen.put(option, value);
                }
            });
            API.post("/containers", wish(chosen, "")).expect(201);
            var inspected = inspect();
            chosen.keySet().forEach(option -> compare(option, inspected));
            keepsItsSettings();
            removed();
        }
    }

    private static JsonNode wish(Map<String, String> options, String needed) {
        var body = (ObjectNode) JSON.readTree("{" + needed.replace('\'', '"') + "}");
        options.forEach((option, value) -> {
            int dot = option.indexOf('.');
            var part = dot < 0 ? body : body.withObjectProperty(option.substring(0, dot));
            part.set(option.substring(dot + 1), JSON.readTree(value));
        });
        var config = body.deepCopy();
        config.remove(List.of("HostConfig", "NetworkingConfig"));
        if (!config.has("Image")) {
            config.put("Image", "busybox");
        }
        if (!config.has("Cmd")) {
            config.putArray("Cmd").add("sleep").add("1000");
        }
        var wish = JSON.createObjectNode().put("name", "form-subject");
        wish.set("config", config);
        wish.set("hostConfig", body.path("HostConfig").isObject() ? body.get("HostConfig") : JSON.createObjectNode());
        wish.set("networkingConfig", body.path("NetworkingConfig").isObject() ? body.get("NetworkingConfig") : JSON.createObjectNode());
        return wish;
    }

    private static JsonNode inspect() {
        return JSON.readTree(BERTH.docker("inspect", "form-subject").ok()).get(0);
    }

    private static void compare(String option, JsonNode inspected) {
        var asked = JSON.readTree(SAMPLES.get(option));
        if (option.startsWith("NetworkingConfig.")) {
            var endpoint = inspected.path("NetworkSettings").path("Networks").path("form-net");
            asked.path("form-net").properties().forEach(entry -> assertThat(endpoint.path(entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue()));
            return;
        }
        var told = option.startsWith("HostConfig.") ? inspected.path("HostConfig").path(option.substring("HostConfig.".length())) : inspected.path("Config").path(option);
        switch (option) {
            case "HostConfig.Links" -> assertThat(told.toString()).isEqualTo("[\"/form-base:/form-subject/base\"]");
            case "ExposedPorts", "Volumes" -> assertThat(told.propertyNames()).as(option).containsAll(asked.propertyNames());
            case "HostConfig.DeviceRequests" -> assertThat(told.get(0).path("Capabilities")).isEqualTo(asked.get(0).path("Capabilities"));
            default -> assertThat(told).as(option).isEqualTo(asked);
        }
    }

    /** What it says that it was asked to be leads to the same: nothing differs, so nothing has to be made anew. */
    private static void keepsItsSettings() {
        var settings = API.get("/containers/form-subject/settings").expect(200);
        var again = JSON.createObjectNode();
        for (var part : List.of("name", "config", "hostConfig", "networkingConfig")) {
            again.set(part, settings.get(part));
        }
        API.put("/containers/form-subject/settings", again).expect(200);
    }

    @Test
    void whatIsWrongIsNamed() {
        refused("{'hostConfig':{'Memory':1}}", "hostConfig.Memory", "Minimum memory limit allowed is 6MB");
        refused("{'hostConfig':{'Memory':'much'}}", "hostConfig.Memory", "expected a whole number");
        refused("{'hostConfig':{'Memroy':1}}", "hostConfig.Memroy", "is no setting that Berth knows");
        refused("{'hostConfig':{'Mounts':[{'Typ':'bind'}]}}", "hostConfig.Mounts[0].Typ", "is no setting that Berth knows");
        refused("{'hostConfig':{'Binds':['/x:y']}}", "hostConfig.Binds", "");
        refused("{'hostConfig':{'PortBindings':{'x/tcp':[{'HostPort':'1'}]}}}", "hostConfig.PortBindings", "");
        refused("{'hostConfig':{'RestartPolicy':{'Name':'sometimes'}}}", "hostConfig.RestartPolicy", "");
        refused("{'config':{'WorkingDir':'x'}}", "config.WorkingDir", "absolute path");
        refused("{'config':{'Healthcheck':{'Interval':5}}}", "config.Healthcheck", "cannot be less than 1ms");
        refused("{'networkingConfig':{'EndpointsConfig':{'form-net':{'Alias':'x'}}}}", "networkingConfig.EndpointsConfig.form-net.Alias", "is no setting that Berth knows");
        refused("{'config':{'Cmd':['x']},'command':['y']}", "command", "Cmd says it already");
        refused("{'name':'-'}", "name", "Invalid container name");
        refused("{'platform':'linux/'}", "platform", "is an invalid component of");
        assertThat(API.post("/containers", JSON.readTree("{\"config\":{\"Image\":\"no-such\"}}")).expect(404).path("detail").asString()).contains("No such image: no-such:latest");
        API.post("/containers", JSON.readTree("{\"config\":{\"Image\":\"busybox\"},\"name\":\"form-base\"}")).expect(409);
    }

    @Test
    void anImageForAnotherPlatformIsRefused() {
        var wish = (ObjectNode) wish(Map.of(), "");
        wish.put("platform", "linux/s390x");
        assertThat(API.post("/containers", wish).expect(404).path("detail").asString()).contains("does not match the specified platform (linux/s390x)");
        API.get("/containers/form-subject").expect(404);
        wish.put("platform", "linux");
        API.post("/containers", wish).expect(201);
    }

    private static void refused(String part, String field, String words) {
        var body = (ObjectNode) JSON.readTree(part.replace('\'', '"'));
        body.withObjectProperty("config").put("Image", "busybox");
        var answer = API.post("/containers", body).expect(400);
        assertThat(answer.path("field").asString("")).as(answer.toString()).isEqualTo(field);
        assertThat(answer.path("detail").asString()).contains(words);
    }

    @Test
    void aContainerThatDoesNotStartIsNotThere() {
        var wish = wish(Map.of("Cmd", "[\"/no/such\"]"), "");
        ((ObjectNode) wish).put("start", true);
        assertThat(API.post("/containers", wish).expect(400).path("detail").asString()).contains("no such file or directory");
        API.get("/containers/form-subject").expect(404);
    }
}
