package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Healthcheck;
import io.berth.runtime.HealthRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a container's health is looked at. Source: Docker Engine API 1.51, HealthConfig.
 *
 * @param argv of the probe
 */
record HealthRules(HealthRule rule, List<String> argv) {

    private static final long SHORTEST = 1_000_000;
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration START_INTERVAL = Duration.ofSeconds(5);
    private static final int RETRIES = 3;
    private static final Set<String> KINDS = Set.of("NONE", "CMD", "CMD-SHELL");

    /** @throws InvalidArgumentException a value of it cannot be */
    static void check(@Nullable Healthcheck asked) {
        if (asked == null) {
            return;
        }
        notTooShort("Interval", asked.intervalNanos());
        notTooShort("Timeout", asked.timeoutNanos());
        notTooShort("StartPeriod", asked.startPeriodNanos());
        notTooShort("StartInterval", asked.startIntervalNanos());
        if (asked.retries() < 0) {
            throw new InvalidArgumentException("Retries in Healthcheck cannot be negative");
        }
        if (!asked.test().isEmpty() && !KINDS.contains(asked.test().getFirst())) {
            throw new InvalidArgumentException("Test in Healthcheck cannot be of type '" + asked.test().getFirst()
                    + "': use one of 'NONE', 'CMD', or 'CMD-SHELL'");
        }
    }

    private static void notTooShort(String field, long nanos) {
        if (nanos != 0 && nanos < SHORTEST) {
            throw new InvalidArgumentException(field + " in Healthcheck cannot be less than 1ms");
        }
    }

    /** Empty when nobody looks at it. */
    static Optional<HealthRules> of(ContainerConfig config) {
        var check = config.healthcheck();
        if (check == null || check.test().size() < 2) {
            return Optional.empty();
        }
        var words = check.test().subList(1, check.test().size());
        return switch (check.test().getFirst()) {
            case "CMD" -> Optional.of(new HealthRules(rule(check), words));
            case "CMD-SHELL" -> {
                var argv = new ArrayList<>(config.shell() == null || config.shell().isEmpty() ? List.of("/bin/sh", "-c") : config.shell());
                argv.addAll(words);
                yield Optional.of(new HealthRules(rule(check), argv));
            }
            default -> Optional.empty();
        };
    }

    private static HealthRule rule(Healthcheck check) {
        return new HealthRule(or(check.intervalNanos(), INTERVAL), or(check.timeoutNanos(), INTERVAL), Duration.ofNanos(check.startPeriodNanos()),
                or(check.startIntervalNanos(), START_INTERVAL), check.retries() == 0 ? RETRIES : check.retries());
    }

    private static Duration or(long nanos, Duration otherwise) {
        return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
    }

    /** The exec that a probe is. */
    ExecSpec probe(ContainerId id) {
        return new ExecSpec(id, argv, false, false, true, true, "", "", List.of(), false, "", 0, 0, null);
    }
}
