package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names, links, kernel settings and security options of containers: what they look like from inside, and what is refused. */
class SettingsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void linkedContainersAreKnownByName() {
        BERTH.docker("run", "-d", "--name", "db", "--expose", "5432", "-e", "SECRET=x", "--hostname", "dbhost", "busybox", "sh", "-c", "while :; do echo hello | nc -l -p 5432; done").ok();
        BERTH.docker("run", "-d", "--name", "web", "--link", "db:data", "--link", "db", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Links}}", "web").ok()).isEqualTo("[/db:/web/data /db:/web/db]");
        assertThat(BERTH.docker("ps", "--no-trunc", "--filter", "name=db", "--format", "{{.Names}}").ok().split(",")).containsExactlyInAnyOrder("db", "web/data", "web/db");
        assertThat(BERTH.docker("exec", "web", "sh", "-c", "nc -w 5 data 5432 </dev/null").ok()).isEqualTo("hello");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok()).containsPattern("(?m)^[0-9.]+\tdata dbhost db$").containsPattern("(?m)^[0-9.]+\tdb dbhost$");
        assertThat(BERTH.docker("exec", "web", "env").ok().lines()).contains("DATA_NAME=/web/data", "DATA_ENV_SECRET=x", "DATA_PORT_5432_TCP_PORT=5432");
        var before = hostOf("web", "data");
        BERTH.docker("stop", "-t", "0", "db").ok();
        BERTH.docker("run", "-d", "--name", "squatter", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("restart", "-t", "0", "web").expect(1).err()).contains("Cannot link to a non running container: /db AS /web/data");
        BERTH.docker("start", "db", "web").ok();
        BERTH.docker("restart", "-t", "0", "db").ok();
        var ip = BERTH.docker("inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "db").ok();
        assertThat(hostOf("web", "data")).isEqualTo(ip).isNotEqualTo(before);
        assertThat(BERTH.docker("exec", "web", "sh", "-c", "nc -w 5 data 5432 </dev/null").ok()).isEqualTo("hello");
        assertThat(BERTH.docker("inspect", "-f", "{{.Name}}", "web/data").ok()).isEqualTo("/db");
        assertThat(BERTH.docker("inspect", "--type", "container", "web/nothing").expect(1).err()).contains("No such container: web/nothing");
        BERTH.docker("rm", "--link", "web/data").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Links}}", "web").ok()).isEqualTo("[/db:/web/db]");
        assertThat(BERTH.docker("exec", "web", "cat", "/etc/hosts").ok()).doesNotContain("data");
        assertThat(BERTH.docker("rm", "--link", "web/data").expect(1).err()).contains("No such container");
        assertThat(BERTH.docker("rm", "--link", "web").expect(1).err()).contains("cannot remove the default link name of the container");
        BERTH.docker("rm", "-f", "db", "squatter").ok();
        BERTH.docker("restart", "-t", "0", "web").ok();
        BERTH.docker("rm", "-f", "web").ok();
    }

    private static String hostOf(String container, String name) {
        return BERTH.docker("exec", container, "sh", "-c", "grep '\t" + name + "' /etc/hosts | cut -f 1").ok();
    }

    @Test
    void linksToNobodyAreRefused() {
        assertThat(BERTH.docker("create", "--link", "nobody:x", "busybox").expect(1).err()).contains("could not get container for nobody: No such container: nobody");
        assertThat(BERTH.docker("create", "--network", "host", "--link", "nobody:x", "busybox").expect(1).err()).contains("host type networking can't be used with links");
    }

    @Test
    void namesStandInItsFiles() {
        var out = BERTH.docker("run", "--rm", "--hostname", "node.example", "--domainname", "org", "--add-host", "peer:10.1.2.3", "--add-host", "six=[fd00::1]",
                "--add-host", "up:host-gateway", "--dns", "10.9.9.9", "--dns-search", "example.org", "--dns-option", "ndots:3", "busybox", "sh", "-c",
                "hostname; cat /proc/sys/kernel/domainname /etc/hosts /etc/resolv.conf; ip route | grep default").ok();
        assertThat(out).startsWith("node.example\norg\n").contains("10.1.2.3\tpeer\n", "fd00::1\tsix\n", "\tnode.example.org node\n",
                "nameserver 10.9.9.9\nsearch example.org\noptions ndots:3\n");
        var gateway = out.lines().filter(line -> line.startsWith("default")).findFirst().orElseThrow().split(" ")[2];
        assertThat(out).contains(gateway + "\tup\n");
        assertThat(BERTH.docker("run", "--rm", "--network", "host", "--add-host", "up:host-gateway", "busybox", "cat", "/etc/hosts").ok()).contains(gateway + "\tup");
        assertThat(create("--add-host", "a:b")).contains("invalid IP address in add-host");
        assertThat(create("--hostname", "a".repeat(65))).contains("is longer than 64 bytes");
        assertThat(create("--domainname", "a".repeat(65))).contains("is longer than 64 bytes");
    }

    /** The error of a create that is refused. */
    private static String create(String... options) {
        var arguments = new ArrayList<>(List.of("create"));
        arguments.addAll(List.of(options));
        arguments.add("busybox");
        var result = BERTH.docker(arguments.toArray(String[]::new));
        assertThat(result.exitCode()).as(result.out()).isNotZero();
        return result.err();
    }

    @Test
    void kernelSettingsAreItsOwn() {
        assertThat(BERTH.docker("run", "--rm", "--sysctl", "net.core.somaxconn=77", "--sysctl", "kernel.shmmni=99", "--sysctl", "net.ipv4.conf.lo.rp_filter=2", "busybox", "cat",
                "/proc/sys/net/core/somaxconn", "/proc/sys/kernel/shmmni", "/proc/sys/net/ipv4/conf/lo/rp_filter").ok().lines().toList()).containsExactly("77", "99", "2");
        assertThat(create("--network", "host", "--sysctl", "net.core.somaxconn=77")).contains("sysctl \"net.core.somaxconn\" not allowed in host network namespace");
        assertThat(BERTH.docker("run", "--rm", "--sysctl", "net.nope=1", "busybox", "true").err()).contains("no such file or directory");
    }

    @Test
    void limitsOfProcessesAreAsAsked() {
        assertThat(BERTH.docker("run", "--rm", "--ulimit", "nofile=100:200", "--ulimit", "core=-1", "--oom-score-adj", "123", "--shm-size", "32m", "busybox", "sh", "-c",
                "ulimit -n; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj; df /dev/shm | tail -1").ok()).matches("(?s)100\n200\nunlimited\n123\nshm +32768 .*");
        assertThat(BERTH.docker("run", "--rm", "--ulimit", "nofile=9999999999", "busybox", "true").err()).contains("error setting rlimit type 7: operation not permitted");
        assertThat(create("--oom-score-adj", "1001")).contains("range for oom score adj is [-1000, 1000]");
    }

    @Test
    void stopSignalMayBeARealTimeOne() {
        BERTH.docker("run", "-d", "--name", "stopped", "--stop-signal", "RTMIN+3", "--stop-timeout", "20", "busybox", "sh", "-c",
                "trap 'exit 7' 37; echo ready; while :; do sleep 0.1; done").ok();
        Eventually.holds("it is ready", () -> BERTH.docker("logs", "stopped").ok().equals("ready"));
        BERTH.docker("stop", "stopped").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.ExitCode}} {{.Config.StopSignal}} {{.Config.StopTimeout}}", "stopped").ok()).isEqualTo("7 RTMIN+3 20");
        BERTH.docker("rm", "stopped").ok();
        assertThat(create("--stop-signal", "RTMIN+40")).contains("invalid signal: RTMIN+40");
    }

    @Test
    void securityOptionsHaveAnEffectOrAWarning() throws IOException {
        var profile = Files.writeString(BERTH.home().resolve("profile.json"),
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"mkdir\",\"mkdirat\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":28}]}");
        assertThat(run("seccomp=" + profile, "mkdir /x 2>&1")).contains("No space left on device");
        assertThat(run("seccomp=unconfined", "grep Seccomp: /proc/self/status")).endsWith("0");
        assertThat(run("seccomp=builtin", "grep Seccomp: /proc/self/status")).endsWith("2");
        assertThat(run("no-new-privileges", "grep NoNewPrivs /proc/self/status")).endsWith("1");
        assertThat(run("no-new-privileges=false", "grep NoNewPrivs /proc/self/status")).endsWith("0");
        assertThat(run("systempaths=unconfined", "grep -c ' /proc/sys ' /proc/mounts")).isEqualTo("0");
        assertThat(run("label=disable", "grep -c ' /proc/sys ' /proc/mounts")).isEqualTo("1");
        assertThat(BERTH.docker("run", "--rm", "--security-opt", "label=type:mine", "busybox", "true").expect(0).err()).contains("\"label=type:mine\" has no effect");
        assertThat(create("--security-opt", "nothing=x")).contains("invalid --security-opt 2: \"nothing=x\"");
        assertThat(BERTH.docker("inspect", "-f", "{{len .HostConfig.MaskedPaths}} {{len .HostConfig.ReadonlyPaths}}", BERTH.docker("create", "--name", "masked", "busybox").ok()).ok())
                .isEqualTo("12 5");
        BERTH.docker("rm", "masked").ok();
        Files.delete(profile);
    }

    /** Without AppArmor a folder stands in for what its kernel has of each process. */
    @Test
    void profileOfAppArmorIsToldToTheKernelOrStopsTheStart() throws IOException {
        assumeFalse(Files.exists(Path.of("/sys/module/apparmor/parameters/enabled")), "this kernel has AppArmor; it is tried for real in src/test/uml");
        assertThat(profiled("run --rm", "true").expect(0).err()).contains("\"apparmor=mine\" has no effect");
        var attribute = Files.createDirectories(BERTH.home().resolve("attr/apparmor")).resolve("exec");
        Files.createFile(attribute);
        BERTH.stop();
        BERTH.start(List.of("-Dberth.test.apparmor=" + BERTH.home().resolve("attr")));
        assertThat(profiled("run -d --name confined --user 1000", "sleep 1000").expect(0).err()).isEmpty();
        assertThat(BERTH.docker("inspect", "-f", "{{.AppArmorProfile}}", "confined").ok()).isEqualTo("mine");
        assertThat(BERTH.docker("info", "-f", "{{.SecurityOptions}}").ok()).contains("name=apparmor");
        assertThat(attribute).hasContent("exec mine");
        Files.writeString(attribute, "");
        BERTH.docker("exec", "-u", "1000", "confined", "true").ok();
        assertThat(attribute).hasContent("exec mine");

        Files.writeString(attribute, "");
        BERTH.docker("run", "--rm", "busybox", "true").ok();
        BERTH.docker("run", "--rm", "--security-opt", "apparmor=unconfined", "busybox", "true").ok();
        profiled("run --rm --privileged", "true").ok();
        profiled("create --name late", "touch /ran").ok();
        assertThat(attribute).isEmptyFile();

        Files.delete(attribute);
        Files.createSymbolicLink(attribute, Path.of("/dev/full"));
        var words = "unable to apply apparmor profile: apparmor failed to apply profile: write " + attribute + " for `mine`: no space left on device";
        assertThat(BERTH.docker("start", "late").expect(1).err()).contains("failed to create task for container: " + words);
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Status}}", "late").ok()).isEqualTo("created");
        assertThat(BERTH.docker("diff", "late").ok()).doesNotContain("/ran");
        assertThat(BERTH.docker("exec", "confined", "true").expect(126).out()).contains("OCI runtime exec failed: exec failed: unable to start container process: " + words);
        BERTH.docker("rm", "-f", "confined", "late").ok();
        BERTH.stop();
        BERTH.start();
    }

    private static CommandResult profiled(String options, String command) {
        return BERTH.docker((options + " --security-opt apparmor=mine busybox " + command).split(" "));
    }

    private static String run(String option, String script) {
        var result = BERTH.docker("run", "--rm", "--security-opt", option, "busybox", "sh", "-c", script);
        return (result.out() + result.err()).strip();
    }

    @Test
    void whatThisStorageCannotIsSaid() {
        assertThat(create("--storage-opt", "size=1g")).contains("--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        assertThat(create("--runtime", "nothing")).contains("unknown or invalid runtime name: nothing");
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.Annotations}}", BERTH.docker("create", "--name", "noted", "--annotation", "a=b", "busybox").ok()).ok()).isEqualTo("map[a:b]");
        BERTH.docker("rm", "noted").ok();
    }
}
