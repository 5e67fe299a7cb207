package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tools in containers that have none: used, and nothing of them is left; with the ids of the host and with user namespaces. */
class ToolboxIT {

    private static final int FIRST = 231_072;

    @RegisterExtension
    static final BerthInstance PLAIN = BerthInstance.withDefaults();

    @RegisterExtension
    static final BerthInstance REMAPPED = BerthInstance.withDefaults("--berth.userns-remap=" + FIRST + "-" + (FIRST + 65_535));

    @BeforeAll
    static void importBareImage() {
        // One static program, which is no shell, and nothing else.
        for (var berth : List.of(PLAIN, REMAPPED)) {
            berth.dockerWithInput(new RootFs().busybox("busybox").bytes(), "import", "-c", "CMD [\"/busybox\", \"sleep\", \"100000\"]", "-", "bare").ok();
        }
    }

    @AfterEach
    void nothingStays() {
        Stream.of(PLAIN, REMAPPED).forEach(BerthInstance::removeAndAudit);
    }

    /** A console with tools. */
    private record Box(AdminApi api, String id, ConsoleSocket socket) implements AutoCloseable {

        static Box open(BerthInstance berth, String container) {
            var api = new AdminApi(berth);
            var id = api.post("/containers/" + container + "/consoles", Map.of("toolbox", true)).expect(201).path("id").asString();
            var box = new Box(api, id, new ConsoleSocket(berth.uri(""), api.authorization(), id, -1));
            box.socket.type("stty -echo; PS1=; echo rea''dy\n");
            box.socket.awaitOutput("ready\r\n");
            return box;
        }

        /** What a command prints. */
        String run(String command) {
            int before = socket.output().length();
            var mark = "done-" + before;
            // On a line of its own: a command that cannot be run takes the rest of its line with it.
            socket.type(command + "\necho do''ne-" + before + "\n");
            socket.awaitOutput(mark + "\r\n");
            var shown = socket.output().substring(before);
            // What the shell asks of its terminal is not what the command prints.
            return shown.substring(0, shown.indexOf(mark)).replaceAll("\u001b\\[[0-9;]*[a-zA-Z]", "").replace("\r", "").strip();
        }

        /** Begins something by a shell that ends: without an echo, this one takes the end of a job of its own for the end of its input. */
        void leave(String command) {
            run("sh -c '(" + command + ") </dev/null >/dev/null 2>&1'");
        }

