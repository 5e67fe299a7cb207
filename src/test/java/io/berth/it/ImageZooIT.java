package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images of all shapes: the strange but honest ones run, and what hostile ones plant does no harm to the host. */
class ImageZooIT {

    private static final String PASSWD = "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n";

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    /** By name: where busybox is, and the rest. */
    private static Map<String, RootFs> honest() {
        var zoo = new LinkedHashMap<String, RootFs>();
        zoo.put("plain", plain());
        zoo.put("nothing-else", new RootFs().busybox("bin/busybox"));
        zoo.put("leading-dot", new RootFs().dir("./", "./bin").busybox("./bin/busybox"));
        zoo.put("leading-slash", new RootFs().busybox("/bin/busybox"));
        zoo.put("usr-merge", new RootFs().dir("usr", "usr/bin").link("bin", "usr/bin").busybox("usr/bin/busybox"));
        zoo.put("usr-merge-late", new RootFs().busybox("usr/bin/busybox").link("bin", "usr/bin").link("lib64", "usr/lib64").link("sbin", "usr/sbin"));
        zoo.put("usr-merge-absolute", new RootFs().dir("usr", "usr/bin").link("bin", "/usr/bin").busybox("usr/bin/busybox"));
        zoo.put("usr-merge-of-two-names", new RootFs().dir("usr", "usr/bin").busybox("usr/bin/busybox").link("bin", "usr/bin").link("usr/sbin", "bin"));
        zoo.put("chain-of-links", new RootFs().dir("real").busybox("real/busybox").link("one", "real").link("two", "one").link("bin", "two"));
        zoo.put("nix-like", new RootFs().busybox("nix/store/abc-busybox/bin/busybox").dir("bin").link("bin/busybox", "/nix/store/abc-busybox/bin/busybox"));
        zoo.put("var-run", plain().dir("run", "var").link("var/run", "/run"));
        zoo.put("var-run-relative", plain().dir("run", "var").link("var/run", "../run"));
        zoo.put("var-run-dangling", plain().dir("var").link("var/run", "/run"));
        zoo.put("run-is-the-link", plain().dir("var", "var/run").link("run", "var/run"));
        zoo.put("var-lock", plain().dir("run", "run/lock", "var").link("var/run", "/run").link("var/lock", "/run/lock"));
        zoo.put("no-etc", new RootFs().dir("bin").busybox("bin/busybox"));
        zoo.put("etc-is-a-link", new RootFs().busybox("bin/busybox").dir("usr", "usr/etc").link("etc", "usr/etc").file("usr/etc/passwd", PASSWD));
        zoo.put("no-passwd", new RootFs().busybox("bin/busybox").dir("etc"));
        zoo.put("empty-passwd", new RootFs().busybox("bin/busybox").file("etc/passwd", "").file("etc/group", ""));
        zoo.put("passwd-is-a-link", new RootFs().busybox("bin/busybox").dir("etc").link("etc/passwd", "../data/passwd").file("data/passwd", PASSWD));
        zoo.put("hosts-is-a-file", plain().file("etc/hosts", "1.2.3.4 old\n").file("etc/hostname", "old\n").file("etc/resolv.conf", "nameserver 1.1.1.1\n"));
        zoo.put("resolv-conf-of-systemd", plain().dir("run").link("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf"));
        zoo.put("resolv-conf-absolute-dangling", plain().link("etc/resolv.conf", "/run/resolvconf/resolv.conf"));
        zoo.put("hosts-is-a-link", plain().dir("data").file("data/hosts", "x\n").link("etc/hosts", "/data/hosts"));
        zoo.put("mtab", plain().link("etc/mtab", "/proc/mounts").link("etc/mtab~", "../proc/self/mounts"));
        zoo.put("with-proc-sys-dev", plain().dir("proc", "sys", "dev", "dev/pts", "dev/shm"));
        zoo.put("files-in-proc-and-dev", plain().file("proc/left", "x").file("dev/null", "not a device").file("sys/left", "x").link("dev/stdout", "/nowhere"));
        zoo.put("devices-in-dev", plain().device("dev/null", 1, 3).device("dev/zero", 1, 5).device("dev/console", 5, 1).fifo("dev/initctl"));
        zoo.put("root-not-writable", plain().dir("./", 0555));
        zoo.put("root-for-its-group", plain().dir("./", 0711));
        zoo.put("tmp-is-a-link", plain().dir("var", "var/tmp").link("tmp", "var/tmp"));
        zoo.put("home-of-ostree", plain().dir("var", "var/home").link("home", "var/home").link("root", "var/roothome"));
        zoo.put("hard-links", plain().file("data/one", "x").hardLink("data/two", "data/one").hardLink("bin/sh2", "bin/busybox"));
        zoo.put("names-in-all-languages", plain().file("data/\u00e4\u00f6\u00fc \u65e5\u672c \ud83d\ude80", "x").file("data/with\nnewline", "x").file("data/-rf", "x").file("data/*", "x"));
        zoo.put("long-names", plain().file("data/" + "n".repeat(255), "x").file("d/".repeat(120) + "deep", "x"));
        zoo.put("entries-twice", plain().file("data/twice", "first").file("data/twice", "second").dir("data/twice2").file("data/twice3", "x").dir("data/twice3"));
        zoo.put("file-becomes-link", plain().file("data/x", "x").link("data/x", "/etc/passwd"));
        zoo.put("dangling-everywhere", plain().link("opt", "/nowhere/opt").link("srv", "../../../nowhere").link("self", "self"));
        zoo.put("fifo-and-sticky", plain().fifo("run/fifo").dir("data", 01777).dir("data/setgid", 02775));
        zoo.put("distroless", new RootFs().busybox("app/busybox").file("etc/passwd", "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n")
                .file("etc/ssl/certs/ca-certificates.crt", "x").file("etc/os-release", "ID=x\n").dir("tmp", 01777));
        return zoo;
    }

