package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessTableTests {

    private static final int OWN = (int) ProcessHandle.current().pid();

    @ParameterizedTest
    @CsvSource({"-ef, UID PID PPID C STIME TTY TIME CMD", "'', UID PID PPID C STIME TTY TIME CMD", "-e -f, UID PID PPID C STIME TTY TIME CMD",
        "aux, USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND", "waux, USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
        "-aux, USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND", "ax, PID TTY STAT TIME COMMAND", "-e, PID TTY TIME CMD",
        "'-o pid,ppid,comm', PID PPID COMMAND", "'-eo pid -o args', PID COMMAND", "'axo pid,stat', PID STAT", "'-opid', PID",
        "--format=pid, PID"})
    void titlesAreThoseOfPs(String arguments, String titles) {
        var table = ProcessTable.of(List.of(OWN), arguments);
        assertThat(String.join(" ", table.titles())).isEqualTo(titles);
        assertThat(table.processes()).hasSize(1);
        assertThat(table.processes().getFirst()).hasSameSizeAs(table.titles()).contains(Integer.toString(OWN));
    }

    @Test
    void aProcessThatHasEndedIsLeftOut() {
        assertThat(ProcessTable.of(List.of(OWN, Integer.MAX_VALUE), "-ef").processes()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-o comm", "-o", "-o pid=X", "--forest", "-ef; id", "-o nonsense,pid", "-C sh", "xy"})
    void otherArgumentsAreRefused(String arguments) {
        assertThatThrownBy(() -> ProcessTable.of(List.of(OWN), arguments)).isInstanceOf(InvalidArgumentException.class);
    }
}
