package io.berth.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Healthcheck;
import io.berth.runtime.RunRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class HealthRulesTests {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private static ContainerConfig config(Map<String, Object> healthcheck) {
        return JSON.convertValue(Map.of("Healthcheck", healthcheck, "Shell", List.of("/bin/ash", "-ec")), ContainerConfig.class);
    }

    @Test
    void eachFormGivesItsProgram() {
        assertThat(HealthRules.of(config(Map.of("Test", List.of("CMD", "curl", "-f", "host")))).orElseThrow().argv()).containsExactly("curl", "-f", "host");
        assertThat(HealthRules.of(config(Map.of("Test", List.of("CMD-SHELL", "test -e /x")))).orElseThrow().argv())
                .containsExactly("/bin/ash", "-ec", "test -e /x");
        assertThat(HealthRules.of(config(Map.of("Test", List.of("NONE"))))).isEmpty();
        assertThat(HealthRules.of(config(Map.of("Interval", 1_000_000)))).isEmpty();
        assertThat(HealthRules.of(JSON.convertValue(Map.of(), ContainerConfig.class))).isEmpty();
    }

    @Test
    void whatIsNotSaidIsDockersDefault() {
        var rule = HealthRules.of(config(Map.of("Test", List.of("CMD", "true"), "Timeout", 2_000_000_000L))).orElseThrow().rule();
        assertThat(rule.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(rule.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(rule.startPeriod()).isZero();
        assertThat(rule.startInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(rule.retries()).isEqualTo(3);
    }

    @Test
    void whatCannotBeIsRefusedByItsField() {
        assertThatCode(() -> HealthRules.check(new Healthcheck(List.of("CMD", "true"), 1_000_000, 0, 0, 0, 0))).doesNotThrowAnyException();
        assertThatThrownBy(() -> HealthRules.check(new Healthcheck(List.of(), 999_999, 0, 0, 0, 0))).isInstanceOf(InvalidArgumentException.class)
                .hasMessage("Interval in Healthcheck cannot be less than 1ms");
        assertThatThrownBy(() -> HealthRules.check(new Healthcheck(List.of(), 0, -1, 0, 0, 0))).hasMessageContaining("Timeout");
        assertThatThrownBy(() -> HealthRules.check(new Healthcheck(List.of(), 0, 0, 0, 0, -1))).hasMessageContaining("Retries");
        assertThatThrownBy(() -> HealthRules.check(new Healthcheck(List.of("HTTP", "/"), 0, 0, 0, 0, 0))).hasMessageContaining("HTTP");
    }

    @Test
    void lastFiveLooksAreKept() {
        var health = Health.starting();
        for (int i = 1; i <= 7; i++) {
            health = health.after(new RunRecord.Probed(i, Instant.ofEpochSecond(i), Instant.ofEpochSecond(i), i, RunRecord.ProbeEnd.ENDED,
                    RunRecord.Health.UNHEALTHY, i, false, ""), "");
        }
        assertThat(health.log()).extracting(Health.Result::code).containsExactly(3, 4, 5, 6, 7);
        assertThat(health.word()).isEqualTo("unhealthy");
        assertThat(health.streak()).isEqualTo(7);
    }
}
