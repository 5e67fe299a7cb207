package io.berth.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunRecordTests {

    private static final Instant AT = Instant.ofEpochSecond(1_700_000_000, 5);
    private static final String TIME = "1700000000000000005";

    @Test
    void everyKindIsRead() {
        assertThat(RunRecord.parse("7 started " + TIME + " 4711 2")).contains(new RunRecord.Started(7, AT, 4711, 2));
        assertThat(RunRecord.parse("8 exited " + TIME + " 137 1 2 400")).contains(new RunRecord.Exited(8, AT, 137, true, 2, Duration.ofMillis(400)));
        assertThat(RunRecord.parse("8 exited " + TIME + " 0 0 2 -")).contains(new RunRecord.Exited(8, AT, 0, false, 2, null));
        assertThat(RunRecord.parse("9 cancelled " + TIME)).contains(new RunRecord.Cancelled(9, AT));
        assertThat(RunRecord.parse("10 probe " + TIME + " " + TIME + " -1 1 2 3 1 6f750a"))
                .contains(new RunRecord.Probed(10, AT, AT, -1, RunRecord.ProbeEnd.TIMED_OUT, RunRecord.Health.UNHEALTHY, 3, true, "ou\n"));
        var failed = (RunRecord.Failed) RunRecord.parse("11 failed " + TIME + " 43 2 1 /no/such program").orElseThrow();
        assertThat(failed.cause().isProgramMissing()).isTrue();
        assertThat(failed.cause()).hasMessage("/no/such program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "7 started", "7 started 12", "7 started x 1 2", "x started 1 2 3", "7 exited 1 2 0 0", "7 probe 1 2 0 9 9 0 0 -",
            "7 probe 1 2 0 0 1 0 0 6f7", "7 failed 1 2 3", "7 slept 1"})
    void whatIsTornIsNoRecord(String line) {
        assertThat(RunRecord.parse(line)).isEmpty();
    }

    @Test
    void filesAreReadInTheirOrderAndTornLinesPassedOver(@TempDir Path folder) throws IOException {
        var records = new RunRecords(folder.resolve("runs"));
        assertThat(records.after(0)).isEmpty();
        Files.writeString(folder.resolve("runs.1"), "1 cancelled 1\n2 cancelled 2\n");
        Files.writeString(folder.resolve("runs"), "3 cancelled 3\n4 canc");
        assertThat(records.after(1)).extracting(RunRecord::number).containsExactly(2L, 3L);
        records.delete();
        assertThat(folder).isEmptyDirectory();
    }
}
