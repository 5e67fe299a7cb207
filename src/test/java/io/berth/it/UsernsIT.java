package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers whose root is an ordinary user of the host. */
class UsernsIT {

    private static final int FIRST = 231_072;
    private static final String REMAP = "--berth.userns-remap=" + FIRST + "-" + (FIRST + 65_535);

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults(REMAP);

    @AfterEach
    void removeAll() {
        for (var id : BERTH.docker("ps", "-aq").ok().lines().toList()) {
            BERTH.docker("rm", "-f", id).ok();
        }
    }

    @Test
    void imagesAndMappedBindsHaveTheOwnersInside() throws IOException {
        BERTH.docker("run", "--name", "source", "busybox", "sh", "-c", "echo x > /file; chown 7:8 /file").ok();
        BERTH.docker("commit", "source", "owned:1").ok();
        var folder = Files.createDirectory(BERTH.home().resolve("mapped"));
        Command.run("sh", "-c", "cd " + folder + "; touch file roots far; chown 500:501 . file; chown 70000 far; chmod 700 .").ok();
        assertThat(BERTH.docker("run", "--rm", "-u", "7:8", "--mount", "type=image,src=owned:1,dst=/i", "-v", folder + ":/o:idmap", "busybox", "sh", "-c",
                "stat -c '%u:%g' /i/file; cd /o; touch made; stat -c '%n %u:%g' file made roots far").ok()).isEqualTo("7:8\nfile 7:8\nmade 7:8\nroots 0:0\nfar 65534:0");
        assertThat(Command.run("stat", "-c", "%u:%g", folder + "/made").ok()).isEqualTo("500:501");
        BERTH.docker("run", "--rm", "-v", folder + "/fresh:/o:idmap", "busybox", "touch", "/o/made").ok();
        assertThat(Command.run("stat", "-c", "%u:%g", folder + "/made", folder + "/fresh", folder + "/fresh/made").ok()).isEqualTo("500:501\n0:0\n0:0");
        Command.run("rm", "-r", folder.toString()).ok();
        BERTH.docker("rm", "source").ok();
        BERTH.docker("rmi", "owned:1").ok();
    }

