package io.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealtimeBudgetTests {

    @TempDir
    private Path mount;

    private Path engine;

    @BeforeEach
    void hierarchy() throws IOException {
        cgroup(mount, 1_000_000, 950_000);
        engine = cgroup(mount.resolve("engine"), 1_000_000, 0);
    }

    @Test
    void thoseAboveGetWhatIsNeededAndNoMore() throws IOException {
        var container = cgroup(engine.resolve("a"), 1_000_000, 0);

        grant(container, 100_000, 1_000);

        assertThat(runtime(engine)).isEqualTo(10_000);
        assertThat(runtime(container)).isEqualTo(1_000);
        assertThat(runtime(mount)).as("the host's own").isEqualTo(950_000);
    }

    @Test
    void neighboursAreCountedAndOwnShareOnce() throws IOException {
        var first = cgroup(engine.resolve("a"), 1_000_000, 0);
        var second = cgroup(engine.resolve("b"), 1_000_000, 0);

        grant(first, 0, 200_000);
        grant(second, 0, 300_000);
        assertThat(runtime(engine)).isEqualTo(500_000);

        grant(second, 0, 400_000);
        assertThat(runtime(engine)).isEqualTo(600_000);
    }

    @Test
    void whatIsThereIsNotTakenAway() throws IOException {
        var container = cgroup(engine.resolve("a"), 1_000_000, 0);
        Files.writeString(engine.resolve(RealtimeBudget.RUNTIME), "700000\n");

        grant(container, 0, 100_000);

        assertThat(runtime(engine)).isEqualTo(700_000);
    }

    private static void grant(Path cgroup, long period, long runtime) {
        var writes = new CgroupWrites();
        RealtimeBudget.grant(cgroup, period, runtime, writes);
        writes.apply();
    }

    private static Path cgroup(Path folder, long period, long runtime) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(RealtimeBudget.PERIOD), period + "\n");
        Files.writeString(folder.resolve(RealtimeBudget.RUNTIME), runtime + "\n");
        return folder;
    }

    private static long runtime(Path cgroup) throws IOException {
        // A plain file keeps the rest of a longer value that was there; the kernel's do not.
        return Long.parseLong(Files.readString(cgroup.resolve(RealtimeBudget.RUNTIME)).lines().findFirst().orElseThrow().strip());
    }
}
