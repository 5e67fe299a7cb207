package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The whole on a host with cgroup v2, AppArmor, quotas of projects and an older kernel, whatever this host is: {@code src/test/uml/run}.
 * Beside the others: it has nothing in common with them.
 */
@Execution(ExecutionMode.CONCURRENT)
class CgroupV2IT {

    private static final long SECONDS = 600;

    @TempDir
    Path folder;

    @Test
    void limitsOomKillFreezeAndStatsOnCgroupV2() throws IOException, InterruptedException {
        assumeTrue(Command.run("sh", "-c", "command -v linux.uml").exitCode() == 0, "User-Mode-Linux is not packaged for this distribution");
        // Not below /tmp: the machine sees this one's files, and nothing that is mounted over them.
        var arguments = Path.of("target/uml-arguments").toAbsolutePath();
        Files.write(arguments, List.of("-cp", '"' + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")) + '"', "io.berth.it.TestRun",
                "io.berth.runtime.CgroupV2Tests", "io.berth.runtime.DeviceProgramTests", "io.berth.storage.LayerQuotasTests"));
        var log = folder.resolve("log");
        var machine = new ProcessBuilder("src/test/uml/run", ServiceProgram.unpacked().toString(), arguments.toString()).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
        try {
            assertThat(machine.waitFor(SECONDS, TimeUnit.SECONDS)).as("the machine ended; its log so far:\n" + Files.readString(log)).isTrue();
        } finally {
            machine.descendants().forEach(ProcessHandle::destroyForcibly);
            machine.destroyForcibly();
        }
        var lines = Files.readAllLines(log).stream().map(String::strip).toList();
        assumeTrue(lines.stream().anyMatch(line -> line.startsWith("booted ")), "User-Mode-Linux does not start here:\n" + String.join("\n", lines));
        assertThat(lines).as("the log:\n" + String.join("\n", lines)).noneMatch(line -> line.startsWith("not ok ")).contains("done");
        assertThat(lines.stream().filter(line -> line.startsWith("ok "))).hasSizeGreaterThan(30);
    }
}
