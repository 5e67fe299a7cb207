package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Log drivers, and files that are full: what is kept is read in order, once. */
class LogsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.withDefaults();

    @Test
    void linesAreFollowedAcrossFilesWhileTheyAreRotated() throws IOException, InterruptedException {
        BERTH.docker("run", "-d", "--name", "turns", "--log-opt", "max-size=20k", "--log-opt", "max-file=100", "busybox", "sh", "-c",
                "while [ ! -e /go ]; do usleep 10000; done; seq 5000; while [ ! -e /end ]; do usleep 10000; done; seq 5001 8000").ok();
        var follower = BERTH.dockerProcess("logs", "-f", "turns");
        BERTH.docker("exec", "turns", "touch", "/go").ok();
        Eventually.holds("the first lines are written", () -> BERTH.docker("logs", "--tail", "1", "turns").ok().equals("5000"));
        BERTH.docker("exec", "turns", "touch", "/end").ok();
        assertThat(new String(follower.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()).isEqualTo(numbers(1, 8000));
        assertThat(follower.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(BERTH.docker("logs", "turns").ok().lines().toList()).isEqualTo(numbers(1, 8000));
        assertThat(BERTH.docker("logs", "--tail", "3000", "turns").ok().lines().toList()).isEqualTo(numbers(5001, 8000));
        var files = files("turns");
        assertThat(files).hasSizeGreaterThan(10);
        for (var file : files) {
            assertThat(Files.size(file)).as(file.toString()).isLessThan(20_000 + 200);
        }
        BERTH.docker("rm", "turns").ok();
    }

    @Test
    void noLineIsLostWhileTheServiceIsAway() {
        BERTH.docker("run", "-d", "--name", "alone", "--log-opt", "max-size=5k", "--log-opt", "max-file=200", "busybox", "sh", "-c",
                "for i in $(seq 3000); do echo $i; [ $((i % 10)) = 0 ] && usleep 2000; done").ok();
        BERTH.kill();
        BERTH.start();
        assertThat(BERTH.docker("wait", "alone").ok()).isEqualTo("0");
        assertThat(BERTH.docker("logs", "alone").ok().lines().toList()).isEqualTo(numbers(1, 3000));
        BERTH.docker("rm", "alone").ok();
    }

    @Test
    void oldestLinesGoWhenTheFilesAreFull() throws IOException {
        BERTH.docker("run", "--name", "short", "--log-opt", "max-size=10k", "--log-opt", "max-file=3", "busybox", "seq", "5000").ok();
        assertThat(files("short")).hasSize(3);
        var lines = BERTH.docker("logs", "short").ok().lines().map(Integer::parseInt).toList();
        assertThat(lines).hasSizeLessThan(1000).isEqualTo(IntStream.rangeClosed(5001 - lines.size(), 5000).boxed().toList());
        BERTH.docker("rm", "short").ok();
    }

    @Test
    void driversAreNamedAndReadAsDockerDoes() {
        BERTH.docker("run", "--name", "local", "--log-driver", "local", "busybox", "echo", "kept").ok();
        assertThat(BERTH.docker("inspect", "-f", "{{.HostConfig.LogConfig.Type}}", "local").ok()).isEqualTo("local");
        assertThat(BERTH.docker("logs", "local").ok()).isEqualTo("kept");
        BERTH.docker("run", "--name", "none", "--log-driver", "none", "busybox", "echo", "gone").ok();
        assertThat(BERTH.docker("logs", "none").expect(1).err()).contains("configured logging driver does not support reading");
        assertThat(BERTH.docker("create", "--log-driver", "syslog", "busybox").expect(1).err()).contains("error looking up logging plugin syslog: plugin \"syslog\" not found");
        assertThat(BERTH.docker("create", "--log-opt", "max-size=much", "busybox").expect(1).err()).contains("invalid value for max-size");
        assertThat(BERTH.docker("ps", "-aq", "--filter", "status=created").ok()).isEmpty();
        BERTH.docker("rm", "local", "none").ok();
    }

    private static List<Path> files(String container) throws IOException {
        var log = Path.of(BERTH.docker("inspect", "-f", "{{.LogPath}}", container).ok());
        try (var files = Files.list(log.getParent())) {
            return files.filter(file -> file.getFileName().toString().startsWith(log.getFileName().toString())).toList();
        }
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }
}