        void end() {
            api.delete("/consoles/" + id).expect(204);
            socket.awaitClosed();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static String mounts(BerthInstance berth, String container) throws IOException {
        return Files.readString(Path.of("/proc", berth.docker("inspect", "-f", "{{.State.Pid}}", container).ok(), "mountinfo"));
    }

    @Test
    void bareContainerIsLookedIntoAndNothingIsLeft() throws IOException {
        for (var berth : List.of(PLAIN, REMAPPED)) {
            berth.docker("run", "-d", "--name", "bare", "-m", "64m", "--hostname", "inner", "--tmpfs", "/scratch", "bare").ok();
            var choice = new AdminApi(berth).get("/containers/bare/shells").expect(200);
            assertThat(choice.path("shells")).isEmpty();
            assertThat(choice.path("toolbox").asBoolean()).isTrue();
            assertThat(new AdminApi(berth).post("/containers/bare/consoles", Map.of()).detail()).contains("use the toolbox");
            var diff = berth.docker("diff", "bare").ok();
            var mounts = mounts(berth, "bare");
            var processes = berth.docker("top", "bare").ok().lines().count();
            try (var box = Box.open(berth, "bare")) {
                assertThat(box.run("hostname")).isEqualTo("inner");
                assertThat(box.run("id -u")).isEqualTo("0");
                assertThat(box.run("cat /proc/1/cmdline | tr '\\0' ' '")).isEqualTo("/busybox sleep 100000");
                assertThat(box.run("ls -d /busybox /dev/null /dev/pts/0 /dev/shm /dev/fd/0 /sys/class/net/lo")).doesNotContain("No such file");
                assertThat(box.run("touch /dev/made")).contains("Read-only file system");
                assertThat(box.run("touch /dev/.berth/bin/made")).contains("Read-only file system");
                assertThat(box.run("tty")).isEqualTo("/dev/pts/0");
                assertThat(mounts(berth, "bare")).as("the container sees nothing of it").isEqualTo(mounts);
                assertThat(berth.docker("diff", "bare").ok()).isEqualTo(diff);
                // Left behind on purpose, in a session of their own.
                box.leave("setsid sleep 4321 & sleep 4322 &");
                Eventually.holds("both are said to run", () -> box.api().get("/consoles/" + box.id() + "/programs").expect(200).path("items").toString()
                        .equals("[\"sleep\",\"sleep\"]"));
                box.end();
            }
            Eventually.holds("none of its processes is left", () -> berth.docker("top", "bare").ok().lines().count() == processes);
            assertThat(berth.docker("diff", "bare").ok()).isEqualTo(diff);
            assertThat(mounts(berth, "bare")).isEqualTo(mounts);
        }
    }

    @Test
    void whatIsWrittenIsTheContainers() {
        for (var berth : List.of(PLAIN, REMAPPED)) {
            berth.docker("run", "-d", "--name", "kept", "-v", "kept-data:/data", "bare").ok();
            try (var box = Box.open(berth, "kept")) {
                assertThat(box.run("echo x > /made; mkdir /folder; mv /made /folder/moved; echo y > /data/file")).isEmpty();
                box.end();
            }
            assertThat(berth.docker("diff", "kept").ok()).contains("A /folder/moved").doesNotContain(".berth");
            assertThat(berth.docker("exec", "kept", "/busybox", "cat", "/data/file").ok()).isEqualTo("y");
            assertThat(berth.docker("exec", "kept", "/busybox", "stat", "-c", "%u", "/folder/moved").ok()).isEqualTo("0");
            berth.docker("rm", "-f", "kept").ok();
            berth.docker("volume", "rm", "kept-data").ok();
        }
    }

    @Test
    void limitsAndPrivilegesAreTheContainers() {
        for (var berth : List.of(PLAIN, REMAPPED)) {
            berth.docker("run", "-d", "--name", "tight", "--cap-drop", "ALL", "--cap-add", "KILL", "--pids-limit", "20", "--read-only", "bare").ok();
            var status = berth.docker("exec", "tight", "/busybox", "grep", "-E", "^(Cap|Seccomp|NoNewPrivs)", "/proc/self/status").ok();
            var cgroup = berth.docker("exec", "tight", "/busybox", "cat", "/proc/self/cgroup").ok();
            var spaces = "for n in cgroup ipc net pid user uts; do /busybox readlink /proc/self/ns/$n; done";
            var pid = berth.docker("inspect", "-f", "{{.State.Pid}}", "tight").ok();
            try (var box = Box.open(berth, "tight")) {
                assertThat(box.run("grep -E '^(Cap|Seccomp|NoNewPrivs)' /proc/self/status")).isEqualTo(status);
                assertThat(box.run("cat /proc/self/cgroup")).isEqualTo(cgroup);
                assertThat(box.run(spaces).lines().toList()).isEqualTo(Stream.of("cgroup", "ipc", "net", "pid", "user", "uts").map(kind -> namespace(pid, kind)).toList());
                assertThat(box.run("readlink /proc/self/ns/mnt")).isNotEqualTo(namespace(pid, "mnt"));
                assertThat(box.run("echo x > /made")).contains("Read-only file system");
                assertThat(box.run("umount /dev/.berth")).contains("ermi");
                assertThat(box.run("for i in $(seq 30); do sleep 4321 & done; sleep 0")).contains("fork");
            }
        }
    }

    private static String namespace(String pid, String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", pid, "ns", kind)).toString();
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }

    @Test
    void nothingIsMountedForOthersWhereTheContainerShares() throws IOException {
        var folder = Files.createDirectory(PLAIN.home().resolve("shared"));
        Command.run("sh", "-c", "mount -t tmpfs shared " + folder + " && mount --make-shared " + folder).ok();
        try {
            PLAIN.docker("run", "-d", "--name", "shares", "-v", folder + ":/dev/shared:rshared", "bare").ok();
            var before = Files.readString(Path.of("/proc/self/mountinfo"));
            try (var box = Box.open(PLAIN, "shares")) {
                assertThat(box.run("touch /dev/shared/made; ls /dev/shared")).isEqualTo("made");
                assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
                box.end();
            }
            PLAIN.docker("rm", "-f", "shares").ok();
        } finally {
            Command.run("umount", folder.toString()).ok();
        }
    }

    @Test
    void toolsEndWithTheServiceAndWithTheContainer() {
        PLAIN.docker("run", "-d", "--name", "host-pids", "--pid", "host", "bare").ok();
        try (var box = Box.open(PLAIN, "host-pids")) {
            box.leave("setsid sleep 4325 &");
        }
        PLAIN.kill();
        Eventually.holds("none of its processes is left", () -> ProcessHandle.allProcesses().noneMatch(process -> process.info().commandLine().orElse("").contains("sleep 4325")));
        PLAIN.start();
        try (var box = Box.open(PLAIN, "host-pids")) {
            PLAIN.docker("rm", "-f", "host-pids").ok();
            box.socket().await("exit");
        }
    }

    @Test
    void missingBusyboxIsSaidWithHowItIsMended() {
        PLAIN.docker("run", "-d", "--name", "bare", "bare").ok();
        PLAIN.stop();
        PLAIN.start(List.of("--berth.toolbox.path=/nowhere/busybox"));
        try {
            var api = new AdminApi(PLAIN);
            assertThat(api.get("/containers/bare/shells").expect(200).path("toolboxMissing").asString()).contains("apt-get install busybox-static");
            var refused = api.post("/containers/bare/consoles", Map.of("toolbox", true));
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.detail()).contains("/nowhere/busybox", "apt-get install busybox-static", "berth.toolbox.path");
        } finally {
            PLAIN.stop();
            PLAIN.start();
        }
    }
}
