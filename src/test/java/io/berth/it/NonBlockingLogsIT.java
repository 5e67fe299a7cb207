package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers whose log is not waited for, on a disk that takes nothing for a while. What they do meanwhile is seen in a file system in memory. */
class NonBlockingLogsIT {

    @RegisterExtension
    static final BerthInstance BERTH = BerthInstance.onDiskOf("64m");

    private static final Pattern NOTICE = Pattern.compile("\\[berth] ([0-9]+) bytes of output are missing here: they could not be logged");
    private static final String PRINT = "while [ ! -e /t/go ]; do usleep 10000; done; seq ";

    @Test
    void linesWaitForAFullDisk() throws IOException {
        var patient = start("patient", 5000, "--log-opt", "mode=non-blocking");
        var small = start("small", 5000, "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=20k");
        Path ballast = BERTH.dataRoot().resolve("ballast");
        Command.run("dd", "if=/dev/zero", "of=" + ballast, "bs=4k", "oflag=append", "conv=notrunc,fsync");
        go(patient);
        go(small);
        Files.delete(ballast);

        Eventually.holds("all that has waited is written", () -> BERTH.docker("logs", "--tail", "1", "patient").ok().equals("line number 5000"));
        assertThat(BERTH.docker("logs", "patient").ok().lines().toList()).isEqualTo(lines(5000));
        Eventually.holds("what is missing is told", () -> BERTH.docker("logs", "small").ok().contains("[berth]"));
        expectTold(BERTH.docker("logs", "small").ok().lines().toList(), 5000);
        assertThat(BERTH.docker("logs", "small").ok().lines().toList()).hasSizeLessThan(1000);
        BERTH.docker("rm", "-f", "patient", "small").ok();
    }

    @Test
    void frozenDiskStopsOnlyWhoWaitsForIt() throws IOException {
        var free = start("free", 30000, "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=100k");
        var waits = start("waits", 30000);
        assumeTrue(Command.run("fsfreeze", "-f", BERTH.dataRoot().toString()).exitCode() == 0, "the disk is a file system that can be frozen");
        try {
            Files.createFile(waits.resolve("go"));
            go(free);
            assertThat(waits.resolve("done")).doesNotExist();
        } finally {
            Command.run("fsfreeze", "-u", BERTH.dataRoot().toString()).ok();
        }
        Eventually.holds("who waited goes on", () -> Files.exists(waits.resolve("done")));
        Eventually.holds("all is logged", () -> BERTH.docker("logs", "--tail", "1", "waits").ok().equals("line number 30000"));
        assertThat(BERTH.docker("logs", "waits").ok().lines().toList()).isEqualTo(lines(30000));
        Eventually.holds("what is missing is told", () -> BERTH.docker("logs", "free").ok().contains("[berth]"));
        expectTold(BERTH.docker("logs", "free").ok().lines().toList(), 30000);
        BERTH.docker("rm", "-f", "free", "waits").ok();
    }

    @Test
    void undisturbedItIsALogAsEveryOther() {
        BERTH.docker("run", "--name", "calm", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=64m", "--log-opt", "max-size=20k",
                "--log-opt", "max-file=200", "--log-opt", "compress=true", "busybox", "sh", "-c", "seq 20000 | sed 's,^,line number ,'").ok();
        assertThat(BERTH.docker("logs", "calm").ok().lines().toList()).isEqualTo(lines(20000));
        assertThat(BERTH.docker("start", "-a", "calm").ok().lines().toList()).isEqualTo(lines(20000));
        assertThat(BERTH.docker("logs", "calm").ok().lines().count()).isEqualTo(40000);
        assertThat(BERTH.docker("create", "--name", "silent", "--log-opt", "mode=non-blocking", "busybox").err()).isEmpty();
        BERTH.docker("rm", "calm", "silent").ok();
    }

    /** A container that prints so many lines when it is told to; returns its folder in memory. */
    private static Path start(String name, int lines, String... options) {
        var command = new ArrayList<>(List.of("run", "-d", "--name", name, "--tmpfs", "/t"));
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "sh", "-c", PRINT + lines + " | sed 's,^,line number ,'; touch /t/done; sleep 1000"));
        BERTH.docker(command.toArray(String[]::new)).ok();
        return Path.of("/proc", BERTH.docker("inspect", "-f", "{{.State.Pid}}", name).ok(), "root/t");
    }

    private static void go(Path folder) throws IOException {
        Files.createFile(folder.resolve("go"));
        Eventually.holds("it has printed all", () -> Files.exists(folder.resolve("done")));
    }

    /** What is there and what is said to be missing is all, and in order. */
    private static void expectTold(List<String> read, int printed) {
        long missing = read.stream().map(NOTICE::matcher).filter(match -> match.matches()).mapToLong(match -> Long.parseLong(match.group(1))).sum();
        var kept = read.stream().filter(line -> !NOTICE.matcher(line).matches()).toList();
        assertThat(missing).isPositive();
        assertThat(kept).isSubsetOf(lines(printed)).doesNotHaveDuplicates();
        assertThat(kept.subList(0, 100)).isEqualTo(lines(100));
        assertThat(missing + length(kept)).isEqualTo(length(lines(printed)));
    }

    private static long length(List<String> lines) {
        return lines.stream().mapToLong(line -> line.length() + 1).sum();
    }

    private static List<String> lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(number -> "line number " + number).toList();
    }
}
