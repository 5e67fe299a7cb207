package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rotated log files are compressed in the background: nobody who reads sees a difference, and nobody who is killed loses a line. */
class LogCompressionIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void compressedAndPlainFilesAreOneLog() throws IOException, InterruptedException {
        BERTH.docker("run", "-d", "--name", "both", "--label", "who=me", "--log-opt", "max-size=20k", "--log-opt", "max-file=100",
                "--log-opt", "compress=true", "--log-opt", "labels=who", "busybox", "sh", "-c",
                "while [ ! -e /go ]; do usleep 10000; done; seq 5000; while [ ! -e /end ]; do usleep 10000; done; seq 5001 8000; sleep 1000").ok();
        var follower = BERTH.dockerProcess("logs", "-f", "both");
        BERTH.docker("exec", "both", "touch", "/go").ok();
        Eventually.holds(() -> "all but the file that is written are compressed: " + names("both"), () -> compressed("both") > 10 && plain("both") == 1);
        BERTH.docker("exec", "both", "touch", "/end").ok();
        Eventually.holds("the last lines are written", () -> BERTH.docker("logs", "--tail", "1", "both").ok().equals("8000"));
        assertThat(BERTH.docker("logs", "both").ok().lines().toList()).isEqualTo(numbers(1, 8000));
        assertThat(BERTH.docker("logs", "--tail", "3000", "both").ok().lines().toList()).isEqualTo(numbers(5001, 8000));
        assertThat(BERTH.docker("logs", "--details", "--tail", "4000", "both").ok().lines().toList())
                .isEqualTo(numbers(4001, 8000).stream().map(number -> "who=me " + number).toList());

        var times = BERTH.docker("logs", "-t", "both").ok().lines().map(line -> line.split(" ")[0]).toList();
        var between = BERTH.docker("logs", "-t", "--since", times.get(2000), "--until", times.get(6000), "both").ok().lines().toList();
        assertThat(between).hasSizeGreaterThan(4000).allSatisfy(line -> assertThat(line.split(" ")[0]).isBetween(times.get(2000), times.get(6000)));

