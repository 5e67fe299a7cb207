package io.berth.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.instance.Instance;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** Logs of removed containers: for a while, within their room, and nothing is left when something fails. */
class KeptLogsTests {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    @TempDir
    private Path root;

    private KeptLogs open(Instant now, Duration keep, DataSize size) throws IOException {
        return new KeptLogs(new Instance("berth", root, Path.of("/run/berth"), ""), new LogProperties(keep, size), Clock.fixed(now, ZoneOffset.UTC));
    }

    private KeptLogs open(Instant now) throws IOException {
        return open(now, Duration.ofHours(24), DataSize.ofMegabytes(1));
    }

    private static KeptLog about(String id, Instant removed) {
        return new KeptLog(id, "web", "nginx:1", NOW.minusSeconds(60), removed);
    }

    /** A container's log in two files. */
    private Path write(String id, int bytes) throws IOException {
        var folder = Files.createDirectories(root.resolve("containers").resolve(id));
        Files.writeString(folder.resolve(id + "-json.log.1"), "1".repeat(bytes));
        Files.writeString(folder.resolve(id + "-json.log.2.99.tmp"), "unfinished");
        Files.writeString(folder.resolve("hostname"), "secret");
        return Files.writeString(folder.resolve(id + "-json.log"), "2".repeat(bytes));
    }

    private List<String> kept() throws IOException {
        try (var all = Files.walk(root.resolve("kept-logs"))) {
            return all.filter(Files::isRegularFile).map(file -> root.resolve("kept-logs").relativize(file).toString().replaceAll("(.)\\1{63}", "$1")).sorted().toList();
        }
    }

    @Test
    void howLongALogWouldBeKeptIsSaidBefore() throws IOException {
        var log = write(A, 10);
        try (var logs = open(NOW)) {
            assertThat(logs.promised(log)).contains(Duration.ofHours(24));
            assertThat(logs.promised(write(B, 1_000_000))).as("larger than all may be").contains(Duration.ZERO);
            assertThat(logs.promised(write(B, 0))).as("nothing printed").isEmpty();
        }
        try (var none = open(NOW, Duration.ZERO, DataSize.ofMegabytes(1))) {
            assertThat(none.promised(log)).contains(Duration.ZERO);
        }
    }

    @Test
    void filesOfTheLogAndNothingElseAreKeptAndFoundAgain() throws IOException {
        var log = write(A, 10);
        try (var logs = open(NOW)) {
            logs.keep(about(A, NOW), log);
            assertThat(kept()).containsExactly("a/a-json.log", "a/a-json.log.1", "a/kept.json");
            Files.writeString(log, "written after that");
            logs.keep(about(A, NOW.plusSeconds(1)), log);
            assertThat(logs.list()).as("what is kept already stays").containsExactly(about(A, NOW));
        }
        try (var again = open(NOW.plus(Duration.ofHours(23)))) {
            assertThat(again.list()).containsExactly(about(A, NOW));
            assertThat(again.find(A)).contains(about(A, NOW));
            assertThat(again.find("aaaaaaaaaaaa")).contains(about(A, NOW));
            assertThat(again.find("web")).as("names are given again").isEmpty();
            assertThat(again.path(about(A, NOW))).as("it is one file with that of the container, which takes no room twice").hasContent("written after that");
            again.remove(about(A, NOW));
            assertThat(kept()).isEmpty();
        }
    }

    @Test
    void theyGoAfterTheirTime() throws IOException {
        try (var logs = open(NOW)) {
            logs.keep(about(A, NOW), write(A, 10));
        }
        try (var later = open(NOW.plus(Duration.ofHours(24)))) {
            assertThat(later.list()).isEmpty();
            assertThat(root.resolve("kept-logs")).isEmptyDirectory();
        }
    }

    @Test
    void oldestMakeRoom() throws IOException {
        try (var logs = open(NOW)) {
            logs.keep(about(A, NOW), write(A, 300_000));
            logs.keep(about(B, NOW.plusSeconds(1)), write(B, 300_000));
            assertThat(logs.list()).containsExactly(about(B, NOW.plusSeconds(1)));
            var large = write("c".repeat(64), 1 << 20);
            logs.keep(about("c".repeat(64), NOW), large);
            assertThat(large).as("more than all the room").exists();
            assertThat(logs.list()).hasSize(1);
        }
        try (var smaller = open(NOW, Duration.ofHours(1), DataSize.ofKilobytes(100))) {
            assertThat(smaller.list()).isEmpty();
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void nothingIsKeptOfWhatPrintedNothingOrWhenNothingIsToBe() throws IOException {
        var empty = write(A, 0);
        try (var logs = open(NOW)) {
            logs.keep(about(A, NOW), empty);
            assertThat(logs.list()).isEmpty();
        }
        try (var none = open(NOW, Duration.ZERO, DataSize.ofMegabytes(1))) {
            none.keep(about(B, NOW), write(B, 10));
            assertThat(none.list()).isEmpty();
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void failureHalfwayAndWhatAnEarlierRunLeftLeaveNothing() throws IOException {
        try (var logs = open(NOW)) {
            var log = write(A, 10);
            // In the way of the last step.
            Files.createDirectories(root.resolve("kept-logs").resolve(A).resolve("something"));
            assertThatThrownBy(() -> logs.keep(about(A, NOW), log)).isInstanceOf(IOException.class).isNotInstanceOf(FileAlreadyExistsException.class);
            assertThat(kept()).isEmpty();
            assertThat(logs.list()).isEmpty();
            assertThat(log).as("what could not be kept is where it was").hasContent("2".repeat(10));
            assertThat(log.resolveSibling(A + "-json.log.1")).hasContent("1".repeat(10));
        }
        Files.writeString(Files.createDirectories(root.resolve("kept-logs").resolve(B + ".part")).resolve(B + "-json.log"), "half");
        try (var again = open(NOW)) {
            assertThat(again.list()).isEmpty();
            assertThat(root.resolve("kept-logs")).isEmptyDirectory();
        }
    }

    @Test
    void settingsBelowZeroAreRefused() {
        assertThatThrownBy(() -> new LogProperties(Duration.ofSeconds(-1), DataSize.ofBytes(1))).isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("berth.log.kept-after-removal");
    }
}
