package io.berth.engineapi;

import io.berth.container.Container;
import io.berth.container.Containers;
import io.berth.error.InvalidArgumentException;
import io.berth.http.Hijack;
import io.berth.http.HijackedConnection;
import io.berth.json.DockerJson;
import io.berth.runtime.CgroupReading;
import io.berth.stats.ContainerSample;
import io.berth.stats.StatsSampler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code ContainerStats} of the Docker Engine API. */
@RestController
class StatsController {

    private final Containers containers;
    private final StatsSampler sampler;

    StatsController(Containers containers, StatsSampler sampler) {
        this.containers = containers;
        this.sampler = sampler;
    }

    @GetMapping("/containers/{ref}/stats")
    void stats(@PathVariable String ref, HttpServletRequest request, HttpServletResponse response) throws IOException, InterruptedException {
        var container = containers.resolve(ref);
        var query = Query.of(request);
        if (query.flag("stream", true)) {
            if (query.flag("one-shot")) {
                throw new InvalidArgumentException("cannot have stream=true and one-shot=true");
            }
            Hijack.stream(request, response, "application/json", connection -> stream(container, connection));
            return;
        }
        var first = sampler.sample(container).orElse(null);
        ContainerSample second = null;
        if (first != null && !query.flag("one-shot")) {
            pause(new CountDownLatch(1));
            second = sampler.sample(container).orElse(null);
        }
        response.setContentType("application/json");
        response.getOutputStream().write(DockerJson.line(second == null ? wire(container, first, null) : wire(container, second, first)));
    }

    /** One a second, of a container that stops empty ones: clients show it as it comes and goes. */
    private void stream(Container container, HijackedConnection connection) throws IOException, InterruptedException {
        var gone = new CountDownLatch(1);
        connection.onHangUp(gone::countDown);
        ContainerSample before = null;
        do {
            var known = containers.find(container.id());
            if (known.isEmpty()) {
                return;
            }
            var now = sampler.sample(known.get()).orElse(null);
            connection.write(ByteBuffer.wrap(DockerJson.line(wire(known.get(), now, before))));
            before = now;
        } while (!pause(gone));
    }

    /** A second, or less when the client goes: true then. */
    private static boolean pause(CountDownLatch gone) throws InterruptedException {
        return gone.await(1, TimeUnit.SECONDS);
    }

    private static Wire wire(Container container, @Nullable ContainerSample now, @Nullable ContainerSample before) {
        var wire = Wire.of("name", "/" + container.name()).with("id", container.id().value())
                .with("read", now == null ? Wire.NEVER : Wire.time(now.cgroup().at()))
                .with("preread", before == null ? Wire.NEVER : Wire.time(before.cgroup().at()))
                .with("pids_stats", now == null ? Wire.object() : pids(now.cgroup()))
                .with("blkio_stats", now == null ? Wire.object() : block(now.cgroup())).with("num_procs", 0).with("storage_stats", Wire.object())
                .with("cpu_stats", cpu(now)).with("precpu_stats", cpu(before)).with("memory_stats", now == null ? Wire.object() : memory(now));
        if (now != null && !now.networks().isEmpty()) {
            var networks = Wire.object();
            now.networks().forEach((name, counters) -> networks.with(name, Wire.of("rx_bytes", counters.rxBytes())
                    .with("rx_packets", counters.rxPackets()).with("rx_errors", counters.rxErrors()).with("rx_dropped", counters.rxDropped())
                    .with("tx_bytes", counters.txBytes()).with("tx_packets", counters.txPackets()).with("tx_errors", counters.txErrors())
                    .with("tx_dropped", counters.txDropped())));
            wire.with("networks", networks);
        }
        return wire;
    }

    private static Wire cpu(@Nullable ContainerSample sample) {
        if (sample == null) {
            return Wire.of("cpu_usage", Wire.of("total_usage", 0).with("usage_in_kernelmode", 0).with("usage_in_usermode", 0))
                    .with("throttling_data", Wire.of("periods", 0).with("throttled_periods", 0).with("throttled_time", 0));
        }
        var reading = sample.cgroup();
        var usage = Wire.of("total_usage", zero(reading.cpuNanos()));
        if (!reading.perCpuNanos().isEmpty()) {
            usage.with("percpu_usage", reading.perCpuNanos());
        }
        usage.with("usage_in_kernelmode", zero(reading.cpuSystemNanos())).with("usage_in_usermode", zero(reading.cpuUserNanos()));
        return Wire.of("cpu_usage", usage).with("system_cpu_usage", sample.hostCpuNanos()).with("online_cpus", sample.onlineCpus())
                .with("throttling_data", Wire.of("periods", reading.throttling().periods())
                        .with("throttled_periods", reading.throttling().throttledPeriods())
                        .with("throttled_time", reading.throttling().throttledNanos()));
    }

    private static Wire memory(ContainerSample sample) {
        var reading = sample.cgroup();
        var wire = Wire.of("usage", zero(reading.memoryBytes()));
        if (reading.version() == 1) {
            wire.with("max_usage", zero(reading.memoryPeakBytes())).with("failcnt", zero(reading.memoryFailures()));
        }
        Long limit = reading.memoryLimitBytes();
        return wire.with("stats", reading.memoryStat()).with("limit", limit == null ? sample.hostMemoryBytes() : Math.min(limit, sample.hostMemoryBytes()));
    }

    private static Wire pids(CgroupReading reading) {
        var wire = Wire.of("current", zero(reading.pids()));
        return reading.pidsLimit() == null ? wire : wire.with("limit", reading.pidsLimit());
    }

    private static Wire block(CgroupReading reading) {
        return Wire.of("io_service_bytes_recursive", counts(reading.blockBytes())).with("io_serviced_recursive", counts(reading.blockOperations()))
                .with("io_queue_recursive", null).with("io_service_time_recursive", null).with("io_wait_time_recursive", null)
                .with("io_merged_recursive", null).with("io_time_recursive", null).with("sectors_recursive", null);
    }

    private static @Nullable List<Wire> counts(List<CgroupReading.BlockCount> counts) {
        return counts.isEmpty() ? null : counts.stream().map(count -> Wire.of("major", count.major()).with("minor", count.minor())
                .with("op", count.operation()).with("value", count.value())).toList();
    }

    /** A counter that the kernel does not offer: the field must be a number on this wire. */
    private static long zero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
