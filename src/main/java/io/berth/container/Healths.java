package io.berth.container;

import io.berth.runtime.RunRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * The health of containers that are looked after. It is in memory; after a start of the service it comes back from the records of the shims.
 * Safe for use by many threads.
 */
@Component
public class Healths {

    private final Map<ContainerId, Health> all = new ConcurrentHashMap<>();

    /** Empty when nobody looks at it, or it never ran. One that does not run is unhealthy, as Docker has it. */
    public Optional<Health> find(Container container) {
        return Optional.ofNullable(all.get(container.id())).map(health -> container.state() instanceof ContainerState.Running ? health
                : new Health(RunRecord.Health.UNHEALTHY, health.streak(), health.log()));
    }

    /** The word for it: {@code none} when nobody looks at it. */
    public String word(Container container) {
        return find(container).map(Health::word).orElse("none");
    }

    /** A run begins. */
    void begin(Container container) {
        if (HealthRules.of(container.config()).isPresent()) {
            all.put(container.id(), Health.starting());
        }
    }

    void take(Container container, RunRecord.Probed probed) {
        var rules = HealthRules.of(container.config());
        if (rules.isPresent()) {
            var output = probed.reason() == RunRecord.ProbeEnd.TIMED_OUT
                    ? "Health check exceeded timeout (" + text(rules.get().rule().timeout()) + "): " + probed.output() : probed.output();
            all.put(container.id(), all.getOrDefault(container.id(), Health.starting()).after(probed, output));
        }
    }

    void forget(ContainerId id) {
        all.remove(id);
    }

    /** As Go writes it: {@code 30s}, {@code 500ms}. */
    private static String text(Duration length) {
        return length.toMillisPart() == 0 ? length.toSeconds() + "s" : length.toMillis() + "ms";
    }
}
