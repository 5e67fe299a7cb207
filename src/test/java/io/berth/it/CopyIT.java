package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files into containers and out of them, what containers changed, and images made of them; hostile archives and containers among them. */
class CopyIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void filesOfAllKindsGoInBeforeTheStartAndComeBackAfterIt() throws IOException {
        var here = Files.createDirectories(BERTH.home().resolve("kinds"));
        Command.run("sh", "-c", "cd " + here + " && mkdir -p in/sub && echo text > in/file && ln in/file in/twin && ln -s file in/link && "
                + "mkfifo in/pipe && chown 1234:4321 in/file && chmod 4751 in/file && touch -d '2001-02-03 04:05:06' in/file in/sub").ok();
        BERTH.docker("create", "--name", "kinds", "-v", "kinds:/data", "busybox", "sleep", "1000").ok();
        BERTH.docker("cp", here + "/in", "kinds:/data/in").ok();
        BERTH.docker("cp", here + "/in/.", "kinds:/tmp").ok();
        BERTH.docker("start", "kinds").ok();
        for (var folder : List.of("/data/in", "/tmp")) {
            assertThat(BERTH.docker("exec", "kinds", "stat", "-c", "%a %u:%g %h %Y %F", folder + "/file").ok())
                    .isEqualTo("4751 1234:4321 2 " + Instant.parse("2001-02-03T04:05:06Z").getEpochSecond() + " regular file");
            assertThat(BERTH.docker("exec", "kinds", "sh", "-c", "cat " + folder + "/link; readlink " + folder + "/link; ls " + folder
                    + " | sort | tr '\\n' ' '; test -p " + folder + "/pipe && stat -c %Y " + folder + "/sub").ok())
                    .isEqualTo("text\nfile\nfile link pipe sub twin \n981173106".replace(" \n", " "));
        }
        var entries = entries("kinds:/data/in");
        assertThat(entries.keySet()).containsExactlyInAnyOrder("in/", "in/file", "in/twin", "in/link", "in/pipe", "in/sub/");
        assertThat(entries.get("in/file").getMode() & 07777).isEqualTo(04751);
        assertThat(entries.get("in/file").getLongUserId()).isEqualTo(1234);
        assertThat(entries.get("in/twin").isLink()).isTrue();
        assertThat(entries.get("in/pipe").isFIFO()).isTrue();
        BERTH.docker("stop", "-t", "0", "kinds").ok();
        BERTH.docker("cp", "kinds:/tmp/.", here + "/out").ok();
        assertThat(here.resolve("out/file")).hasContent("text\n");
        assertThat(Files.getAttribute(here.resolve("out/file"), "unix:ino")).isEqualTo(Files.getAttribute(here.resolve("out/twin"), "unix:ino"));
        assertThat(Files.readSymbolicLink(here.resolve("out/link"))).hasToString("file");
        assertThat(entries("kinds:/data/in").keySet()).isEqualTo(entries.keySet());
        assertThat(BERTH.docker("cp", "kinds:/no/such", here.toString()).expect(1).err())
                .contains("Could not find the file /no/such in container kinds");
        BERTH.docker("rm", "-v", "kinds").ok();
        BERTH.docker("volume", "rm", "kinds").ok();
    }

    @Test
    void holesAndAttributesAreKept() throws IOException {
        BERTH.docker("run", "-d", "--name", "holes", "busybox", "sleep", "1000").ok();
        BERTH.docker("exec", "holes", "sh", "-c", "truncate -s 30M /tmp/f; echo end >> /tmp/f").ok();
        var archive = Command.run(List.of("sh", "-c", String.join(" ", BERTH.dockerCommand("cp", "holes:/tmp/f", "-")) + " | wc -c"), new byte[0],
                BERTH.environment());
        assertThat(Integer.parseInt(archive.ok())).as("size of an archive of a file that is a hole").isLessThan(100_000);
        BERTH.docker("cp", "holes:/tmp/f", BERTH.home().resolve("f").toString()).ok();
        assertThat(Command.run("tail", "-c", "4", BERTH.home().resolve("f").toString()).ok()).isEqualTo("end");
        Files.delete(BERTH.home().resolve("f"));
        BERTH.docker("rm", "-f", "holes").ok();
    }

    @Test
    void mountsAreSeenAsTheContainerSeesThem() throws IOException {
        var bound = Files.createDirectories(BERTH.home().resolve("bound"));
        var file = Files.writeString(BERTH.home().resolve("one"), "one");
        BERTH.docker("run", "-d", "--name", "mounts", "--read-only", "--tmpfs", "/t", "-v", bound + ":/b", "-v", "mounts:/v", "-v", "mounts:/ro:ro",
                "busybox", "sleep", "1000").ok();
        for (var running : new boolean[] {true, false}) {
            var place = running ? "running" : "stopped";
            assertThat(BERTH.docker("cp", file.toString(), "mounts:/etc/x").expect(1).err()).contains("container rootfs is marked read-only");
            assertThat(BERTH.docker("cp", file.toString(), "mounts:/ro/x").expect(1).err()).contains("mounted volume is marked read-only");
            BERTH.docker("cp", file.toString(), "mounts:/b/" + place).ok();
            BERTH.docker("cp", file.toString(), "mounts:/v/" + place).ok();
            assertThat(bound.resolve(place)).hasContent("one");
            assertThat(entries("mounts:/ro").keySet()).contains("ro/" + place);
            if (running) {
                BERTH.docker("cp", file.toString(), "mounts:/t/x").ok();
                assertThat(BERTH.docker("exec", "mounts", "cat", "/t/x").ok()).isEqualTo("one");
                BERTH.docker("stop", "-t", "0", "mounts").ok();
            }
        }
        assertThat(entries("mounts:/etc/hosts").get("hosts").getSize()).isPositive();
        BERTH.docker("rm", "mounts").ok();
        BERTH.docker("volume", "rm", "mounts").ok();
        Command.run("rm", "-r", bound.toString(), file.toString()).ok();
    }

    @Test
    void linksOfAContainerEndInTheContainer() throws IOException {
        var canary = canary();
        BERTH.docker("run", "-d", "--name", "links", "busybox", "sleep", "1000").ok();
        BERTH.docker("exec", "links", "sh", "-c", "ln -s " + canary + " /abs; ln -s ../../../../../../.." + canary + " /rel; mkdir -p " + canary
                + "; echo inside > " + canary + "/secret; ln -s /nosuch /dangling").ok();
        for (var running : new boolean[] {true, false}) {
            for (var link : List.of("abs", "rel")) {
                assertThat(content("links:/" + link + "/secret")).isEqualTo("inside\n");
                BERTH.docker("cp", "/etc/hostname", "links:/" + link + "/made").ok();
                assertThat(entries("links:/" + link).get(link).isSymbolicLink()).isTrue();
                assertThat(entries("links:/" + link + "/.").keySet()).contains("./secret", "./made");
            }
            assertThat(BERTH.docker("cp", "/etc/hostname", "links:/dangling/x").exitCode()).isNotZero();
            if (running) {
                BERTH.docker("stop", "-t", "0", "links").ok();
            }
        }
        BERTH.docker("rm", "links").ok();
        requireUnharmed(canary);
    }

    @Test
    void archivesCannotLeaveTheirFolderAndSayWhatWasKept() throws IOException {
        var canary = canary();
        BERTH.docker("run", "-d", "--name", "tars", "busybox", "sleep", "1000").ok();
        BERTH.docker("exec", "tars", "ln", "-s", "/tmp", "/var/lib").ok();
        var refused = new HashMap<String, byte[]>();
        refused.put("could lead out of its root", tar("ok", null, "../../x", null));
        refused.put("path through a link", tar("l", canary.toString(), "l/x", null));
        refused.put("file name of more than 255 bytes", tar("ok", null, "n".repeat(300), null));
        refused.put("archive is truncated", Arrays.copyOf(tar("ok", null, "cut", null), 2 * 512 + 100));
        refused.forEach((why, archive) -> assertThat(BERTH.dockerWithInput(archive, "cp", "-", "tars:/home").expect(1).err()).as(why)
                .contains(why).contains("unpacked before that, which stay: 1"));
        assertThat(BERTH.docker("exec", "tars", "sh", "-c", "ls /home; cat /home/ok").ok()).isEqualTo("l\nok\ncontent");
        BERTH.dockerWithInput(tar("/absolute/a", null, "lib/through", null), "cp", "-", "tars:/var").expect(0);
        assertThat(BERTH.docker("exec", "tars", "sh", "-c", "cat /var/absolute/a /tmp/through").ok()).isEqualTo("contentcontent");
        assertThat(BERTH.docker("cp", "/etc/hostname", "tars:" + "/d".repeat(3000)).exitCode()).isNotZero();
        BERTH.docker("rm", "-f", "tars").ok();
        requireUnharmed(canary);
    }

    @Test
    void foldersThatBecomeLinksMeanwhileLeadNowhereElse() throws IOException {
        var canary = canary();
        BERTH.docker("run", "-d", "--name", "race", "busybox", "sh", "-c", "mkdir -p /w/dir " + canary + "; echo inside > /w/dir/secret; "
                + "echo inside > " + canary + "/secret; while :; do mv /w/dir /w/real; ln -s " + canary + " /w/dir; rm /w/dir; mv /w/real /w/dir; "
                + "mv /w/dir /w/real; ln -s /proc/1/root" + canary + " /w/dir; rm /w/dir; mv /w/real /w/dir; done").ok();
        Eventually.holds("the container swaps", () -> BERTH.docker("exec", "race", "test", "-e", canary + "/secret").exitCode() == 0);
        var archive = tar("dir/in/made", null, "dir/secret", null);
        Rounds.of(40, (i, rounds) -> {
            var out = BERTH.docker("cp", "race:/w/dir/secret", "-");
            assertThat(out.out()).doesNotContain("of the host");
            rounds.count("copies that hit the folder", out.exitCode() == 0);
            BERTH.dockerWithInput(archive, "cp", "-", "race:/w");
            BERTH.docker("cp", "/etc/hostname", "race:/w/dir/name");
        });
        BERTH.docker("rm", "-f", "race").ok();
        requireUnharmed(canary);
    }

    @Test
    void aContainerCanBeRemovedWhileItIsCopiedAndTheCopyIsCutOff() throws Exception {
        BERTH.docker("create", "--name", "going", "busybox", "true").ok();
        var slow = BERTH.dockerProcess("export", "going");
        assertThat(slow.getInputStream().read()).isNotNegative();
        BERTH.docker("rm", "-f", "going").ok();
        slow.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(slow.waitFor()).isNotZero();
        assertThat(BERTH.docker("cp", "going:/bin", "-").expect(1).err()).contains("No such container");
    }

    @Test
    void changesAreListedExportedAndCommitted() throws IOException {
        BERTH.docker("run", "-d", "--name", "base", "-v", "/data", "-l", "kept=yes", "busybox", "sh", "-c", "sleep 1000").ok();
        assertThat(BERTH.docker("diff", "base").ok()).isEqualTo("A /data");
        BERTH.docker("exec", "base", "sh", "-c", "rm /bin/vi; rm -r /home; mkdir /home; echo new > /home/new; echo x >> /etc/group; touch /data/v; "
                + "cat /etc/passwd > /dev/null; chmod 700 /root; mkdir -p /a/b; ln /home/new /a/b/twin").ok();
        assertThat(BERTH.docker("diff", "base").ok().lines()).containsExactly("A /a", "A /a/b", "A /a/b/twin", "C /bin", "D /bin/vi", "A /data",
                "C /etc", "C /etc/group", "C /home", "A /home/new", "C /root");
        var exported = list(BERTH.dockerCommand("export", "base"));
        assertThat(exported.keySet()).contains("data/", "home/new", "proc/", "etc/group").doesNotContain("data/v", "bin/vi", "./");
        assertThat(exported.keySet()).noneMatch(name -> name.startsWith("proc/") && name.length() > 5);

        var id = BERTH.docker("commit", "-a", "an author", "-m", "a message", "-c", "ENV X=y", "-c", "CMD [\"cat\", \"/home/new\"]", "base",
                "made:1").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.Id}} {{.Author}} {{len .RootFS.Layers}} {{.Config.Env}} {{.Config.Labels.kept}}", "made:1").ok())
                .isEqualTo(id + " an author 2 [X=y] yes");
        assertThat(BERTH.docker("history", "--format", "{{.CreatedBy}}|{{.Comment}}", "made:1").ok()).startsWith("sh -c sleep 1000|a message");
        assertThat(BERTH.docker("run", "--rm", "made:1").ok()).isEqualTo("new");
        assertThat(BERTH.docker("run", "--rm", "made:1", "sh", "-c", "ls /bin/vi /data/v; stat -c %a /root; stat -c %h /a/b/twin; ls /home").out())
                .isEqualTo("700\n2\nnew\n");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Status}}", "base").ok()).isEqualTo("running");
        assertThat(BERTH.docker("events", "--since", "1", "--until", Instant.now().toString(), "--filter", "container=base", "--format", "{{.Action}}").ok().lines())
                .contains("pause", "unpause", "commit", "export");
        BERTH.docker("create", "--name", "same", "busybox").ok();
        assertThat(BERTH.docker("commit", "same", "same:1").ok()).startsWith("sha256:");
        assertThat(BERTH.docker("inspect", "-f", "{{len .RootFS.Layers}}", "same:1").ok()).isEqualTo("1");
        assertThat(BERTH.docker("commit", "-c", "FROM x", "same").expect(1).err()).contains("FROM is not a valid change command");
        BERTH.docker("rm", "-f", "-v", "base", "same").ok();
        BERTH.docker("rmi", "made:1", "same:1").ok();
    }

    private static Path canary() throws IOException {
        var canary = Files.createDirectories(BERTH.home().resolve("canary"));
        Files.writeString(canary.resolve("secret"), "of the host");
        return canary;
    }

    private static void requireUnharmed(Path canary) throws IOException {
        try (var files = Files.list(canary)) {
            assertThat(files).containsExactly(canary.resolve("secret"));
        }
        assertThat(canary.resolve("secret")).hasContent("of the host");
        assertThat(Files.isDirectory(canary, LinkOption.NOFOLLOW_LINKS)).isTrue();
        Files.delete(canary.resolve("secret"));
        Files.delete(canary);
    }

    private static Map<String, TarArchiveEntry> entries(String path) throws IOException {
        return list(BERTH.dockerCommand("cp", path, "-"));
    }

    private static Map<String, TarArchiveEntry> list(List<String> command) throws IOException {
        var entries = new HashMap<String, TarArchiveEntry>();
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(output(command)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), entry);
            }
        }
        return entries;
    }

    private static String content(String path) throws IOException {
        try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(output(BERTH.dockerCommand("cp", path, "-"))))) {
            tar.getNextEntry();
            return new String(tar.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] output(List<String> command) throws IOException {
        try (var out = Command.start(command, BERTH.environment()).getInputStream()) {
            return out.readAllBytes();
        }
    }

    /** Two members; a target makes the first one a link. */
    private static byte[] tar(String first, String target, String second, String secondTarget) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            put(tar, first, target);
            put(tar, second, secondTarget);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, String target) throws IOException {
        var entry = target == null ? new TarArchiveEntry(name, true) : new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        var content = target == null ? "content".getBytes(StandardCharsets.UTF_8) : new byte[0];
        if (target != null) {
            entry.setLinkName(target);
        }
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
