package io.berth.stats;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.Containers;
import io.berth.container.LiveContainers;
import io.berth.runtime.CgroupUsage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * What all running containers use, looked at once a second for all who watch, and never while nobody does. Safe for use by many threads.
 */
@Component
public class UsageRounds {

    /** A round is good for so long: a little less than the pace at which it is asked for. */
    private static final Duration FRESH = Duration.ofMillis(900);
    /** Between rounds further apart, since nobody watched, no load is told: it would be of a time long gone. */
    private static final Duration APART = Duration.ofSeconds(5);
    private static final double PERCENT = 100;

    private final Supplier<Map<String, CgroupUsage>> usages;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private Map<String, Long> cpuNanos = Map.of();
    private long takenNanos;
    private @Nullable Round last;

    /** @param items by id */
    public record Round(Instant at, List<Item> items) {}

    /**
     * What one container uses; null is what is not known, or not yet.
     *
     * @param cpuPercent of one CPU, since the round before
     * @param memoryBytes without the file cache that would be given up first
     */
    public record Item(String id, @Nullable Double cpuPercent, @Nullable Long memoryBytes) {}

    @Autowired
    UsageRounds(Containers containers, LiveContainers live, Clock clock) {
        this(() -> running(containers, live), clock, System::nanoTime);
    }

    UsageRounds(Supplier<Map<String, CgroupUsage>> usages, Clock clock, LongSupplier nanoTime) {
        this.usages = usages;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    private static Map<String, CgroupUsage> running(Containers containers, LiveContainers live) {
        var found = new TreeMap<String, CgroupUsage>();
        for (Container container : containers.list()) {
            if (container.state() instanceof ContainerState.Running) {
                live.cgroup(container.id()).ifPresent(cgroup -> found.put(container.id().value(), cgroup.usage()));
            }
        }
        return found;
    }

    /** The round of this second. Who asks first takes it, the others get the same. */
    public synchronized Round current() {
        long now = nanoTime.getAsLong();
        var known = last;
        if (known != null && now - takenNanos < FRESH.toNanos()) {
            return known;
        }
        boolean comparable = known != null && now - takenNanos < APART.toNanos();
        var counted = new HashMap<String, Long>();
        var found = usages.get();
        long elapsed = now - takenNanos;
        var items = found.entrySet().stream().map(one -> {
            Long nanos = one.getValue().cpuNanos();
            if (nanos != null) {
                counted.put(one.getKey(), nanos);
            }
            return new Item(one.getKey(), comparable ? percent(cpuNanos.get(one.getKey()), nanos, elapsed) : null, one.getValue().memoryBytes());
        }).toList();
        cpuNanos = counted;
        takenNanos = now;
        var round = new Round(clock.instant(), items);
        last = round;
        return round;
    }

    /** In tenths. A counter that went back has begun again, with a new run: nothing is known then. */
    private static @Nullable Double percent(@Nullable Long before, @Nullable Long now, long elapsedNanos) {
        return before == null || now == null || now < before ? null : Math.round(10 * PERCENT * (now - before) / elapsedNanos) / 10.0;
    }
}
