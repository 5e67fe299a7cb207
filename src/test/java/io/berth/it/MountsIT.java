package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is mounted into containers: where it comes from, how it is mounted, and what becomes of it. */
class MountsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void volumesOfOthersAreMountedAtTheSamePlaces() {
        BERTH.docker("create", "--name", "store", "-v", "named:/named", "-v", "/anonymous", "-v", BERTH.home() + ":/bound:ro", "--tmpfs", "/own", "busybox").ok();
        BERTH.docker("run", "--rm", "--volumes-from", "store", "busybox", "sh", "-c", "echo n > /named/f; echo a > /anonymous/f; ! touch /bound/f").ok();
        BERTH.docker("run", "--name", "reader", "--volumes-from", "store:ro", "-v", "over:/named", "busybox", "sh", "-c",
                "cat /anonymous/f; ls /named; ! touch /anonymous/g && touch /named/g && ! test -e /own").expect(0);
        assertThat(BERTH.docker("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}},{{end}}", "reader").ok().split(","))
                .containsExactlyInAnyOrder("volume /named true", "volume /anonymous false", "bind /bound false");
        var anonymous = BERTH.docker("inspect", "-f", "{{range .Mounts}}{{if eq .Destination \"/anonymous\"}}{{.Name}}{{end}}{{end}}", "reader").ok();
        BERTH.docker("rm", "-v", "store").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).contains(anonymous, "named", "over");
        BERTH.docker("rm", "-v", "reader").ok();
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).doesNotContain(anonymous).contains("named", "over");
    }

    @Test
    void volumesOfNobodyAreRefused() {
        assertThat(BERTH.docker("create", "--volumes-from", "nobody", "busybox").expect(1).err()).contains("No such container: nobody");
        assertThat(BERTH.docker("create", "--volumes-from", "nobody:rslave", "busybox").expect(1).err()).contains("invalid mode: rslave");
    }

    @Test
    void partOfAVolumeIsMounted() {
        BERTH.docker("run", "--rm", "-v", "whole:/v", "busybox", "sh", "-c", "mkdir -p /v/a/b; echo in > /v/a/b/f; ln -s a/b /v/in; ln -s / /v/out; ln -s ../../.. /v/up").ok();
        assertThat(BERTH.docker("run", "--rm", "--mount", "type=volume,src=whole,dst=/p,volume-subpath=a/b", "busybox", "cat", "/p/f").ok()).isEqualTo("in");
        assertThat(BERTH.docker("run", "--rm", "--mount", "type=volume,src=whole,dst=/p,volume-subpath=in/f", "busybox", "cat", "/p").ok()).isEqualTo("in");
        BERTH.docker("create", "--name", "part", "--mount", "type=volume,src=whole,dst=/p,volume-subpath=a", "busybox").ok();
        assertThat(BERTH.docker("cp", "part:/p/b/f", "-").ok()).contains("in");
        BERTH.docker("rm", "part").ok();
        assertThat(BERTH.docker("run", "--rm", "--mount", "type=volume,src=whole,dst=/p,volume-subpath=no", "busybox", "true").err()).contains("cannot access path").contains("no such file or directory");
        for (var way : new String[] {"out", "out/etc", "up"}) {
            assertThat(BERTH.docker("run", "--rm", "--mount", "type=volume,src=whole,dst=/p,volume-subpath=" + way, "busybox", "true").err())
                    .containsPattern("escapes the base directory|no such file or directory");
        }
        assertThat(BERTH.docker("run", "--rm", "--mount", "type=volume,src=whole,dst=/p,volume-subpath=../x", "busybox", "true").err())
                .contains("subpath must be a relative path within the volume");
    }

    @Test
    void volumesAreMadeAsAsked() {
        BERTH.docker("run", "--rm", "--mount", "type=volume,src=labelled,dst=/etc,volume-nocopy,volume-label=a=b", "busybox", "sh", "-c", "! test -e /etc/passwd").ok();
        assertThat(BERTH.docker("volume", "inspect", "-f", "{{.Labels}}", "labelled").ok()).isEqualTo("map[a:b]");
        assertThat(BERTH.docker("run", "--rm", "--volume-driver", "tape", "-v", "driven:/x", "busybox", "true").expect(125).err())
                .contains("error looking up volume plugin tape: plugin \"tape\" not found").doesNotContain("Unable to find image");
        assertThat(BERTH.docker("volume", "ls", "-q").ok().lines()).doesNotContain("driven");
    }

    @Test
    void volumesWithOptionsAreMountedWhileTheyAreUsed() throws IOException {
        BERTH.docker("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1m,uid=7", "memory").ok();
        var host = Files.createDirectory(BERTH.home().resolve("host-folder"));
        Files.writeString(host.resolve("f"), "of the host");
        var first = BERTH.docker("run", "-d", "-v", "memory:/m", "busybox", "sh", "-c", "echo shared > /m/f; sleep 1000").ok();
        Eventually.holds("the file is there", () -> BERTH.docker("run", "--rm", "-v", "memory:/m:ro", "busybox", "cat", "/m/f").out().strip().equals("shared"));
        assertThat(BERTH.docker("run", "--rm", "-v", "memory:/m", "busybox", "sh", "-c", "stat -c %u /m; grep ' /m ' /proc/mounts").ok()).contains("7").contains("tmpfs").contains("size=1024k");
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("run", "--rm", "-v", "memory:/m", "busybox", "cat", "/m/f").ok()).isEqualTo("shared");
        assertThat(mountsOf("memory")).isEqualTo(1);
        BERTH.docker("rm", "-f", first).ok();
        assertThat(mountsOf("memory")).isZero();
        BERTH.docker("volume", "rm", "memory").ok();
        BERTH.docker("run", "--rm", "--mount", "type=volume,src=linked,dst=/h,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=" + host, "busybox", "sh", "-c", "cat /h/f; echo more > /h/g").ok();
        BERTH.docker("volume", "rm", "linked").ok();
        assertThat(host.resolve("f")).hasContent("of the host");
        assertThat(host.resolve("g")).hasContent("more");
        Files.delete(host.resolve("f"));
        Files.delete(host.resolve("g"));
        assertThat(BERTH.docker("run", "--rm", "--mount", "type=volume,src=gone,dst=/h,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/no/such", "busybox", "true").err())
                .contains("failed to mount local volume: mount /no/such:").contains("no such file or directory");
        assertThat(BERTH.docker("volume", "create", "--opt", "type=tmpfs", "half").expect(1).err()).contains("missing required option: \"device\"");
    }

    private static long mountsOf(String volume) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream().filter(line -> line.contains("/volumes/" + volume + "/_data ")).count();
    }

    @Test
    void readOnlyBindsAreSoToTheBottom() {
        withMountedFolder(folder -> {
            var script = "touch /b/sub/x 2>/dev/null && echo writable || echo read-only";
            assertThat(BERTH.docker("run", "--rm", "-v", folder + ":/b:ro", "busybox", "sh", "-c", script).ok()).isEqualTo("read-only");
            assertThat(run("bind-recursive=writable,readonly", folder, script)).isEqualTo("writable");
            assertThat(run("bind-recursive=readonly,readonly,bind-propagation=rprivate", folder, script)).isEqualTo("read-only");
            assertThat(run("bind-recursive=disabled", folder, "ls /b/sub")).isEmpty();
            assertThat(run("bind-recursive=enabled", folder, "ls /b/sub")).isEqualTo("x");
            assertThat(Command.run("env", "DOCKER_API_VERSION=1.43", "docker", "-H", "unix://" + BERTH.socket(), "run", "--rm", "-v", folder + ":/b:ro", "busybox", "sh", "-c", script).ok())
                    .isEqualTo("writable");
        });
    }

    private static String run(String options, Path folder, String script) {
        return BERTH.docker("run", "--rm", "--mount", "type=bind,src=" + folder + ",dst=/b," + options, "busybox", "sh", "-c", script).ok();
    }

    @Test
    void mountsComeAndGoOnlyWhereItIsAskedFor() {
        withMountedFolder(folder -> {
            assertThat(BERTH.docker("run", "--rm", "-v", folder + ":/b:rshared", "busybox", "true").err())
                    .contains("path " + folder + " is mounted on " + folder + " but it is not a shared mount");
            assertThat(BERTH.docker("run", "--rm", "-v", folder + ":/b:rslave", "busybox", "true").err()).contains("but it is not a shared or slave mount");
            Command.run("mount", "--make-shared", folder.toString()).ok();
            Command.run("mkdir", folder + "/later", folder + "/inside").ok();
            var slave = BERTH.docker("run", "-d", "-v", folder + ":/b:rslave", "busybox", "sleep", "1000").ok();
            var plain = BERTH.docker("run", "-d", "-v", folder + ":/b", "busybox", "sleep", "1000").ok();
            var shared = BERTH.docker("run", "-d", "--privileged", "-v", folder + ":/b:rshared", "busybox", "sleep", "1000").ok();
            Command.run("mount", "-t", "tmpfs", "tmpfs", folder + "/later").ok();
            Command.run("touch", folder + "/later/mounted").ok();
            assertThat(BERTH.docker("exec", slave, "ls", "/b/later").ok()).isEqualTo("mounted");
            assertThat(BERTH.docker("exec", plain, "ls", "/b/later").ok()).isEmpty();
            BERTH.docker("exec", shared, "mount", "-t", "tmpfs", "tmpfs", "/b/inside").ok();
            assertThat(Command.run("findmnt", "-n", folder + "/inside").out()).contains("tmpfs");
            BERTH.docker("exec", shared, "umount", "/b/inside").ok();
            BERTH.docker("rm", "-f", slave, plain, shared).ok();
            assertThat(Command.run("findmnt", "-n", folder + "/later").out()).as("stays").contains("tmpfs");
            Command.run("umount", folder + "/later").ok();
        });
    }

    /** A folder that is a mount by itself, with a tmpfs in {@code sub}. */
    private static void withMountedFolder(Consumer<Path> test) {
        var folder = BERTH.home().resolve("mounted");
        Command.run("mkdir", folder.toString()).ok();
        Command.run("mount", "-t", "tmpfs", "tmpfs", folder.toString()).ok();
        try {
            Command.run("mount", "--make-rprivate", folder.toString()).ok();
            Command.run("mkdir", folder + "/sub").ok();
            Command.run("mount", "-t", "tmpfs", "tmpfs", folder + "/sub").ok();
            test.accept(folder);
        } finally {
            Command.run("umount", "-R", folder.toString()).ok();
            Command.run("rmdir", folder.toString()).ok();
        }
    }

    @Test
    void placesBehindLinksToNothingAreMade() {
        BERTH.docker("run", "--name", "linker", "busybox", "sh", "-c", "ln -s /run/system /var/run; ln -s ../run/resolve/stub /etc/resolv.conf.link").ok();
        BERTH.docker("commit", "linker", "linked:latest").ok();
        BERTH.docker("rm", "linker").ok();
        BERTH.docker("create", "--name", "behind", "-v", "behind:/var/run/app", "-v", BERTH.log() + ":/etc/resolv.conf.link:ro", "linked", "sh", "-c",
                "touch /var/run/app/x; ls /run/system/app; test -s /run/resolve/stub").ok();
        BERTH.docker("cp", BERTH.log().toString(), "behind:/var/run/app/copied").ok();
        assertThat(BERTH.docker("start", "-a", "behind").ok().lines().toList()).containsExactly("copied", "x");
        BERTH.docker("rm", "behind").ok();
    }

    @Test
    void containersUserOwnsWhatIsMountedForHim() throws IOException {
        var folder = Files.createDirectory(BERTH.home().resolve("owned"));
        Command.run("sh", "-c", "cd " + folder + "; echo text > file; echo root > roots; chown 500:501 . file; chmod 700 .").ok();
        var look = "cd /o && stat -c '%n %u:%g' file roots && touch made && ! touch roots 2>/dev/null";
        assertThat(BERTH.docker("run", "--rm", "-u", "7:8", "-v", folder + ":/o:idmap", "busybox", "sh", "-c", look).ok()).isEqualTo("file 7:8\nroots 0:0");
        assertThat(Command.run("stat", "-c", "%n %u:%g", folder + "/file", folder + "/made", folder + "/roots").ok().replace(folder + "/", ""))
                .isEqualTo("file 500:501\nmade 500:501\nroots 0:0");
        assertThat(BERTH.docker("run", "--rm", "-u", "7:8", "-v", folder + ":/o", "busybox", "ls", "/o").expect(1).err()).contains("Permission denied");
        assertThat(BERTH.docker("run", "--rm", "-v", folder + ":/o:ro,idmap", "busybox", "sh", "-c", "stat -c '%u' /o/file /o/roots; ! touch /o/x").ok()).isEqualTo("0\n500");
        assertThat(BERTH.docker("run", "--rm", "-u", "7", "-v", "/proc:/o:idmap", "busybox", "true").expect(125).err())
                .contains("invalid mode: idmap: the owners of files cannot be mapped where they are: map the ids of `/proc`: invalid argument");
        assertThat(BERTH.docker("create", "-v", "named:/o:idmap", "busybox").expect(1).err()).contains("field BindOptions must not be specified");
        Command.run("rm", "-r", folder.toString()).ok();
    }

    @Test
    void imagesAreMountedToBeRead() {
        BERTH.docker("run", "--name", "source", "busybox", "sh", "-c", "mkdir /part; echo of-image > /part/file; ln -s / /part/out; chown 7:8 /part/file").ok();
        BERTH.docker("commit", "source", "mounted:1").ok();
        BERTH.docker("rm", "source").ok();
        var all = "type=image,src=mounted:1,dst=/i";
        assertThat(BERTH.docker("run", "--rm", "--mount", all, "busybox", "sh", "-c", "stat -c %u /i/part/file; /i/bin/busybox cat /i/part/file; ! touch /i/x").ok())
                .isEqualTo("7\nof-image");
        assertThat(BERTH.docker("run", "--rm", "--mount", all + ",image-subpath=part", "busybox", "cat", "/i/file").ok()).isEqualTo("of-image");
        assertThat(BERTH.docker("run", "--rm", "--mount", all + ",image-subpath=part/out", "busybox", "true").expect(125).err()).contains("escapes the base directory");
        assertThat(BERTH.docker("create", "--mount", "type=image,src=none,dst=/i", "busybox").expect(1).err()).contains("No such image: none:latest");

        BERTH.docker("create", "--name", "keeps", "--mount", all, "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("cp", "keeps:/i/part/file", "-").ok()).contains("of-image");
        assertThat(BERTH.docker("inspect", "-f", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.RW}}{{end}}", "keeps").ok()).isEqualTo("image mounted:1 /i false");
        BERTH.docker("rmi", "mounted:1").ok();
        BERTH.docker("start", "keeps").ok();
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("exec", "keeps", "cat", "/i/part/file").ok()).isEqualTo("of-image");
        BERTH.docker("restart", "-t", "0", "keeps").ok();
        assertThat(BERTH.docker("exec", "keeps", "cat", "/i/part/file").ok()).isEqualTo("of-image");
        BERTH.docker("rm", "-f", "keeps").ok();
        assertThat(Command.run("grep", "-c", BERTH.dataRoot() + "/containers", "/proc/self/mounts").out().strip()).isEqualTo("0");
        assertThat(Command.run("ls", BERTH.dataRoot() + "/snapshots/active").out()).isEmpty();
    }

    @Test
    void foldersAreNotMountedOnFiles() {
        for (var bind : new String[] {BERTH.log() + ":/etc", BERTH.home() + ":/etc/passwd"}) {
            assertThat(BERTH.docker("run", "--rm", "-v", bind, "busybox", "true").err()).as(bind)
                    .contains("not a directory: Are you trying to mount a directory onto a file (or vice-versa)?");
        }
    }

    @Test
    void tmpfsIsAsAsked() {
        assertThat(BERTH.docker("run", "--rm", "--tmpfs", "/t:size=64k,mode=0711,uid=3,exec", "busybox", "sh", "-c",
                "stat -c '%a %u' /t; grep ' /t ' /proc/mounts").ok()).contains("711 3").contains("size=64k").doesNotContain("noexec").contains("nosuid");
        assertThat(BERTH.docker("run", "--rm", "--mount", "type=tmpfs,dst=/t,tmpfs-size=128k,tmpfs-mode=1700", "busybox", "sh", "-c",
                "stat -c %a /t; grep ' /t ' /proc/mounts").ok()).contains("1700").contains("size=128k").contains("noexec");
        assertThat(BERTH.docker("create", "--tmpfs", "/t:huge", "busybox").expect(1).err()).contains("invalid tmpfs option \"huge\"");
        assertThat(BERTH.docker("create", "--tmpfs", "/t", "-v", "/tmp:/t", "busybox").expect(1).err()).contains("Duplicate mount point: /t");
    }
}
