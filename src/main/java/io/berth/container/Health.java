package io.berth.container;

import io.berth.runtime.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is known of a container's health. Immutable.
 *
 * @param streak failures in a row
 * @param log the last looks at it, oldest first
 */
public record Health(RunRecord.Health health, int streak, List<Result> log) {

    private static final int KEPT = 5;

    /** @param code exit code of the probe; -1 when it ran out of time or was not started */
    public record Result(Instant start, Instant end, int code, String output) {}

    public Health {
        log = List.copyOf(log);
    }

    /** Of a run that begins. */
    static Health starting() {
        return new Health(RunRecord.Health.STARTING, 0, List.of());
    }

    Health after(RunRecord.Probed probed, String output) {
        var results = new ArrayList<>(log);
        results.add(new Result(probed.at(), probed.end(), probed.code(), output));
        return new Health(probed.health(), probed.streak(), results.subList(Math.max(0, results.size() - KEPT), results.size()));
    }

    /** {@code starting}, {@code healthy} or {@code unhealthy}. */
    public String word() {
        return health.name().toLowerCase(Locale.ROOT);
    }
}
