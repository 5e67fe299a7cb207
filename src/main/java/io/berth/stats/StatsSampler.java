package io.berth.stats;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.LiveContainers;
import io.berth.network.NetworkMode;
import io.berth.stats.ContainerSample.NetworkCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Takes samples of running containers. Safe for use by many threads. Source: proc(5), stat, meminfo, net/dev. */
@Component
public class StatsSampler {

    private static final long NANOS_PER_TICK = 10_000_000;
    private static final int CPU_FIELDS = 8;

    private final LiveContainers live;

    StatsSampler(LiveContainers live) {
        this.live = live;
    }

    /** A sample; empty when the container does not run. */
    public Optional<ContainerSample> sample(Container container) {
        if (!(container.state() instanceof ContainerState.Running running)) {
            return Optional.empty();
        }
        return live.cgroup(container.id()).map(cgroup -> new ContainerSample(cgroup.read(), networks(container, running.pid()), hostCpuNanos(),
                Runtime.getRuntime().availableProcessors(), hostMemoryBytes()));
    }

    private static Map<String, NetworkCounters> networks(Container container, int pid) {
        var mode = NetworkMode.parse(container.hostConfig().networkMode());
        if (!(mode instanceof NetworkMode.Connected)) {
            return Map.of();
        }
        try {
            var counters = new TreeMap<String, NetworkCounters>();
            for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), "net/dev"))) {
                int colon = line.indexOf(':');
                String name = colon < 0 ? "lo" : line.substring(0, colon).strip();
                if (!name.equals("lo")) {
                    counters.put(name, counters(line.substring(colon + 1).strip().split("\\s+")));
                }
            }
            return counters;
        } catch (IOException ended) {
            // It ended between the question and the look at it.
            return Map.of();
        }
    }

    private static NetworkCounters counters(String[] fields) {
        return new NetworkCounters(number(fields[0]), number(fields[1]), number(fields[2]), number(fields[3]), number(fields[8]),
                number(fields[9]), number(fields[10]), number(fields[11]));
    }

    /** user, nice, system, idle, iowait, irq, softirq and steal of all CPUs. */
    private static long hostCpuNanos() {
        String[] fields = lines(Path.of("/proc/stat")).getFirst().split("\\s+");
        long ticks = 0;
        for (int i = 1; i <= CPU_FIELDS && i < fields.length; i++) {
            ticks += number(fields[i]);
        }
        return ticks * NANOS_PER_TICK;
    }

    private static long hostMemoryBytes() {
        return lines(Path.of("/proc/meminfo")).stream().filter(line -> line.startsWith("MemTotal:")).findFirst()
                .map(line -> number(line.split("\\s+")[1]) << 10).orElse(0L);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + file, failure);
        }
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }
}
