package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StatusTextTests {

    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private static String of(ContainerState state, String health) {
        return StatusText.of(ContainerDocument.lost(ContainerId.random(), "name", NOW, "").in(state), health, NOW);
    }

    @Test
    void saysWhatClientsShow() {
        assertThat(of(new ContainerState.Created(0, ""), "")).isEqualTo("Created");
        assertThat(of(new ContainerState.Running(1, NOW.minusSeconds(180), false), "")).isEqualTo("Up 3 minutes");
        assertThat(of(new ContainerState.Running(1, NOW.minusSeconds(2), true), "healthy")).isEqualTo("Up 2 seconds (Paused)");
        assertThat(of(new ContainerState.Running(1, NOW.minusSeconds(180), false), "healthy")).isEqualTo("Up 3 minutes (healthy)");
        assertThat(of(new ContainerState.Running(1, NOW.minusSeconds(180), false), "starting")).isEqualTo("Up 3 minutes (health: starting)");
        assertThat(of(new ContainerState.Restarting(1, false, NOW, NOW.minusSeconds(5)), "unhealthy")).isEqualTo("Restarting (1) 5 seconds ago");
        assertThat(of(new ContainerState.Exited(137, false, "", NOW, NOW.minusSeconds(7200)), "")).isEqualTo("Exited (137) 2 hours ago");
        assertThat(of(new ContainerState.Dead("damaged"), "")).isEqualTo("Dead");
    }
}