    private static RootFs plain() {
        return new RootFs().dir("bin", "etc").busybox("bin/busybox").file("etc/passwd", PASSWD).file("etc/group", "root:x:0:\nuser:x:1000:\n");
    }

    @Test
    void everyHonestImageRunsAndItsFilesCanBeReached() throws IOException {
        var content = Files.writeString(BERTH.home().resolve("content"), "carried in and out");
        var failed = new ArrayList<String>();
        assertThat(honest()).hasSizeGreaterThanOrEqualTo(40);
        var chosen = Chosen.of("image layouts", honest(), 14);
        chosen.forEach((name, layout) -> {
            try {
                isUsable(name, layout, content);
            } catch (AssertionError wrong) {
                failed.add(name + ": " + wrong.getMessage());
                BERTH.docker("rm", "-f", "animal");
            }
        });
        assertThat(failed).isEmpty();
    }

    private static void isUsable(String name, RootFs layout, Path content) {
        var program = name.equals("distroless") ? "/app/busybox" : "/bin/busybox";
        load(layout, name);
        BERTH.docker("run", "-d", "--name", "animal", "-v", "zoo:/var/run/data", "--tmpfs", "/tmp/fs", "-v", content + ":/etc/extra/content:ro", name, program, "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "animal", program, "cat", "/etc/extra/content").ok()).isEqualTo("carried in and out");
        assertThat(BERTH.docker("exec", "animal", program, "cat", "/etc/hostname").ok()).hasSize(12);
        assertThat(BERTH.docker("exec", "animal", program, "grep", "-c", "animal\\|localhost", "/etc/hosts").ok()).isNotEqualTo("0");
        assertThat(BERTH.docker("exec", "-u", "1000:1000", "animal", program, "id", "-u").ok()).isEqualTo("1000");
        BERTH.docker("cp", content.toString(), "animal:/carried").ok();
        assertThat(BERTH.docker("exec", "animal", program, "cat", "/carried").ok()).isEqualTo("carried in and out");
        assertThat(BERTH.docker("cp", "animal:/carried", "-").expect(0).out()).contains("carried in and out");
        BERTH.docker("rm", "-f", "animal").ok();
        assertThat(BERTH.docker("run", "--rm", "--read-only", name, program, "echo", "read-only").ok()).isEqualTo("read-only");
        BERTH.docker("rmi", name).ok();
        BERTH.docker("volume", "rm", "zoo").ok();
    }

    /** Wherever its image keeps them, and although another container of that image was started before. */
    @Test
    void usersAreThoseThatTheContainerHas() {
        var places = Map.of("etc/passwd", new RootFs().busybox("bin/busybox").dir("etc").file("etc/passwd", PASSWD),
                "usr/etc/passwd", new RootFs().busybox("bin/busybox").dir("usr", "usr/etc").link("etc", "usr/etc").file("usr/etc/passwd", PASSWD),
                "data/passwd", new RootFs().busybox("bin/busybox").dir("etc", "data").link("etc/passwd", "../data/passwd").file("data/passwd", PASSWD),
                "etc/group", new RootFs().busybox("bin/busybox").file("etc/passwd", PASSWD + "late:x:4711:0::/:/bin/sh\n"));
        places.forEach((path, layout) -> {
            load(layout, "animal");
            assertThat(BERTH.docker("run", "--rm", "animal", "/bin/busybox", "id", "-u").ok()).isEqualTo("0");
            BERTH.docker("create", "--name", "late", "-u", "late", "--group-add", path.equals("etc/group") ? "late" : "0", "animal", "/bin/busybox", "id", "-G").ok();
            var content = path.equals("etc/group") ? "late:x:4712:\n" : PASSWD + "late:x:4711:4712::/:/bin/sh\n";
            BERTH.dockerWithInput(new RootFs().file(path, content).bytes(), "cp", "-", "late:/").expect(0);
            assertThat(BERTH.docker("start", "-a", "late").ok()).as(path).contains("4712");
            BERTH.docker("rm", "late").ok();
            assertThat(BERTH.docker("run", "--rm", "--group-add", "late", "animal", "/bin/busybox", "id").expect(125).err()).as(path).contains("unable to find group late");
            BERTH.docker("rmi", "animal").ok();
        });
    }

    @Test
    void anImageWithNothingInItSaysWhatIsMissing() {
        load(new RootFs(), "empty");
        assertThat(BERTH.docker("run", "--rm", "empty", "/bin/true").expect(127).err()).contains("/bin/true").contains("no such file or directory");
        BERTH.docker("create", "--name", "hull", "empty", "x").ok();
        assertThat(BERTH.dockerWithInput(new RootFs().file("in", "x").bytes(), "cp", "-", "hull:/").exitCode()).isZero();
        assertThat(BERTH.docker("diff", "hull").ok()).isEqualTo("A /in");
        BERTH.docker("rm", "hull").ok();
        BERTH.docker("rmi", "empty").ok();
    }

    /** Attack class: what is no file where the engine mounts its files; opening it would hang or reach a device. */
    @Test
    void plantedPipesAndDevicesNeitherHangNorOpen() throws IOException {
        var canary = Files.createDirectories(BERTH.home().resolve("zoo-canary"));
        for (var path : List.of("etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/passwd", "etc/group", "dev/null", "dev/shm", "run/data", "proc", "sys", "dev")) {
            for (var planted : List.of(new RootFs().busybox("bin/busybox").fifo(path), new RootFs().busybox("bin/busybox").device(path, 1, 8),
                    new RootFs().busybox("bin/busybox").link(path, canary + "/" + path.replace('/', '-')),
                    new RootFs().busybox("bin/busybox").link(path, path.replaceAll("[^/]+", "..") + "/../../.." + canary + "/x"))) {
                load(planted, "planted");
                // It may run or be refused; it may not hang, and nothing of the host may be touched.
                var result = BERTH.docker("run", "--rm", "-v", "zoo:/run/data", "planted", "/bin/busybox", "true");
                assertThat(result.exitCode()).as("%s: %s", path, result.err()).isIn(0, 125, 126, 127);
                BERTH.docker("rmi", "-f", "planted").ok();
                try (var files = Files.list(canary)) {
                    assertThat(files).as(path).isEmpty();
                }
            }
        }
        BERTH.docker("volume", "rm", "-f", "zoo").ok();
        Files.delete(canary);
    }

    private static void load(RootFs layout, String image) {
        BERTH.dockerWithInput(layout.bytes(), "import", "-", image).expect(0);
    }
}
