package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.LaunchOp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Settings that are words: kernel settings, limits, signals, security options, hosts. */
class ContainerSettingsTests {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();
    private static final UserFiles.Identity ROOT = new UserFiles.Identity(0, 0, List.of(0), "/");

    private static HostConfig host(Map<String, Object> values) {
        return JSON.convertValue(values, HostConfig.class);
    }

    @Test
    void kernelSettingsAreTheContainersOwn() {
        Sysctls.check(host(Map.of("Sysctls", Map.of("net.core.somaxconn", "7", "kernel.shmmax", "1", "fs.mqueue.msg_max", "2", "kernel.domainname", "x",
                "net/ipv4/conf/eth0.100/rp_filter", "1", "kernel.sem", "1\t2"))), false);
        sysctlIsRefused("kernel.panic", false, "sysctl \"kernel.panic\" is not in a separate kernel namespace");
        sysctlIsRefused("kernel/panic", false, "sysctl \"kernel.panic\" is not in a separate kernel namespace");
        sysctlIsRefused("net.core.somaxconn", true, "sysctl \"net.core.somaxconn\" not allowed in host network namespace");
        sysctlIsRefused("kernel.hostname", false, "sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field");
        for (var key : List.of("", "net..core", "net/../kernel", "net.ipv4./../x", "net. x", "/net", "net.")) {
            sysctlIsRefused(key, false, "invalid sysctl: \"" + key + "\"");
        }
        assertThatThrownBy(() -> Sysctls.check(host(Map.of("Sysctls", Map.of("net.core.somaxconn", "1\n2"))), false)).isInstanceOf(InvalidArgumentException.class);
        assertThatThrownBy(() -> Sysctls.check(host(Map.of("IpcMode", "host", "Sysctls", Map.of("kernel.shmmax", "1"))), false))
                .hasMessage("sysctl \"kernel.shmmax\" is not allowed in the hosts ipc namespace");
        assertThatThrownBy(() -> Sysctls.check(host(Map.of("UTSMode", "host", "Sysctls", Map.of("kernel.domainname", "x"))), false))
                .hasMessage("sysctl \"kernel.domainname\" is not in a separate kernel namespace");
    }

