package io.berth.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class ConsolePropertiesTests {

    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final DataSize SCROLLBACK = DataSize.ofKilobytes(256);

    @Test
    void boundsAreNamed() {
        assertThat(new ConsoleProperties(KEEP, 0, SCROLLBACK).scrollbackBytes()).isEqualTo(256 << 10);
        assertThatIllegalArgumentException().isThrownBy(() -> new ConsoleProperties(Duration.ZERO, 1, SCROLLBACK)).withMessageContaining("berth.console.keep");
        assertThatIllegalArgumentException().isThrownBy(() -> new ConsoleProperties(KEEP, -1, SCROLLBACK)).withMessageContaining("berth.console.sessions");
        assertThatIllegalArgumentException().isThrownBy(() -> new ConsoleProperties(KEEP, 1, DataSize.ofKilobytes(3))).withMessageContaining("berth.console.scrollback");
        assertThatIllegalArgumentException().isThrownBy(() -> new ConsoleProperties(KEEP, 1, DataSize.ofMegabytes(65))).withMessageContaining("berth.console.scrollback");
    }
}