        BERTH.docker("kill", "both").ok();
        assertThat(new String(follower.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()).isEqualTo(numbers(1, 8000));
        assertThat(follower.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var folder = folder("both");
        BERTH.docker("rm", "both").ok();
        assertThat(folder).doesNotExist();
    }

    @Test
    void filesOfBothKindsCount() {
        BERTH.docker("run", "--name", "three", "--log-opt", "max-size=10k", "--log-opt", "max-file=3", "--log-opt", "compress=true", "busybox", "seq", "5000").ok();
        Eventually.holds(() -> "a container that has ended is compressed, too: " + names("three"), () -> compressed("three") == 2);
        assertThat(names("three")).hasSize(3);
        var lines = BERTH.docker("logs", "three").ok().lines().map(Integer::parseInt).toList();
        assertThat(lines).hasSizeBetween(200, 1000).isEqualTo(IntStream.rangeClosed(5001 - lines.size(), 5000).boxed().toList());
        BERTH.docker("start", "-a", "three").ok();
        Eventually.holds(() -> "compressed after the second run: " + names("three"), () -> compressed("three") == 2 && names("three").size() == 3);
        assertThat(BERTH.docker("logs", "--tail", "100", "three").ok().lines().toList()).isEqualTo(numbers(4901, 5000));
        BERTH.docker("rm", "three").ok();
    }

    @Test
    void localCompressesWhenNothingIsSaid() {
        BERTH.docker("run", "--name", "local", "--log-driver", "local", "--log-opt", "max-size=20k", "busybox", "seq", "1000").ok();
        Eventually.holds(() -> "compressed: " + names("local"), () -> compressed("local") > 2 && plain("local") == 1);
        assertThat(BERTH.docker("logs", "local").ok().lines().toList()).isEqualTo(numbers(1, 1000));
        BERTH.docker("run", "--name", "plain", "--log-driver", "local", "--log-opt", "max-size=20k", "--log-opt", "compress=false", "busybox", "seq", "1000").ok();
        assertThat(compressed("plain")).isZero();
        assertThat(BERTH.docker("create", "--log-opt", "compress=true", "--log-opt", "max-size=1m", "busybox").expect(1).err())
                .contains("compress cannot be true when max-file is less than 2 or max-size is not set");
        assertThat(BERTH.docker("create", "--log-driver", "local", "--log-opt", "max-file=1", "busybox").expect(1).err())
                .contains("compression cannot be enabled when max file count is 1");
        BERTH.docker("rm", "local", "plain").ok();
    }

    /** It is the shim that has them compressed. */
    @Test
    void filesAreCompressedWhileTheServiceIsAway() {
        BERTH.docker("run", "-d", "--name", "away", "--log-opt", "max-size=5k", "--log-opt", "max-file=200", "--log-opt", "compress=true",
                "busybox", "sh", "-c", "for i in $(seq 3000); do echo $i; [ $((i % 10)) = 0 ] && usleep 2000; done").ok();
        var folder = folder("away");
        BERTH.kill();
        Eventually.holds("compressed meanwhile", () -> names(folder).stream().filter(name -> name.endsWith(".gz")).count() > 20);
        BERTH.start();
        assertThat(BERTH.docker("wait", "away").ok()).isEqualTo("0");
        assertThat(BERTH.docker("logs", "away").ok().lines().toList()).isEqualTo(numbers(1, 3000));
        BERTH.docker("rm", "away").ok();
    }

    @Test
    void shimThatIsKilledInTheMiddleLosesAndDoublesNoLine() {
        BERTH.docker("create", "--name", "cut", "--log-opt", "max-size=4m", "--log-opt", "max-file=50", "--log-opt", "compress=true",
                "busybox", "sh", "-c", "seq 150000; sleep 1000").ok();
        var folder = folder("cut");
        int[] ends = new int[3];
        for (int run = 0; run < ends.length; run++) {
            long before = compressed("cut");
            BERTH.docker("start", "cut").ok();
            // Whoever looks may come between two files.
            Eventually.holds("they are being compressed", () -> isUnfinished(folder) || compressed("cut") >= before + 2);
            BERTH.killShim("cut");
            assertThat(BERTH.docker("wait", "cut").ok()).isEqualTo("137");
            expectRuns(BERTH.docker("logs", "cut").ok().lines().map(Integer::parseInt).toList(), run + 1);
        }
        BERTH.docker("start", "cut").ok();
        Eventually.holds(() -> "what was left is finished: " + names("cut"),
                () -> BERTH.docker("logs", "--tail", "1", "cut").ok().equals("150000") && plain("cut") == 1 && compressed("cut") > 4 && !isUnfinished(folder));
        expectRuns(BERTH.docker("logs", "cut").ok().lines().map(Integer::parseInt).toList(), ends.length + 1);
        BERTH.docker("rm", "-f", "cut").ok();
        assertThat(folder).doesNotExist();
    }

    /** The last shim is busy with large files when its container is removed. */
    @Test
    void removalWaitsForNoCompression() {
        for (int round = 0; round < 5; round++) {
            BERTH.docker("run", "--name", "large", "--log-opt", "max-size=3m", "--log-opt", "max-file=20", "--log-opt", "compress=true",
                    "busybox", "seq", "250000").ok();
            var folder = folder("large");
            BERTH.docker("rm", "large").ok();
            assertThat(folder).doesNotExist();
        }
        BERTH.removeAndAudit();
    }

    /** Each run counts from 1 on without a gap, up to where it was killed. */
    private static void expectRuns(List<Integer> lines, int runs) {
        var expected = new ArrayList<Integer>(lines.size());
        int begun = 0;
        for (int i = 0; i < lines.size(); i++) {
            boolean begins = lines.get(i) == 1;
            begun += begins ? 1 : 0;
            expected.add(begins ? 1 : expected.getLast() + 1);
        }
        assertThat(lines).isEqualTo(expected);
        assertThat(begun).isEqualTo(runs);
    }

    private static Path folder(String container) {
        return Path.of(BERTH.docker("inspect", "-f", "{{.LogPath}}", container).ok()).getParent();
    }

    private static List<String> names(String container) {
        return names(folder(container));
    }

    private static List<String> names(Path folder) {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.contains("-json.log")).sorted().toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static long compressed(String container) {
        return names(container).stream().filter(name -> name.endsWith(".gz")).count();
    }

    private static long plain(String container) {
        return names(container).stream().filter(name -> name.matches(".*-json\\.log(\\.[0-9]+)?")).count();
    }

    private static boolean isUnfinished(Path folder) {
        return names(folder).stream().anyMatch(name -> name.endsWith(".tmp"));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }
}
