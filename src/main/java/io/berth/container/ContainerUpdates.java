package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.event.Durability;
import io.berth.instance.Instance;
import io.berth.json.DockerJson;
import io.berth.runtime.CgroupFeatures;
import io.berth.runtime.CgroupLimits;
import io.berth.runtime.Cgroups;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Changes limits and restart policies of containers, running ones on the living cgroup. */
@Component
public class ContainerUpdates {

    /** Paths of a create request. */
    private static final Set<String> LIMITS = Stream.of("BlkioWeight", "CpuShares", "NanoCpus", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod",
            "CpuRealtimeRuntime", "Memory", "MemorySwap", "MemoryReservation", "CpusetCpus", "CpusetMems").map(name -> "HostConfig." + name)
            .collect(Collectors.toUnmodifiableSet());

    private final Containers containers;
    private final ContainerLocks locks;
    private final LiveContainers live;
    private final Durability durability;
    private final CgroupFeatures offered;
    private final Instance instance;

    ContainerUpdates(Containers containers, ContainerLocks locks, LiveContainers live, Durability durability, Cgroups cgroups, Instance instance) {
        this.containers = containers;
        this.locks = locks;
        this.live = live;
        this.durability = durability;
        this.offered = cgroups.features();
        this.instance = instance;
    }

    /**
     * Changes a container: all of it, or nothing. It survives the end of the service and of the host when this returns.
     *
     * @return what this host cannot limit
     * @throws InvalidArgumentException a value is wrong, by itself, beside another, or to the kernel
     * @throws ConflictException it does not go with what was set before
     */
    public List<String> update(ContainerId id, UpdateRequest request) {
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            var warnings = ResourceRules.checkUpdate(request.asked(), offered);
            var before = container.hostConfig();
            if (request.restartPolicy()) {
                RestartPolicies.check(request.asked().restartPolicy(), false);
            }
            HostConfig after;
            try {
                after = merged(before, request);
            } catch (ConflictException conflict) {
                throw new ConflictException(cannot(container) + conflict.getMessage(), conflict);
            }
            ResourceRules.check(after, offered);
            apply(container, after, request);
            return warnings;
        }
    }

    /**
     * Those of changed settings that cannot be changed where a container is, as paths of a create request: all but limits and the restart
     * policy, and limits that are to be taken away, but for that of processes.
     */
    public static List<String> fixed(Collection<String> changed, HostConfig asked) {
        var fields = DockerJson.MAPPER.<JsonNode>valueToTree(asked);
        return changed.stream().filter(path -> !path.equals("HostConfig.PidsLimit") && !path.equals("HostConfig.RestartPolicy"))
                .filter(path -> !LIMITS.contains(path) || isNothing(fields.path(path.substring(path.indexOf('.') + 1))))
                .sorted().toList();
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNumber() ? value.asLong() == 0 : value.asString("").isEmpty();
    }

    private void apply(Container container, HostConfig after, UpdateRequest request) {
        var running = live.find(container.id());
        Runnable undo = () -> { };
        try {
            if (running.isPresent()) {
                undo = running.get().cgroup().update(limits(after, request));
                if (request.restartPolicy()) {
                    running.get().shim().changeRule(after.restartPolicy().rule());
                }
            }
            containers.change(container.id(), before -> before.with(after), "update", Map.of());
            if (running.isEmpty()) {
                ContainerFolder.of(instance, container.id()).forgetLook(); // it tells of other limits
            }
        } catch (IOException lost) {
            throw putBack(undo, running, container, new InternalException(cannot(container) + lost.getMessage(), lost));
        } catch (InvalidArgumentException refused) {
            throw putBack(undo, running, container, new InvalidArgumentException(cannot(container) + refused.getMessage(), refused));
        } catch (RuntimeException failed) {
            throw putBack(undo, running, container, failed);
        }
        durability.await();
    }

    /** What the cgroup is told: that there is no limit any more must be said. */
    private CgroupLimits limits(HostConfig after, UpdateRequest request) {
        var limits = Limits.changeable(after, offered);
        if (after.pidsLimit() == null && request.pidsLimit() && offered.pids()) {
            limits = limits.withoutPidsLimit();
        }
        if (request.freed().memory() && offered.memory()) {
            limits = limits.withoutMemoryLimit();
        }
        return request.freed().cpus() && offered.cpuCfs() ? limits.withoutCpuLimit() : limits;
    }

    private static String cannot(Container container) {
        return "Cannot update container " + container.id() + ": ";
    }

    /** Kernel and shim are as they were again. */
    private static RuntimeException putBack(Runnable undo, Optional<LiveContainer> running, Container container, RuntimeException failed) {
        try {
            undo.run();
            if (running.isPresent()) {
                running.get().shim().changeRule(container.hostConfig().restartPolicy().rule());
            }
        } catch (IOException | RuntimeException another) {
            failed.addSuppressed(another);
        }
        return failed;
    }

    /** What was set, with what was asked in its place. The conflicts are Docker's. */
    private static HostConfig merged(HostConfig before, UpdateRequest request) {
        var asked = request.asked();
        conflict(asked.nanoCpus() > 0 && before.cpuPeriod() > 0, "Nano CPUs cannot be updated as CPU Period has already been set");
        conflict(asked.nanoCpus() > 0 && before.cpuQuota() > 0, "Nano CPUs cannot be updated as CPU Quota has already been set");
        conflict(asked.cpuPeriod() > 0 && before.nanoCpus() > 0, "CPU Period cannot be updated as NanoCPUs has already been set");
        conflict(asked.cpuQuota() > 0 && before.nanoCpus() > 0, "CPU Quota cannot be updated as NanoCPUs has already been set");
        conflict(asked.memory() > before.memorySwap() && asked.memory() != 0 && asked.memorySwap() == 0 && before.memorySwap() != -1,
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        var values = new HashMap<String, Object>();
        put(values, "blkioWeight", asked.blkioWeight());
        put(values, "cpuShares", asked.cpuShares());
        put(values, "nanoCpus", asked.nanoCpus());
        put(values, "cpuPeriod", asked.cpuPeriod());
        put(values, "cpuQuota", asked.cpuQuota());
        put(values, "cpuRealtimePeriod", asked.cpuRealtimePeriod());
        put(values, "cpuRealtimeRuntime", asked.cpuRealtimeRuntime());
        put(values, "memory", asked.memory());
        put(values, "memorySwap", asked.memorySwap());
        put(values, "memoryReservation", asked.memoryReservation());
        put(values, "cpusetCpus", asked.cpusetCpus());
        put(values, "cpusetMems", asked.cpusetMems());
        if (request.freed().memory()) {
            values.putAll(Map.of("memory", 0L, "memorySwap", 0L));
        }
        if (request.freed().cpus()) {
            values.putAll(Map.of("nanoCpus", 0L, "cpuQuota", 0L, "cpuPeriod", 0L));
        }
        if (request.pidsLimit()) {
            values.put("pidsLimit", asked.pidsLimit());
        }
        if (request.restartPolicy()) {
            var policy = asked.restartPolicy();
            if (before.autoRemove() && !policy.name().equals("no")) {
                throw new ConflictException("Conflicting options: Restart policy cannot be updated because AutoRemove is enabled for the container");
            }
            values.put("restartPolicy", policy);
        }
        return before.with(values);
    }

    private static void conflict(boolean there, String message) {
        if (there) {
            throw new ConflictException("Conflicting options: " + message);
        }
    }

    private static void put(Map<String, Object> values, String name, Object asked) {
        if (!asked.equals("") && (!(asked instanceof Number number) || number.longValue() != 0)) {
            values.put(name, asked);
        }
    }
}
