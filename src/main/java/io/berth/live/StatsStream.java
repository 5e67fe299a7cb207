package io.berth.live;

import io.berth.container.Containers;
import io.berth.container.Container;
import io.berth.runtime.CgroupReading.BlockCount;
import io.berth.stats.ContainerSample;
import io.berth.stats.StatsSampler;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A sample of a container each second, until it stops. */
final class StatsStream implements LiveStream {

    private static final double PERCENT = 100;

    private final Containers containers;
    private final StatsSampler sampler;
    private final Container container;
    private final LiveSender sender;
    private final CountDownLatch closed = new CountDownLatch(1);

    StatsStream(Containers containers, StatsSampler sampler, Container container, LiveSender sender) {
        this.containers = containers;
        this.sampler = sampler;
        this.container = container;
        this.sender = sender;
    }

    /** On the wire; counters are totals, what is null is not offered or not limited. */
    record Reading(String at, double cpuPercent, @Nullable Double cpuLimitPercent, @Nullable Long memoryBytes, @Nullable Long memoryLimitBytes,
            long hostMemoryBytes, @Nullable Long networkRxBytes, @Nullable Long networkTxBytes, @Nullable Long blockReadBytes,
            @Nullable Long blockWriteBytes, @Nullable Long pids) {}

    @Override
    public void run() throws IOException, InterruptedException {
        ContainerSample before = null;
        do {
            var now = containers.find(container.id()).flatMap(sampler::sample).orElse(null);
            if (now == null) {
                sender.json(Map.of("type", "end"));
                return;
            }
            if (before != null) {
                sender.json(reading(now, before));
            }
            before = now;
        } while (!closed.await(1, TimeUnit.SECONDS));
    }

    private Reading reading(ContainerSample now, ContainerSample before) {
        var cgroup = now.cgroup();
        var host = container.hostConfig();
        Double limit = host.nanoCpus() > 0 ? Double.valueOf(host.nanoCpus() / 1e9 * PERCENT) : null;
        var networks = now.networks().values();
        return new Reading(cgroup.at().toString(), now.cpuPercentSince(before), limit, cgroup.memoryWithoutCache(), cgroup.memoryLimitBytes(),
                now.hostMemoryBytes(), networks.isEmpty() ? null : networks.stream().mapToLong(one -> one.rxBytes()).sum(),
                networks.isEmpty() ? null : networks.stream().mapToLong(one -> one.txBytes()).sum(),
                sum(cgroup.blockBytes(), "read"), sum(cgroup.blockBytes(), "write"), cgroup.pids());
    }

    /** Nothing was counted yet when there is no line: that is 0 bytes. */
    private static long sum(List<BlockCount> counts, String operation) {
        return counts.stream().filter(count -> count.operation().toLowerCase(Locale.ROOT).equals(operation)).mapToLong(BlockCount::value).sum();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
