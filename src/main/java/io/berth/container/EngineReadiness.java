package io.berth.container;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** UP when the containers of an earlier run have been taken up. */
@Component("engine")
class EngineReadiness implements HealthIndicator {

    private final Recovery recovery;

    EngineReadiness(Recovery recovery) {
        this.recovery = recovery;
    }

    @Override
    public Health health() {
        return recovery.isDone() ? Health.up().build() : Health.down().withDetail("recovery", "running").build();
    }
}