    @Test
    void rootIsAnOrdinaryUserOfTheHost() throws IOException {
        BERTH.docker("run", "-d", "--name", "one", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "two", "--user", "7:8", "--group-add", "9", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "one", "sh", "-c", "cat /proc/self/uid_map /proc/self/gid_map").ok().lines().map(line -> line.strip().replaceAll("\\s+", " ")))
                .containsExactly("0 " + FIRST + " 65536", "0 " + FIRST + " 65536");
        assertThat(status("one", "Uid")).isEqualTo(String.join("\t", Collections.nCopies(4, Integer.toString(FIRST))));
        assertThat(status("two", "Uid")).startsWith(Integer.toString(FIRST + 7));
        assertThat(status("two", "Gid")).startsWith(Integer.toString(FIRST + 8));
        assertThat(status("two", "Groups").strip()).isEqualTo(FIRST + 8 + " " + (FIRST + 9));
        assertThat(namespace("one", "user")).isNotEqualTo(namespace("two", "user")).isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString());
        assertThat(BERTH.docker("top", "two").ok()).contains(Integer.toString(FIRST + 7));
        assertThat(BERTH.docker("exec", "two", "id").ok()).contains("uid=7 gid=8 groups=8,9");
        assertThat(BERTH.docker("exec", "-u", "0", "two", "id", "-u").ok()).isEqualTo("0");
        assertThat(BERTH.docker("run", "--rm", "--user", "70000", "busybox", "true").expect(125).err()).contains("setresuid 70000: invalid argument");
        assertThat(BERTH.docker("info", "-f", "{{.SecurityOptions}}").ok()).contains("name=userns");
        assertThat(BERTH.docker("inspect", "-f", "[{{.HostConfig.UsernsMode}}]", "one").ok()).isEqualTo("[]");
    }

    @Test
    void containersLookAsTheyDoWithoutIt() {
        var looks = "id; ls -ld / /etc /dev /dev/pts /dev/shm /dev/mqueue /dev/null /dev/tty /etc/hosts /bin/busybox | awk '{print $1,$3,$4,$NF}'; awk '{print $2,$3}' /proc/mounts | grep -v ' devtmpfs\\|^/dev/[nzfrut]' | sort; "
                + "hostname | wc -c; cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ip_forward; ls /sys/class/net; ping -c 1 127.0.0.1 | grep received; "
                + "echo there >/dev/null; grep Cap /proc/self/status; umask; pwd";
        var here = BERTH.docker("run", "--rm", "-w", "/a/b", "--sysctl", "net.ipv4.ip_forward=1", "busybox", "sh", "-c", looks).ok();
        var there = BERTH.docker("run", "--rm", "-w", "/a/b", "--sysctl", "net.ipv4.ip_forward=1", "--userns", "host", "busybox", "sh", "-c", looks).ok();
        assertThat(here).isEqualTo(there);
        assertThat(there).contains("1 packets received").contains("/dev/mqueue");
    }

    @Test
    void filesKeepTheirOwnersOnDisk() throws IOException {
        BERTH.docker("run", "-d", "--name", "writes", "-v", "kept:/kept", "-w", "/made/below", "busybox", "sh", "-c",
                "touch /own /kept/own; touch /of12 /kept/of12; chown 12:34 /of12 /kept/of12; rm /etc/group; chown 5 /etc/passwd; echo done; sleep 1000").ok();
        Eventually.holds("it has written", () -> BERTH.docker("logs", "writes").ok().contains("done"));
        var upper = upper("writes");
        for (var folder : List.of(upper, BERTH.dataRoot().resolve("volumes/kept/_data"))) {
            assertThat(owner(folder.resolve("own"))).isEqualTo("0:0");
            assertThat(owner(folder.resolve("of12"))).isEqualTo("12:34");
        }
        assertThat(owner(upper.resolve("made/below"))).isEqualTo("0:0");
        assertThat(owner(upper.resolve("etc/passwd"))).isEqualTo("5:0");
        assertThat(owner(upper.resolve("etc/group"))).as("a whiteout").isEqualTo("0:0");
        assertThat(BERTH.docker("diff", "writes").ok().lines()).contains("A /own", "A /of12", "D /etc/group", "C /etc/passwd", "A /made/below");
        var seen = "stat -c '%u:%g %n' /kept/*";
        var there = BERTH.docker("run", "--rm", "--userns", "host", "-v", "kept:/kept", "busybox", "sh", "-c", "touch /kept/later; chown 77 /kept/later; " + seen).ok();
        assertThat(there.lines()).containsExactly("77:0 /kept/later", "12:34 /kept/of12", "0:0 /kept/own");
        assertThat(BERTH.docker("exec", "writes", "sh", "-c", seen).ok()).isEqualTo(there);
        assertThat(BERTH.docker("exec", "writes", "sh", "-c", "rm /kept/later && ls /kept").ok()).isEqualTo("of12\nown");
        BERTH.docker("rm", "-f", "writes").ok();
        BERTH.docker("volume", "rm", "kept").ok();
    }

    /** T85: what root of a container can do to files of the host is what any user can. */
    @Test
    void foldersOfTheHostAreTheHosts() throws IOException {
        var host = Files.createDirectories(BERTH.home().resolve("host"));
        Files.setPosixFilePermissions(BERTH.home(), PosixFilePermissions.fromString("rwx--x--x"));
        Files.writeString(host.resolve("secret"), "secret");
        Files.setPosixFilePermissions(host.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
        Files.writeString(host.resolve("public"), "public");
        Files.setPosixFilePermissions(host.resolve("public"), PosixFilePermissions.fromString("rw-r--r--"));
        var open = Files.createDirectory(host.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        var everything = new String[] {"run", "--rm", "--cap-add", "ALL", "--security-opt", "seccomp=unconfined", "-v", host + ":/host", "busybox", "sh", "-c",
            "for f in 'cat /host/secret' 'touch /host/made' 'chown 0 /host/public' 'chmod 777 /host/public' 'rm -f /host/public' 'mv /host/public /host/open/x' "
            + "'sh -c \"echo x >> /host/public\"'; do eval $f 2>/dev/null && echo \"done: $f\"; done; cat /host/public; echo; stat -c %u /host/public; "
            + "cp /bin/busybox /host/open/tool; chmod 6755 /host/open/tool; stat -c '%u %a' /host/open/tool"};
        assertThat(BERTH.docker(everything).ok()).isEqualTo("public\n65534\n0 6755");
        assertThat(owner(open.resolve("tool"))).as("no program of root").isEqualTo(FIRST + ":" + FIRST);
        everything[1] = "--userns=host";
        assertThat(BERTH.docker(everything).ok()).as("without a user namespace").contains("done: cat /host/secret").contains("done: chown");
        BERTH.docker("run", "--rm", "-v", host + "/a/b:/made", "busybox", "touch", "/made/file").ok();
        assertThat(owner(host.resolve("a")) + " " + owner(host.resolve("a/b/file"))).as("made for the container").isEqualTo(FIRST + ":" + FIRST + " " + FIRST + ":" + FIRST);
        Command.run("rm", "-r", host.toString()).ok();
    }

    @Test
    void rootCannotDoWhatOnlyRootOfTheHostMay() throws IOException {
        var panic = Files.readString(Path.of("/proc/sys/kernel/panic")).strip();
        var tries = "for f in 'mknod /disk b 1 0' 'sh -c \"echo %s > /proc/sys/kernel/panic\"' 'adjtimex -t 10000' 'dmesg -c' "
                + "'cat /proc/kcore' 'cat /proc/kmsg' 'mount -o remount,rw /sys/fs/cgroup/memory' 'mount -t ext4 /dev/vda /tmp' "
                + "'sh -c \"echo b > /proc/sysrq-trigger\"' 'renice -n -5 1'; do timeout 2 sh -c \"$f\" >/dev/null 2>&1 && echo \"done: $f\"; done; echo end";
        var out = BERTH.docker("run", "--rm", "--cap-add", "ALL", "--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined", "--device", "/dev/null:/dev/other",
                "busybox", "sh", "-c", tries.formatted(panic)).ok();
        assertThat(out).isEqualTo("end");
        assertThat(BERTH.docker("run", "--rm", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "busybox", "sh", "-c", "mount -t tmpfs x /tmp && grep -c ' /tmp tmpfs' /proc/mounts").ok())
                .as("what is its own it may mount").isEqualTo("1");
        assertThat(BERTH.docker("run", "--rm", "--userns", "host", "--privileged", "busybox", "sh", "-c", "echo " + panic + " > /proc/sys/kernel/panic && mknod /disk b 1 0 && echo done").ok())
                .as("without a user namespace").isEqualTo("done");
    }

    @Test
    void aProgramOfRootIsOneOfRootInsideOnly() throws IOException {
        var program = BERTH.home().resolve("euid");
        Command.run("gcc", "-static", "-O1", "-o", program.toString(), Path.of("src/test/resources/it/euid.c").toAbsolutePath().toString()).ok();
        BERTH.docker("run", "-d", "--name", "setuid", "busybox", "sleep", "1000").ok();
        BERTH.docker("cp", program.toString(), "setuid:/euid").ok();
        BERTH.docker("exec", "setuid", "sh", "-c", "chown 0:0 /euid && chmod 4755 /euid").ok();
        assertThat(owner(upper("setuid").resolve("euid"))).isEqualTo("0:0");
        assertThat(Files.getAttribute(upper("setuid").resolve("euid"), "unix:mode")).isEqualTo(0104755);
        BERTH.docker("exec", "-d", "-u", "7", "setuid", "sh", "-c", "/euid > /tmp/out").ok();
        Eventually.holds("it runs", () -> BERTH.docker("exec", "setuid", "cat", "/tmp/out").out().equals("7 0 may ping\n"));
        assertThat(BERTH.docker("top", "setuid", "-o", "pid,uid,args").ok().lines().filter(line -> line.endsWith("/euid")).map(line -> line.strip().split("\\s+")[1]))
                .containsExactly(Integer.toString(FIRST));
        Files.delete(program);
    }

    @Test
    void streamsAndTerminalsAreTheUsers() {
        assertThat(BERTH.docker("run", "--rm", "--user", "7", "busybox", "sh", "-c", "echo out >/dev/stdout; echo err >/dev/stderr; echo fd >/proc/self/fd/1").expect(0).out()).isEqualTo("out\nfd\n");
        assertThat(BERTH.dockerWithInput("in\n".getBytes(StandardCharsets.UTF_8), "run", "--rm", "-i", "--user", "7", "busybox", "cat", "/dev/stdin").expect(0).out()).isEqualTo("in\n");
        BERTH.docker("run", "-d", "--name", "streams", "--user", "7", "--health-cmd", "echo healthy >/dev/stdout; id -u", "--health-interval", "100ms", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "streams", "sh", "-c", "echo out >/dev/stdout; id -u").ok()).isEqualTo("out\n7");
        Eventually.holds("healthy", () -> BERTH.docker("inspect", "-f", "{{.State.Health.Status}}{{range .State.Health.Log}} {{.Output}}{{end}}", "streams").ok().startsWith("healthy healthy\n7"));
        BERTH.docker("run", "-dt", "--name", "tty", "--user", "7", "busybox", "sh", "-c", "stat -c '%u %g' /dev/console; tty; echo x > /dev/tty; sleep 1000").ok();
        Eventually.holds(() -> "a terminal: " + BERTH.docker("logs", "tty").out(), () -> BERTH.docker("logs", "tty").out().replace("\r", "").equals("7 5\n/dev/pts/0\nx\n"));
    }

    @Test
    void filesAreCopiedWithTheOwnersInside() throws IOException {
        BERTH.docker("run", "-d", "--name", "copied", "-v", "copied:/volume", "--tmpfs", "/memory", "busybox", "sh", "-c",
                "for d in / /volume/ /memory/; do touch ${d}of12; chown 12:34 ${d}of12; done; echo done; sleep 1000").ok();
        Eventually.holds("it has written", () -> BERTH.docker("logs", "copied").ok().contains("done"));
        for (var folder : List.of("/", "/volume/", "/memory/")) {
            assertThat(owners("cp", "copied:" + folder + "of12", "-")).as("from " + folder).isEqualTo(Map.of("of12", "12:34"));
            BERTH.dockerWithInput(archive(), "cp", "-a", "-", "copied:" + folder).expect(0);
            assertThat(BERTH.docker("exec", "copied", "sh", "-c", "cd " + folder + "; stat -c '%n %u:%g %a' in in/file in/link; cat in/file").ok())
                    .as("to " + folder).isEqualTo("in 1:2 750\nin/file 21:22 640\nin/link 0:0 777\ncontent");
        }
        assertThat(owner(upper("copied").resolve("in/file"))).isEqualTo("21:22");
        BERTH.docker("stop", "-t", "0", "copied").ok();
        assertThat(owners("cp", "copied:/in", "-")).isEqualTo(Map.of("in/", "1:2", "in/file", "21:22", "in/link", "0:0"));
        assertThat(owners("cp", "copied:/volume/in", "-")).containsEntry("in/file", "21:22");
        assertThat(owners("export", "copied")).containsEntry("in/file", "21:22").containsEntry("of12", "12:34").containsEntry("bin/busybox", "0:0");
        BERTH.docker("rm", "copied").ok();
        BERTH.docker("volume", "rm", "copied").ok();
    }

    @Test
    void imagesOfThemAreThoseOfAnyContainer() {
        BERTH.docker("run", "--name", "base", "busybox", "sh", "-c", "mkdir -p /srv/app; touch /srv/app/file; chown -R 12:34 /srv/app; chmod 4711 /srv/app/file; rm -r /home; mkdir /home").ok();
        BERTH.docker("commit", "-c", "VOLUME /srv/app", "base", "committed").ok();
        var looks = "stat -c '%u:%g %a %n' /srv/app /srv/app/file /home";
        for (var mode : List.of("", "host")) {
            assertThat(BERTH.docker("run", "--rm", "--userns", mode, "committed", "sh", "-c", looks).ok()).as("mode '" + mode + "'")
                    .isEqualTo("12:34 755 /srv/app\n12:34 4711 /srv/app/file\n0:0 755 /home");
        }
        BERTH.docker("rm", "base").ok();
        BERTH.docker("rmi", "committed").ok();
    }

    @Test
    void capabilitiesOfFilesAreThoseInside() throws IOException {
        assertThat(Command.run("sh", "-c", "cp " + TestImages.busybox() + " " + BERTH.home().resolve("cat") + " && PATH=$PATH:/sbin:/usr/sbin setcap cap_net_raw+ep " + BERTH.home().resolve("cat")).exitCode())
                .as("setcap of the host").isZero();
        BERTH.docker("run", "-d", "--name", "capable", "--user", "7", "busybox", "sleep", "1000").ok();
        piped(List.of("tar", "--xattrs", "--xattrs-include=*", "-C", BERTH.home().toString(), "-cf", "-", "cat"), String.join(" ", BERTH.dockerCommand("cp", "-", "capable:/")));
        assertThat(BERTH.docker("exec", "capable", "/cat", "/proc/self/status").ok()).containsPattern("CapEff:\\s+0000000000002000");
        assertThat(piped(BERTH.dockerCommand("cp", "capable:/cat", "-"), "tar --xattrs --xattrs-include=* -tvv")).as("without the host's id of root").contains("20 security.capability");
        BERTH.docker("commit", "capable", "capable").ok();
        for (var mode : List.of("", "host")) {
            assertThat(BERTH.docker("run", "--rm", "--userns", mode, "capable", "/cat", "/proc/self/status").ok()).as("mode '" + mode + "'").containsPattern("CapEff:\\s+0000000000002000");
        }
        BERTH.docker("rm", "-f", "capable").ok();
        BERTH.docker("rmi", "capable").ok();
        Files.delete(BERTH.home().resolve("cat"));
    }

    @Test
    void whoSharesANamespaceSharesTheUserNamespace() {
        BERTH.docker("run", "-d", "--name", "donor", "--ipc", "shareable", "busybox", "sh", "-c", "echo here > /dev/shm/file; exec sleep 98771").ok();
        BERTH.docker("run", "-d", "--name", "guest", "--pid", "container:donor", "--ipc", "container:donor", "--network", "container:donor", "busybox", "sleep", "98772").ok();
        assertThat(namespace("guest", "user")).isEqualTo(namespace("donor", "user"));
        assertThat(BERTH.docker("exec", "guest", "sh", "-c", "cat /dev/shm/file; touch /dev/shm/mine; ps | grep -c 9877[12]; ls /sys/class/net; ping -c 1 127.0.0.1 | grep -c '1 packets received'").ok())
                .isEqualTo("here\n2\neth0\nlo\n1");
        for (var kind : List.of("pid", "ipc", "network")) {
            assertThat(BERTH.docker("run", "--rm", "--" + kind, "container:donor", "busybox", "sh", "-c", "ip link set lo down && ip link set lo up; mount | grep -c sysfs").ok()).as(kind).isEqualTo("1");
            assertThat(BERTH.docker("run", "--rm", "--userns", "host", "--" + kind, "container:donor", "busybox", "echo", "joined").ok()).as(kind + " from the host").isEqualTo("joined");
        }
        BERTH.docker("run", "-d", "--name", "other", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("run", "--rm", "--pid", "container:donor", "--network", "container:other", "busybox", "true").expect(125).err()).contains("they are in different user namespaces");
        BERTH.docker("run", "-d", "--name", "of-host", "--userns", "host", "--ipc", "shareable", "busybox", "sleep", "1000").ok();
        for (var kind : List.of("pid", "ipc", "network")) {
            assertThat(BERTH.docker("run", "--rm", "--" + kind, "container:of-host", "busybox", "true").expect(125).err()).as(kind).contains("--userns=host");
        }
        assertThat(BERTH.docker("run", "--rm", "--ipc", "host", "busybox", "readlink", "/proc/self/ns/ipc").ok()).isEqualTo(Command.run("readlink", "/proc/self/ns/ipc").ok());
    }

    @Test
    void devicesAreUsable() {
        assertThat(BERTH.docker("run", "--rm", "--user", "7", "busybox", "sh", "-c", "echo x > /dev/null && head -c 3 /dev/zero | wc -c; head -c 2 /dev/urandom | wc -c; (echo x > /dev/full) 2>&1 || echo full").ok())
                .contains("3\n2\n").contains("full");
        assertThat(BERTH.docker("run", "--rm", "--device", "/dev/kmsg:/opt/messages:r", "busybox", "sh", "-c", "stat -c '%u %t:%T' /opt/messages; (echo x > /opt/messages) 2>/dev/null || echo refused").ok())
                .isEqualTo("0 1:b\nrefused");
    }

    @Test
    void containersLiveOnWithoutTheService() throws IOException {
        BERTH.docker("run", "-d", "--name", "lives", "--restart", "always", "--health-cmd", "test $(id -u) = 0", "--health-interval", "100ms", "-v", "lives:/data", "busybox", "sh", "-c", "id -u; echo run >> /data/runs; sleep 1000").ok();
        var before = namespace("lives", "user");
        long pid = Long.parseLong(BERTH.docker("inspect", "-f", "{{.State.Pid}}", "lives").ok());
        BERTH.kill();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Eventually.holds("another run", () -> lines(BERTH.dataRoot().resolve("volumes/lives/_data/runs")) == 2);
        BERTH.start();
        assertThat(namespace("lives", "user")).as("the network stays, and so what it belongs to").isEqualTo(before);
        assertThat(BERTH.docker("inspect", "-f", "{{.RestartCount}}", "lives").ok()).isEqualTo("1");
        Eventually.holds("healthy", () -> BERTH.docker("inspect", "-f", "{{.State.Health.Status}}", "lives").ok().equals("healthy"));
        usable("lives");
        BERTH.stop();
        BERTH.start(List.of("--berth.userns-remap="));
        usable("lives");
        assertThat(BERTH.docker("run", "--rm", "busybox", "cat", "/proc/self/uid_map").ok()).as("others are the host's").matches("\\s*0\\s+0\\s+4294967295");
        BERTH.docker("create", "--name", "privileged", "--privileged", "busybox", "true").ok();
        BERTH.docker("restart", "-t", "0", "lives").ok();
        assertThat(BERTH.docker("exec", "lives", "sh", "-c", "cat /in/file; stat -c %u /in/file").ok()).isEqualTo("content21");
        BERTH.stop();
        BERTH.start();
        assertThat(BERTH.docker("start", "privileged").expect(1).err()).contains("privileged mode is incompatible with user namespaces");
        BERTH.docker("restart", "-t", "0", "lives").ok();
        usable("lives");
        BERTH.docker("rm", "-f", "lives").ok();
        BERTH.docker("volume", "rm", "lives").ok();
    }

    /** It is entered, and files are copied to it and from it. */
    private static void usable(String container) throws IOException {
        assertThat(BERTH.docker("exec", container, "cat", "/proc/self/uid_map").ok().strip()).startsWith("0 ").contains(Integer.toString(FIRST));
        BERTH.dockerWithInput(archive(), "cp", "-a", "-", container + ":/").expect(0);
        assertThat(owners("cp", container + ":/in/file", "-")).isEqualTo(Map.of("file", "21:22"));
        assertThat(BERTH.docker("exec", container, "stat", "-c", "%u:%g", "/in/file").ok()).isEqualTo("21:22");
        assertThat(owner(upper(container).resolve("in/file"))).isEqualTo("21:22");
    }

    @Test
    void layersAreMountedAsOnOlderKernelsToo() throws IOException {
        BERTH.stop();
        BERTH.start(List.of("-Dberth.test.classic-overlay=true"));
        BERTH.docker("run", "-d", "--name", "classic", "busybox", "sh", "-c", "touch /own; rm /etc/group; sleep 1000").ok();
        Eventually.holds("it has written", () -> Files.exists(upper("classic").resolve("own")));
        assertThat(BERTH.docker("exec", "classic", "sh", "-c", "grep -c '^overlay / .*lowerdir=' /proc/mounts; stat -c %u /own").ok()).isEqualTo("1\n0");
        assertThat(owner(upper("classic").resolve("own"))).isEqualTo("0:0");
        BERTH.stop();
        BERTH.start();
    }

    @Test
    void whatOnlyTheHostHasIsRefused() {
        assertThat(BERTH.docker("run", "--privileged", "busybox", "true").expect(125).err())
                .contains("privileged mode is incompatible with user namespaces.  You must run the container in the host namespace when running privileged mode");
        assertThat(BERTH.docker("run", "--pid", "host", "busybox", "true").expect(125).err()).contains("cannot share the host PID namespace when user namespaces are enabled");
        assertThat(BERTH.docker("run", "--network", "host", "busybox", "true").expect(125).err()).contains("cannot share the host's network namespace when user namespaces are enabled");
        assertThat(BERTH.docker("ps", "-aq").ok()).isEmpty();
        assertThat(BERTH.docker("run", "--rm", "--userns", "host", "--privileged", "--pid", "host", "--network", "host", "busybox", "cat", "/proc/self/uid_map").ok()).matches("\\s*0\\s+0\\s+4294967295");
        assertThat(BERTH.docker("run", "--userns", "private", "busybox", "true").expect(125).err()).contains("invalid USER mode");
        var answer = new EngineClient(BERTH.socket()).post("/containers/create", "{\"Image\":\"busybox\",\"HostConfig\":{\"UsernsMode\":\"private\"}}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void aHostThatHasNoIdsIsSaidToHaveNone() throws InterruptedException {
        refusesToStart("--berth.userns-remap=nobody-of-here:none", "berth.userns-remap: /etc/subuid has no range of ids for user nobody-of-here");
        refusesToStart("-Dberth.test.no-mapped-layers=true", "berth.userns-remap needs user namespaces and layers with mapped ids");
    }

    private static void refusesToStart(String argument, String sentence) throws InterruptedException {
        var refused = BERTH.launch(List.of("--berth.data-root=" + BERTH.home().resolve("refused"), "--berth.run-root=" + BERTH.home().resolve("r"),
                "--berth.instance=" + BERTH.name() + "r", "--server.port=0", argument));
        try {
            assertThat(refused.waitFor(90, TimeUnit.SECONDS)).as(argument + " is refused").isTrue();
        } finally {
            refused.destroyForcibly();
        }
        assertThat(refused.exitValue()).as(argument).isNotZero();
        assertThat(BERTH.logTail().lines().filter(line -> line.strip().replaceFirst("^\"", "").startsWith(sentence))).as(argument).hasSize(1);
    }

    private static String status(String container, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", BERTH.docker("inspect", "-f", "{{.State.Pid}}", container).ok(), "status")).stream()
                .filter(line -> line.startsWith(field + ":")).findFirst().orElseThrow().substring(field.length() + 2);
    }

    private static String namespace(String container, String kind) {
        return Command.run("readlink", "/proc/" + BERTH.docker("inspect", "-f", "{{.State.Pid}}", container).ok() + "/ns/" + kind).ok();
    }

    private static Path upper(String container) {
        return BERTH.dataRoot().resolve("snapshots/active").resolve(BERTH.docker("inspect", "-f", "{{.Id}}", container).ok()).resolve("upper");
    }

    private static String owner(Path file) throws IOException {
        var owner = Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
        return owner.get("uid") + ":" + owner.get("gid");
    }

    private static long lines(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** The folder in of 1:2 with a file of 21:22 and a link of root. */
    private static byte[] archive() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            put(tar, new TarArchiveEntry("in/"), 0750, 1, "");
            put(tar, new TarArchiveEntry("in/file"), 0640, 21, "content");
            var link = new TarArchiveEntry("in/link", TarConstants.LF_SYMLINK);
            link.setLinkName("file");
            put(tar, link, 0777, 0, "");
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode, int uid, String content) throws IOException {
        entry.setMode(mode);
        entry.setIds(uid, uid == 0 ? 0 : uid + 1);
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
    }

    /** Whose the entries of an archive are that docker writes. */
    private static Map<String, String> owners(String... docker) {
        var listed = piped(BERTH.dockerCommand(docker), "tar -tv --numeric-owner");
        return listed.lines().map(line -> line.split("\\s+")).collect(Collectors.toMap(fields -> fields[5], fields -> fields[1].replace('/', ':')));
    }

    private static String piped(List<String> command, String into) {
        return Command.run(List.of("bash", "-o", "pipefail", "-c", "'" + String.join("' '", command) + "' | " + into), new byte[0], BERTH.environment()).ok();
    }
}