    private static void sysctlIsRefused(String key, boolean onHost, String message) {
        assertThatThrownBy(() -> Sysctls.check(host(Map.of("Sysctls", Map.of(key, "1"))), onHost)).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    @Test
    void keysMayBeWrittenAsPaths() {
        assertThat(Sysctls.dotted("net.ipv4.conf.eth0/100.rp_filter")).isEqualTo("net.ipv4.conf.eth0/100.rp_filter");
        assertThat(Sysctls.dotted("net/ipv4/conf/eth0.100/rp_filter")).isEqualTo("net.ipv4.conf.eth0/100.rp_filter");
        assertThat(Sysctls.dotted("kernel")).isEqualTo("kernel");
    }

    @Test
    void limitsNeedANameAndAnOrder() {
        assertThat(limit("core", -1, -1)).contains(new LaunchOp.ResourceLimit(4, -1, -1));
        assertThat(limit("nofile", -1, 5)).contains(new LaunchOp.ResourceLimit(7, 5, -1));
        limitIsRefused("nofile", 3, 5, "ulimit soft limit must be less than or equal to hard limit: 5 > 3");
        limitIsRefused("nofile", 3, -1, "ulimit soft limit must be less than or equal to hard limit: hard: 3, soft: unlimited");
        limitIsRefused("NOFILE", 3, 3, "invalid ulimit type: NOFILE");
        assertThatThrownBy(() -> Privileges.ops(host(Map.of("Ulimits", List.of(Map.of("Soft", 1)))), ROOT, false)).hasMessage("invalid ulimit type: ");
    }

    private static List<LaunchOp> limit(String name, long hard, long soft) {
        return Privileges.ops(host(Map.of("Ulimits", List.of(Map.of("Name", name, "Hard", hard, "Soft", soft)))), ROOT, false);
    }

    private static void limitIsRefused(String name, long hard, long soft, String message) {
        assertThatThrownBy(() -> limit(name, hard, soft)).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    @Test
    void signalsHaveNamesAndNumbers() {
        assertThat(Signals.parse("9")).isEqualTo(9);
        assertThat(Signals.parse("sigterm")).isEqualTo(15);
        assertThat(Signals.parse("RTMIN")).isEqualTo(34);
        assertThat(Signals.parse("SIGRTMIN+3")).isEqualTo(37);
        assertThat(Signals.parse("RTMAX-1")).isEqualTo(63);
        for (var text : List.of("", "0", "-1", "65", "NOPE", "RTMIN-1", "RTMIN+31", "RTMIN+-3", "RTMAX-31", "RTMIN3", "SIG")) {
            assertThatThrownBy(() -> Signals.parse(text)).as(text).isInstanceOf(InvalidArgumentException.class).hasMessage("invalid signal: " + text);
        }
    }

    @Test
    void securityOptionsAreRead() {
        assertThat(security("no-new-privileges").noNewPrivileges()).isTrue();
        assertThat(security("no-new-privileges:true").noNewPrivileges()).isTrue();
        assertThat(security("no-new-privileges=false").noNewPrivileges()).isFalse();
        assertThat(security("seccomp=unconfined").seccomp()).isNull();
        assertThat(security("seccomp=builtin").seccomp()).isNotNull();
        assertThat(security("seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}").seccomp()).isNotEqualTo(security("seccomp=builtin").seccomp());
        assertThat(security("systempaths=unconfined").systemPathsUnconfined()).isTrue();
        assertThat(security("label=disable", "apparmor=unconfined", "disable").systemPathsUnconfined()).isFalse();
        for (var option : List.of("label", "seccomp", "unknown")) {
            assertThatThrownBy(() -> security(option)).hasMessage("invalid --security-opt 1: \"" + option + "\"");
        }
        for (var option : List.of("unknown=x", "no-new-privileges=maybe", "systempaths=some")) {
            assertThatThrownBy(() -> security(option)).hasMessage("invalid --security-opt 2: \"" + option + "\"");
        }
        assertThatThrownBy(() -> security("seccomp={")).hasMessageStartingWith("Decoding seccomp profile failed");
    }

    private static SecurityOptions security(String... options) {
        return SecurityOptions.of(host(Map.of("SecurityOpt", List.of(options))));
    }

    @Test
    void sizesOfWritableLayersAreReadAsDockerDoes() {
        assertThat(size(Map.of(), false)).isZero();
        assertThat(size(Map.of("size", "0"), true)).isZero();
        assertThat(size(Map.of("size", "100"), true)).isEqualTo(100);
        assertThat(size(Map.of("SIZE", "1.5 KiB"), true)).isEqualTo(1536);
        assertThat(size(Map.of("size", "2b"), true)).isEqualTo(2);
        assertThat(size(Map.of("size", "1G"), true)).isEqualTo(size(Map.of("size", "1gb"), true)).isEqualTo(1L << 30);
        sizeIsRefused(Map.of("size", "1g"), false, "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        sizeIsRefused(Map.of("Size", "abc"), false, "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        sizeIsRefused(Map.of("Foo", "1g"), false, "Unknown option foo");
        sizeIsRefused(Map.of("inodes", "1g"), true, "Unknown option inodes");
        for (var text : List.of("", "abc", "-1", "1 2", ".", "99999999P")) {
            sizeIsRefused(Map.of("size", text), true, "invalid size: '" + text + "'");
        }
        sizeIsRefused(Map.of("size", "1x"), true, "invalid suffix: 'x'");
        sizeIsRefused(Map.of("size", "1bb"), true, "invalid suffix: 'bb'");
        sizeIsRefused(Map.of("size", "1%"), true, "invalid suffix: '%'");
    }

    private static long size(Map<String, String> options, boolean limitable) {
        return StorageOptions.maxBytes(host(Map.of("StorageOpt", options)), limitable);
    }

    private static void sizeIsRefused(Map<String, String> options, boolean limitable, String message) {
        assertThatThrownBy(() -> size(options, limitable)).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }

    @Test
    void whatCannotBeConfinedSoIsSaid() {
        var host = host(Map.of("SecurityOpt", List.of("label=type:x", "label=disable", "apparmor=docker-default", "apparmor=unconfined")));
        var label = "The security option \"label=type:x\" has no effect: SELinux is not used.";
        assertThat(SecurityOptions.warnings(host, false)).containsExactly(label, "The security option \"apparmor=docker-default\" has no effect: AppArmor is not used.");
        assertThat(SecurityOptions.warnings(host, true)).containsExactly(label);
    }

    @Test
    void lastProfileOfAppArmorCountsAndPrivilegeLiftsIt() {
        assertThat(profile(false)).isEmpty();
        assertThat(profile(true)).isEmpty();
        assertThat(profile(false, "apparmor=")).isEmpty();
        assertThat(profile(false, "apparmor=unconfined")).isEqualTo("unconfined");
        assertThat(profile(false, "apparmor=a", "no-new-privileges", "apparmor:b//c")).isEqualTo("b//c");
        assertThat(profile(true, "apparmor=a")).isEqualTo("unconfined");
        assertThatThrownBy(() -> security("apparmor")).hasMessage("invalid --security-opt 1: \"apparmor\"");
    }

    private static String profile(boolean privileged, String... options) {
        return SecurityOptions.appArmorProfile(host(Map.of("Privileged", privileged, "SecurityOpt", List.of(options))));
    }

    @Test
    void hostsAndServersAreAddresses() {
        assertThatCode(() -> EtcFiles.check(host(Map.of("ExtraHosts", List.of("a:1.2.3.4", "b:::1", "c:host-gateway"), "Dns", List.of("::1"), "DnsSearch", List.of("."))))).doesNotThrowAnyException();
        etcIsRefused(Map.of("ExtraHosts", List.of("a")), "bad format for add-host: \"a\"");
        etcIsRefused(Map.of("ExtraHosts", List.of(":1.2.3.4")), "bad format for add-host: \":1.2.3.4\"");
        etcIsRefused(Map.of("ExtraHosts", List.of("a:b")), "invalid IP address in add-host: \"b\"");
        etcIsRefused(Map.of("ExtraHosts", List.of("a:")), "invalid IP address in add-host: \"\"");
        etcIsRefused(Map.of("ExtraHosts", List.of("a b:1.2.3.4")), "invalid host entry: a b");
        etcIsRefused(Map.of("Dns", List.of("example.org")), "invalid DNS server address: example.org");
        etcIsRefused(Map.of("DnsOptions", List.of("a\nnameserver 1.2.3.4")), "invalid word for resolv.conf: a\nnameserver 1.2.3.4");
    }

    private static void etcIsRefused(Map<String, Object> values, String message) {
        assertThatThrownBy(() -> EtcFiles.check(host(values))).isInstanceOf(InvalidArgumentException.class).hasMessage(message);
    }
}
