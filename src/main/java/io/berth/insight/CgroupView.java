package io.berth.insight;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cgroup of a container; of one that does not run, as it was at the end of its last run. What the kernel does not tell is null, never 0.
 *
 * @param state the word of the Docker Engine API
 * @param end null while it runs
 * @param folders by the names of their hierarchies; none when it does not run
 * @param oomKills how many of its processes the kernel killed for want of memory
 * @param missing what is not told at all, and why
 */
public record CgroupView(String state, @Nullable End end, int version, Map<String, String> folders, List<Gauge> gauges, @Nullable Cpu cpu,
        List<Pressure> pressure, @Nullable Long oomKills, @Nullable String oomPath, List<Missing> missing) {

    /** This, as it was when the run ended: the folders are gone. */
    CgroupView ended(String word, @Nullable End how) {
        return new CgroupView(word, how, version, Map.of(), gauges, cpu, pressure, oomKills, oomPath, missing);
    }

    /** What a gauge counts. */
    public enum Unit {
        BYTES, COUNT;

        /** As it is written in answers. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Something that is used up to a limit.
     *
     * @param limit null for none
     * @param peak the most that was used; null where the kernel keeps none
     */
    public record Gauge(String controller, String name, Unit unit, @Nullable Long used, @Nullable Long limit, @Nullable Long peak, String path,
            String limitPath, @Nullable String peakPath, String meaning) {}

    /**
     * Processor time.
     *
     * @param usageNanos since it was made
     * @param limitCpus how many CPUs it may use; null for all
     * @param periods of its quota that have passed, {@code throttledPeriods} in which it had used it up, {@code throttledNanos} its processes
     *     waited then, added up
     */
    public record Cpu(@Nullable Long usageNanos, String usagePath, @Nullable Double limitCpus, String limitPath, long periods, long throttledPeriods,
            long throttledNanos, String path) {}

    /**
     * How much of the time processes waited for a resource. Source: kernel, accounting/psi.
     *
     * @param some at least one of them
     * @param full all of them at once; null where the kernel does not tell
     */
    public record Pressure(String resource, Share some, @Nullable Share full, String path) {}

    /** Percent of the last 10, 60 and 300 seconds, and all there was. */
    public record Share(double avg10, double avg60, double avg300, long totalMicros) {}

    /** What this kernel does not offer. */
    public record Missing(String what, String why) {}
}
