package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that share the pid, IPC or UTS namespace of the host or of each other. */
class NamespacesIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @AfterEach
    void removeAll() {
        for (var id : BERTH.docker("ps", "-aq").ok().lines().toList()) {
            BERTH.docker("rm", "-f", id).ok();
        }
    }

    @Test
    void processesOfTheHostAreSeenAndNothingElseIsOpen() throws IOException {
        var out = BERTH.docker("run", "--rm", "--pid", "host", "busybox", "sh", "-c",
                "cat /proc/1/comm; readlink /proc/self/ns/pid; readlink /proc/1/root; echo 1 > /proc/sys/kernel/panic; echo; echo end").ok();
        assertThat(out.lines()).startsWith(Files.readString(Path.of("/proc/1/comm")).strip(), Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString())
                .endsWith("end").doesNotContain("/");
        var masked = BERTH.docker("run", "--rm", "--pid", "host", "busybox", "sh", "-c", "grep -c ' /proc/' /proc/self/mounts").ok();
        assertThat(masked).isEqualTo(BERTH.docker("run", "--rm", "busybox", "sh", "-c", "grep -c ' /proc/' /proc/self/mounts").ok());
    }

    @Test
    void everythingEndsWithTheFirstProcessWhereItIsNotProcessOne() {
        var id = BERTH.docker("run", "-d", "--pid", "host", "busybox", "sh", "-c",
                "setsid sleep 98761 & setsid sleep 98761 </dev/null >/dev/null 2>&1 & trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done").ok();
        Eventually.holds(() -> "ready", () -> BERTH.docker("logs", id).ok().contains("ready"));
        BERTH.docker("exec", "-d", id, "sleep", "98761").ok();
        Eventually.holds(() -> "three sleep", () -> sleeping("98761") == 3);
        assertThat(BERTH.docker("top", id, "-o", "pid,args").ok()).contains("sleep 98761").doesNotContain("java");
        BERTH.docker("stop", "-t", "20", id).ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.State.ExitCode}}", id).ok()).isEqualTo("7");
        Eventually.holds(() -> "none sleeps", () -> sleeping("98761") == 0);
    }

    @Test
    void eachRunIsAloneWhenItIsStartedAgain() {
        var id = BERTH.docker("run", "-d", "--pid", "host", "--restart", "on-failure:2", "busybox", "sh", "-c",
                "setsid sleep 98762 </dev/null >/dev/null 2>&1 & sleep 0.2; exit 3").ok();
        Eventually.holds(() -> "it has ended: " + BERTH.docker("inspect", "-f", "{{json .State}}", id).ok(), () ->
                BERTH.docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}", id).ok().equals("exited 3 2"));
        assertThat(sleeping("98762")).isZero();
    }

    @Test
    void processesOfAnotherContainerAreSeenAndEndWithIt() {
        BERTH.docker("run", "-d", "--name", "first", "--init", "busybox", "sleep", "98763").ok();
        BERTH.docker("run", "-d", "--name", "second", "--pid", "container:first", "busybox", "sleep", "98764").ok();
        assertThat(BERTH.docker("exec", "second", "ps").ok()).contains("sleep 98763").contains("sleep 98764");
        assertThat(BERTH.docker("exec", "first", "ps").ok()).contains("sleep 98763").contains("sleep 98764");
        assertThat(BERTH.docker("top", "second").ok()).doesNotContain("98763");
        BERTH.docker("stop", "-t", "5", "first").ok();
        Eventually.holds(() -> "the second has ended, too", () -> BERTH.docker("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "second").ok().equals("exited 137"));
        assertThat(BERTH.docker("start", "second").expect(1).err()).contains("cannot join PID of a non running container");
        BERTH.docker("start", "first").ok();
        BERTH.docker("start", "second").ok();
        assertThat(BERTH.docker("exec", "first", "ps").ok()).contains("sleep 98764");
    }

    @Test
    void whoIsPausedDoesNotKeepTheOtherFromItsEnd() {
        BERTH.docker("run", "-d", "--name", "first", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "second", "--pid", "container:first", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "third", "--pid", "container:second", "busybox", "sleep", "1000").ok();
        BERTH.docker("pause", "second", "third").ok();
        BERTH.docker("stop", "-t", "0", "first").ok();
        Eventually.holds(() -> "all have ended", () -> BERTH.docker("ps", "-q").ok().isEmpty());
    }

    @Test
    void whatCannotJoinOnceMoreSaysSo() {
        BERTH.docker("run", "-d", "--name", "first", "busybox", "sleep", "1000").ok();
        BERTH.docker("run", "-d", "--name", "second", "--pid", "container:first", "--restart", "always", "busybox", "sleep", "1000").ok();
        BERTH.docker("kill", "first").ok();
        Eventually.holds(() -> "the second has failed", () -> BERTH.docker("inspect", "-f", "{{.State.Status}} {{.State.Error}}", "second").ok()
                .matches("exited .*join the pid namespace of a container that has ended.*"));
    }

    @Test
    void memoryIsSharedWithWhoIsLetTo() {
        BERTH.docker("run", "-d", "--name", "donor", "--ipc", "shareable", "--shm-size", "1m", "busybox", "sh", "-c", "echo here > /dev/shm/file; exec sleep 1000").ok();
        Eventually.holds(() -> "the file is there", () -> BERTH.docker("exec", "donor", "cat", "/dev/shm/file").out().contains("here"));
        BERTH.docker("run", "-d", "--name", "guest", "--ipc", "container:donor", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", "guest", "cat", "/dev/shm/file").ok()).isEqualTo("here");
        assertThat(BERTH.docker("exec", "guest", "readlink", "/proc/self/ns/ipc").ok()).isEqualTo(BERTH.docker("exec", "donor", "readlink", "/proc/self/ns/ipc").ok());
        assertThat(BERTH.docker("exec", "guest", "sh", "-c", "df -k /dev/shm | tail -1").ok()).contains(" 1024 ");
        assertThat(BERTH.docker("exec", "guest", "grep", " /dev/shm ", "/proc/mounts").ok()).contains("nosuid").contains("nodev").contains("noexec");
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("run", "--rm", "--ipc", "container:guest", "busybox", "cat", "/dev/shm/file").ok()).isEqualTo("here");
        BERTH.docker("rm", "-f", "donor").ok();
        assertThat(BERTH.docker("exec", "guest", "cat", "/dev/shm/file").ok()).isEqualTo("here");
        BERTH.docker("run", "-d", "--name", "closed", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("run", "--ipc", "container:closed", "busybox", "true").expect(125).err()).contains("non-shareable IPC");
    }

    @Test
    void memoryOfTheHostOrNoneAtAll() throws IOException {
        var file = Files.createTempFile(Path.of("/dev/shm"), "berth", "");
        try {
            assertThat(BERTH.docker("run", "--rm", "--ipc", "host", "busybox", "sh", "-c", "ls /dev/shm; readlink /proc/self/ns/ipc").ok().lines())
                    .contains(file.getFileName().toString(), Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString());
        } finally {
            Files.delete(file);
        }
        assertThat(BERTH.docker("run", "--rm", "--ipc", "none", "busybox", "ls", "/dev").ok().lines()).doesNotContain("shm", "mqueue");
    }

    @Test
    void nameOfTheHost() throws IOException {
        var name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        assertThat(BERTH.docker("run", "--rm", "--uts", "host", "busybox", "sh", "-c", "hostname; cat /etc/hostname").ok()).isEqualTo(name + "\n" + name);
        assertThat(BERTH.docker("run", "--uts", "host", "--hostname", "other", "busybox", "true").expect(125).err())
                .contains("conflicting options: hostname and the UTS mode");
        assertThat(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()).isEqualTo(name);
    }

    @Test
    void cgroupsOfItsOwnAreTheWholeTree() {
        var out = BERTH.docker("run", "--rm", "--cgroupns", "private", "busybox", "sh", "-c", "cat /proc/self/cgroup; echo $(readlink /proc/self/ns/cgroup)").ok();
        assertThat(out.lines().filter(line -> line.contains(":"))).allMatch(line -> line.endsWith(":/") || line.startsWith("cgroup:["));
        var id = BERTH.docker("run", "-d", "--cgroupns", "private", "--memory", "64m", "busybox", "sleep", "1000").ok();
        assertThat(BERTH.docker("exec", id, "cat", "/proc/self/cgroup").ok().lines()).allMatch(line -> line.endsWith(":/"));
        assertThat(BERTH.docker("exec", id, "sh", "-c", "cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max").ok()).isEqualTo("67108864");
        assertThat(BERTH.docker("exec", id, "sh", "-c", "grep cgroup /proc/self/mountinfo | grep -v ' / '").expect(1).out()).isEmpty();
        assertThat(BERTH.docker("run", "--rm", "--cgroupns", "host", "busybox", "cat", "/proc/self/cgroup").ok()).containsPattern("[0-9a-f]{64}");
    }

    @Test
    void networkThatIsDisabledHasNoInterface() {
        var answer = new EngineClient(BERTH.socket()).post("/containers/create?name=alone", "{\"Image\":\"busybox\",\"Cmd\":[\"ls\",\"/sys/class/net\"],\"NetworkDisabled\":true}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        assertThat(BERTH.docker("start", "-a", "alone").ok()).isEqualTo("lo");
        assertThat(BERTH.docker("run", "--rm", "--userns", "host", "busybox", "cat", "/proc/self/uid_map").ok()).matches("\\s*0\\s+0\\s+4294967295");
    }

    @Test
    void modesThatAreNoneAreRefused() {
        for (var body : List.of("{\"PidMode\":\"x\"}", "{\"IpcMode\":\"x\"}", "{\"UTSMode\":\"container:x\"}", "{\"PidMode\":\"container:\"}", "{\"PidMode\":\"container:none\"}")) {
            var answer = new EngineClient(BERTH.socket()).post("/containers/create", "{\"Image\":\"busybox\",\"HostConfig\":" + body + "}");
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        }
    }

    /** Processes of the host that sleep so long. */
    private static long sleeping(String seconds) {
        return ProcessHandle.allProcesses().filter(process -> commandLine(process.pid()).equals("sleep\0" + seconds + "\0")).count();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException ended) {
            return "";
        }
    }
}
