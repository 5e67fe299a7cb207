package io.berth.adminapi;

import io.berth.container.Container;
import io.berth.container.ContainerProcess;
import io.berth.container.ContainerProcesses;
import io.berth.container.ContainerUpdates;
import io.berth.container.Containers;
import io.berth.container.HostConfig;
import io.berth.container.UpdateRequest;
import io.berth.error.InvalidArgumentException;
import io.berth.insight.CgroupGauges;
import io.berth.insight.CgroupView;
import io.berth.insight.Changes;
import io.berth.insight.ChangesView;
import io.berth.insight.End;
import io.berth.insight.FileSystems;
import io.berth.insight.FilesView;
import io.berth.insight.Namespaces;
import io.berth.insight.NamespacesView;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a container is: namespaces, cgroup, layers, changes and processes, each number with the place where the kernel tells it. */
@RestController
@RequestMapping("/api/v1/containers/{ref}")
class InsightResource {

    private static final int MAX_ITEMS = 10_000;
    private static final int NONE = -1;

    private final Containers containers;
    private final Namespaces namespaces;
    private final CgroupGauges gauges;
    private final FileSystems files;
    private final Changes changes;
    private final ContainerProcesses processes;
    private final ContainerUpdates updates;

    InsightResource(Containers containers, Namespaces namespaces, CgroupGauges gauges, FileSystems files, Changes changes,
            ContainerProcesses processes, ContainerUpdates updates) {
        this.containers = containers;
        this.namespaces = namespaces;
        this.gauges = gauges;
        this.files = files;
        this.changes = changes;
        this.processes = processes;
        this.updates = updates;
    }

    /** @param items by number on the host; none when it does not run */
    record Processes(String state, @Nullable End end, List<ContainerProcess> items) {}

    /**
     * Limits to set; those that are missing stay as they are.
     *
     * @param memoryBytes -1 for no limit, then of memory and swap together neither
     * @param memorySwapBytes memory and swap together; -1 for as much swap as there is
     * @param cpus how many; -1 for no limit
     * @param pids -1 for no limit
     */
    record Limits(@Nullable Long memoryBytes, @Nullable Long memorySwapBytes, @Nullable Double cpus, @Nullable Long pids) {}

    @GetMapping("/namespaces")
    NamespacesView namespaces(@PathVariable String ref) {
        return namespaces.of(containers.resolve(ref));
    }

    @GetMapping("/cgroup")
    CgroupView cgroup(@PathVariable String ref) {
        return gauges.of(containers.resolve(ref));
    }

    @GetMapping("/layers")
    FilesView layers(@PathVariable String ref) {
        return files.of(containers.resolve(ref));
    }

    @GetMapping("/changes")
    ChangesView changes(@PathVariable String ref, @RequestParam(defaultValue = "500") int limit) throws IOException {
        if (limit < 0 || limit > MAX_ITEMS) {
            throw new InvalidArgumentException("limit: " + limit + " is not between 0 and " + MAX_ITEMS);
        }
        return changes.of(containers.resolve(ref), limit);
    }

    @GetMapping("/processes")
    Processes processes(@PathVariable String ref) {
        Container container = containers.resolve(ref);
        return new Processes(container.state().word(), End.of(container), processes.of(container));
    }

    /** Changes limits of a container, of a running one where it is. */
    @PutMapping("/limits")
    CgroupView limit(@PathVariable String ref, @RequestBody Limits asked) {
        var id = containers.resolve(ref).id();
        var host = new HashMap<String, Object>();
        var freed = new UpdateRequest.Freed(asked.memoryBytes() != null && asked.memoryBytes() == NONE, asked.cpus() != null && asked.cpus() == NONE);
        if (!freed.memory()) {
            put(host, "Memory", "memoryBytes", asked.memoryBytes());
            put(host, "MemorySwap", "memorySwapBytes", asked.memorySwapBytes());
        } else if (asked.memorySwapBytes() != null && asked.memorySwapBytes() != NONE) {
            throw new InvalidArgumentException("memorySwapBytes: " + asked.memorySwapBytes() + " cannot be a limit where memory has none: leave it out");
        }
        put(host, "PidsLimit", "pids", asked.pids());
        if (asked.cpus() != null && !freed.cpus()) {
            if (!(asked.cpus() > 0)) {
                throw new InvalidArgumentException("cpus: " + asked.cpus() + " is no number of CPUs: give one above 0, or -1 for no limit");
            }
            host.put("NanoCpus", EngineFields.nanoCpus(asked.cpus()));
        }
        updates.update(id, new UpdateRequest(EngineFields.as(HostConfig.class, host), asked.pids() != null, false, freed));
        return gauges.of(containers.require(id));
    }

    private static void put(HashMap<String, Object> host, String name, String field, @Nullable Long value) {
        if (value == null) {
            return;
        }
        if (value <= 0 && value != NONE) {
            throw new InvalidArgumentException(field + ": " + value + " is no limit: give one above 0, or -1 for none");
        }
        host.put(name, value);
    }
}
