package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A disk that is full, and one that is unfit. */
class DiskIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.onDiskOf("48m");

    @Test
    void fullDiskRefusesWhatIsNewAndLosesNothing() throws IOException {
        BERTH.docker("run", "-d", "--name", "before", "busybox", "sleep", "1000").ok();
        var files = BadInputIT.files(BERTH);
        Path ballast = BERTH.dataRoot().resolve("ballast");
        fill(ballast);
        assertThat(BERTH.docker("create", "--name", "unlucky", "busybox").expect(1).err()).contains("no space left on device");
        assertThat(BERTH.dockerWithInput(TestImages.busyboxRootfs(), "import", "-", "unlucky:1").expect(1).err())
                .contains("no space left on device");
        assertThat(BERTH.docker("ps", "--format", "{{.Names}} {{.State}}").ok()).isEqualTo("before running");
        assertThat(BERTH.docker("exec", "before", "echo", "still here").ok()).isEqualTo("still here");
        BERTH.kill();
        BERTH.start();
        BERTH.docker("stop", "-t", "0", "before").ok();
        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}} {{.Status}}").ok()).startsWith("before Exited (137)");
        Files.delete(ballast);

        assertThat(BERTH.docker("ps", "-a", "--format", "{{.Names}}").ok()).isEqualTo("before");
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEmpty();
        assertThat(BERTH.docker("images", "-q", "unlucky").ok()).isEmpty();
        // What was seen last of the run that has ended may be there, if there was room for it.
        assertThat(BadInputIT.files(BERTH)).filteredOn(file -> !file.endsWith("/last-cgroup.json")).isEqualTo(files);
        assertThat(BERTH.docker("run", "--rm", "--name", "unlucky", "busybox", "echo", "luckier").ok()).isEqualTo("luckier");
        BERTH.docker("rm", "-f", "before").ok();
    }

    /** Takes every block: what a failed write gives back, too. */
    private static void fill(Path ballast) {
        assertThat(Command.run("dd", "if=/dev/zero", "of=" + ballast, "bs=4k", "oflag=append", "conv=notrunc,fsync").err()).contains("No space left on device");
    }

    /** Of an upload, a restore and a copy. */
    @Test
    void filesOfVolumesThatDoNotFitLeaveNothing() throws Exception {
        var api = new AdminApi(BERTH);
        BERTH.docker("run", "--rm", "-v", "full:/v", "busybox", "sh", "-c", "echo old > /v/file").ok();
        var files = BadInputIT.files(BERTH);
        var noise = FakeRegistry.noise(60 << 20);
        for (String what : List.of("PUT /volumes/full/files/content?path=file", "POST /volumes/full/restore?replace=true")) {
            byte[] body = what.startsWith("PUT") ? noise : FakeRegistry.layer(Map.of("file", noise));
            var answer = send(api, what, body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
            assertThat(answer.body()).contains("no space left on device");
            assertThat(BERTH.docker("run", "--rm", "-v", "full:/v", "busybox", "cat", "/v/file").ok()).isEqualTo("old");
        }
        int most = (int) (Files.getFileStore(BERTH.dataRoot()).getUsableSpace() * 3 / 5);
        assertThat(send(api, "PUT /volumes/full/files/content?path=noise", FakeRegistry.noise(most)).statusCode()).isEqualTo(204);
        var id = api.post("/volumes/full/clone", Map.of("name", "twice")).expect(202).path("id").asString();
        Eventually.holds("the copy has failed", () -> api.get("/operations/" + id).expect(200).path("state").asString().equals("failed"));
        assertThat(api.get("/operations/" + id).expect(200).path("error").asString()).contains("no space left on device");
        assertThat(send(api, "DELETE /volumes/full/files?path=noise", null).statusCode()).isEqualTo(204);
        assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEqualTo("full");
        assertThat(BadInputIT.files(BERTH)).isEqualTo(files);
        BERTH.docker("volume", "rm", "full").ok();
    }

    /** Refused before anything is stopped; and where the disk fills up meanwhile, undone. */
    @Test
    void rescueThatDoesNotFitLeavesAllAsItWas() throws IOException {
        var api = new AdminApi(BERTH);
        var files = BadInputIT.files(BERTH);
        BERTH.docker("run", "-d", "--name", "wide", "--stop-signal", "SIGKILL", "busybox", "sh", "-c",
                "[ -e /ready ] && exec sleep 10000; mkdir /data; head -c 8m /dev/urandom > /data/file; sha256sum /data/file > /sum; touch /ready; exec sleep 10000").ok();
        Eventually.holds("it has written", () -> BERTH.docker("exec", "wide", "test", "-e", "/ready").exitCode() == 0);
        var asked = Map.of("path", "/data", "volume", "data");
        var pid = BERTH.docker("inspect", "-f", "{{.State.Pid}}", "wide").ok();
        var ballast = BERTH.dataRoot().resolve("ballast");
        Command.run("fallocate", "-l", Long.toString(BERTH.dataRoot().toFile().getUsableSpace() - (4 << 20)), ballast.toString()).ok();
        assertThat(api.post("/containers/wide/rescue", asked).expect(507).path("detail").asString()).contains("no space left on device");
        assertThat(BERTH.docker("inspect", "-f", "{{.State.Pid}}", "wide").ok()).as("it was not stopped").isEqualTo(pid);
        for (int spareKilobytes = 8192 + 16; spareKilobytes < 8192 + 512; spareKilobytes += 120) {
            Command.run("rm", ballast.toString()).ok();
            Command.run("fallocate", "-l", Long.toString(BERTH.dataRoot().toFile().getUsableSpace() - (spareKilobytes << 10)), ballast.toString()).ok();
            var answer = api.post("/containers/wide/rescue", asked);
            if (answer.status() == 202) {
                var id = answer.body().path("id").asString();
                Eventually.holds("the rescue has ended", () -> !api.get("/operations/" + id).expect(200).path("state").asString().equals("running"));
                if (api.get("/operations/" + id).expect(200).path("state").asString().equals("succeeded")) {
                    break;
                }
                assertThat(api.get("/operations/" + id).expect(200).path("error").asString()).contains("no space left on device");
            }
            assertThat(BERTH.docker("volume", "ls", "-q").ok()).isEmpty();
            assertThat(BERTH.docker("exec", "wide", "sha256sum", "-c", "/sum").ok()).as("it runs, and has what it had").isEqualTo("/data/file: OK");
        }
        Command.run("rm", ballast.toString()).ok();
        assertThat(BERTH.docker("exec", "wide", "sha256sum", "-c", "/sum").ok()).isEqualTo("/data/file: OK");
        BERTH.docker("rm", "-f", "wide").ok();
        BERTH.docker("volume", "ls", "-q").ok().lines().filter(name -> !name.isEmpty()).forEach(name -> BERTH.docker("volume", "rm", name).ok());
        assertThat(BadInputIT.files(BERTH)).isEqualTo(files);
    }

    private static HttpResponse<String> send(AdminApi api, String what, byte[] body) throws IOException, InterruptedException {
        var words = what.split(" ", 2);
        var request = HttpRequest.newBuilder(api.uri("/api/v1" + words[1])).header("Authorization", api.authorization())
                .header("Content-Type", "application/octet-stream")
                .method(words[0], body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body)).build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Neither the bytes that travel nor the files that come of them. */
    @Test
    void pullThatDoesNotFitGivesItsSpaceBack() throws IOException {
        try (var registry = new FakeRegistry()) {
            registry.image("fits:1", List.of(TestImages.busyboxRootfs(), FakeRegistry.noiseLayer("data", 1 << 20)));
            registry.image("heavy:1", List.of(TestImages.busyboxRootfs(), FakeRegistry.noiseLayer("data", 50 << 20)));
            var halves = new byte[60 << 20];
            System.arraycopy(FakeRegistry.noise(6 << 20), 0, halves, 0, 6 << 20);
            registry.image("swells:1", List.of(TestImages.busyboxRootfs(), FakeRegistry.layer(Map.of("data", halves))));
            var files = BadInputIT.files(BERTH);
            for (String name : List.of("heavy:1", "swells:1")) {
                assertThat(BERTH.docker("pull", registry.authority() + "/" + name).expect(1).err()).as(name).contains("no space left on device");
                assertThat(BERTH.docker("images", "-q", registry.authority() + "/" + name.substring(0, name.indexOf(':'))).ok()).isEmpty();
            }
            BERTH.docker("pull", registry.authority() + "/fits:1").ok();
            assertThat(BERTH.docker("run", "--rm", registry.authority() + "/fits:1", "sha256sum", "/data").ok())
                    .startsWith(FakeRegistry.sha256(FakeRegistry.noise(1 << 20)));
            BERTH.docker("rmi", registry.authority() + "/fits:1").ok();
            assertThat(BadInputIT.files(BERTH)).isEqualTo(files);
        }
    }

    @Test
    void removingFreesAFullDisk() throws IOException {
        BERTH.docker("run", "--name", "hog", "busybox", "dd", "if=/dev/zero", "of=/hog", "bs=4k").expect(1);
        BERTH.docker("create", "--name", "next", "busybox").expect(1);
        BERTH.docker("rm", "hog").ok();
        Eventually.holds("the space is free", () -> BERTH.docker("create", "--name", "next", "busybox").exitCode() == 0);
        BERTH.docker("rm", "next").ok();
    }

    @Test
    void layersAreMountedAsOlderKernelsWantThem() {
        BERTH.docker("run", "--name", "layer", "busybox", "sh", "-c", "echo upper > /upper; rm /home -r").ok();
        BERTH.docker("commit", "layer", "two:1").ok();
        BERTH.stop();
        BERTH.start(List.of("-Dberth.test.classic-overlay=true"));
        assertThat(BERTH.docker("run", "--name", "old", "two:1", "sh", "-c", "cat /upper; ls -d /home || echo gone; echo more > /upper; "
                + "sed -n 's/.* \\/ \\/ .* overlay overlay .*/overlay/p' /proc/self/mountinfo").out()).isEqualTo("upper\ngone\noverlay\n");
        assertThat(BERTH.docker("diff", "old").ok()).isEqualTo("C /upper");
        BERTH.docker("rm", "old", "layer").ok();
        assertThat(BERTH.docker("run", "--rm", "two:1", "cat", "/upper").ok()).as("volatile").isEqualTo("upper");
        BERTH.docker("rmi", "two:1").ok();
        BERTH.stop();
        BERTH.start();
    }

    /** The writable layers of overlay cannot lie on another overlay, as in a container without a volume. */
    @Test
    void dataRootThatCannotCarryOverlayIsRefusedByName() throws Exception {
        Path scratch = Files.createTempDirectory(Path.of("/var/tmp"), "btoverlay");
        Path data = scratch.resolve("data");
        Command.run("mount", "-t", "tmpfs", "scratch", scratch.toString()).ok();
        try {
            Command.run("mkdir", scratch + "/lower", scratch + "/upper", scratch + "/work", data.toString()).ok();
            Command.run("mount", "-t", "overlay", "-o", "lowerdir=%1$s/lower,upperdir=%1$s/upper,workdir=%1$s/work".formatted(scratch),
                    "overlay", data.toString()).ok();
            try {
                assertThat(refusal(data)).contains("the file system of data root " + data + " cannot carry overlay mounts")
                        .contains("choose berth.data-root on ext4, xfs or btrfs").doesNotContain("\tat ");
            } finally {
                Command.run("umount", data.toString()).ok();
            }
        } finally {
            Command.run("umount", scratch.toString()).ok();
            Files.delete(scratch);
        }
    }

    private static String refusal(Path data) throws Exception {
        long before = Files.size(BERTH.log());
        Process refused = BERTH.launch(List.of("--berth.data-root=" + data, "--berth.run-root=" + BERTH.home().resolve("o"),
                "--berth.instance=" + BERTH.name() + "o", "--server.port=0"));
        if (!refused.waitFor(60, TimeUnit.SECONDS)) {
            refused.destroyForcibly().waitFor();
            throw new TimeoutException("the service started on " + data);
        }
        assertThat(refused.exitValue()).isNotZero();
        return Files.readString(BERTH.log()).substring((int) before);
    }
}
