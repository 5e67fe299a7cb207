package io.berth.insight;

import io.berth.container.Container;
import io.berth.container.Containers;
import io.berth.container.LastLook;
import io.berth.container.LiveContainers;
import io.berth.insight.CgroupView.Cpu;
import io.berth.insight.CgroupView.Gauge;
import io.berth.insight.CgroupView.Missing;
import io.berth.insight.CgroupView.Pressure;
import io.berth.insight.CgroupView.Share;
import io.berth.insight.CgroupView.Unit;
import io.berth.runtime.Cgroup;
import io.berth.runtime.CgroupFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the cgroups of containers, each number from the file that is named beside it. Source: kernel, admin-guide/cgroup-v1 and cgroup-v2. */
@Component
public class CgroupGauges implements LastLook {

    private static final String MEMORY = "Memory of all its processes, with the file cache that they filled. At the limit the kernel frees cache, then kills.";
    private static final String SWAP = "Memory and what of it was moved to swap, together.";
    private static final String SWAP_ALONE = "What of its memory was moved to swap.";
    private static final String PIDS = "Its processes and threads. At the limit no new one can be made.";

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final LiveContainers live;
    private final Containers containers;

    CgroupGauges(LiveContainers live, Containers containers) {
        this.live = live;
        this.containers = containers;
    }

    /** As it is now; of one that does not run, as it was when it ended, or without figures. */
    public CgroupView of(Container container) {
        var end = End.of(container);
        return live.cgroup(container.id()).map(cgroup -> read(container.state().word(), end, cgroup))
                .or(() -> containers.lastLook(container.id()).map(text -> JSON.readValue(text, CgroupView.class).ended(container.state().word(), end)))
                .orElseGet(() -> new CgroupView(container.state().word(), end, 0, Map.of(), List.of(), null, List.of(), null, null, List.of()));
    }

    @Override
    public String at(Container container, Cgroup cgroup) {
        return JSON.writeValueAsString(read(container.state().word(), null, cgroup));
    }

    private static CgroupView read(String state, @Nullable End end, Cgroup cgroup) {
        var folders = new TreeMap<String, String>();
        cgroup.folders().forEach((name, folder) -> folders.put(name, folder.toString()));
        var missing = new ArrayList<Missing>();
        var gauges = cgroup.version() == 1 ? first(cgroup, missing) : second(cgroup.folders().get("unified"), missing);
        var memory = cgroup.folders().get(cgroup.version() == 1 ? "memory" : "unified");
        var oom = memory == null ? null : memory.resolve(cgroup.version() == 1 ? "memory.oom_control" : "memory.events");
        return new CgroupView(state, end, cgroup.version(), folders, gauges, cpu(cgroup, missing), pressure(cgroup, missing),
                oom == null ? null : CgroupFiles.table(oom).get("oom_kill"), oom == null ? null : oom.toString(), missing);
    }

    private static List<Gauge> first(Cgroup cgroup, List<Missing> missing) {
        var gauges = new ArrayList<Gauge>();
        var memory = cgroup.folders().get("memory");
        if (memory == null) {
            missing.add(new Missing("memory", "This host does not offer the cgroup controller memory."));
        } else {
            gauges.add(gauge(memory, "memory", Unit.BYTES, "memory.usage_in_bytes", "memory.limit_in_bytes", "memory.max_usage_in_bytes", MEMORY));
            addIfThere(gauges, missing, gauge(memory, "memory and swap", Unit.BYTES, "memory.memsw.usage_in_bytes", "memory.memsw.limit_in_bytes",
                    "memory.memsw.max_usage_in_bytes", SWAP), "The kernel does not count swap by cgroups.");
        }
        var pids = cgroup.folders().get("pids");
        if (pids == null) {
            missing.add(new Missing("processes", "This host does not offer the cgroup controller pids."));
        } else {
            gauges.add(gauge(pids, "processes", Unit.COUNT, "pids.current", "pids.max", "pids.peak", PIDS));
        }
        return gauges;
    }

    private static List<Gauge> second(@Nullable Path folder, List<Missing> missing) {
        var gauges = new ArrayList<Gauge>();
        if (folder != null) {
            addIfThere(gauges, missing, gauge(folder, "memory", Unit.BYTES, "memory.current", "memory.max", "memory.peak", MEMORY),
                    "This host does not offer the cgroup controller memory.");
            addIfThere(gauges, missing, gauge(folder, "swap", Unit.BYTES, "memory.swap.current", "memory.swap.max", "memory.swap.peak", SWAP_ALONE),
                    "The kernel does not count swap by cgroups.");
            addIfThere(gauges, missing, gauge(folder, "processes", Unit.COUNT, "pids.current", "pids.max", "pids.peak", PIDS),
                    "This host does not offer the cgroup controller pids.");
        }
        return gauges;
    }

    private static void addIfThere(List<Gauge> gauges, List<Missing> missing, Gauge gauge, String whyNot) {
        if (gauge.used() == null) {
            missing.add(new Missing(gauge.name(), whyNot));
        } else {
            gauges.add(gauge);
        }
    }

    private static Gauge gauge(Path folder, String name, Unit unit, String used, String limit, String peak, String meaning) {
        var highest = CgroupFiles.number(folder.resolve(peak));
        return new Gauge(used.substring(0, used.indexOf('.')), name, unit, CgroupFiles.number(folder.resolve(used)),
                CgroupFiles.limit(folder.resolve(limit)), highest, folder.resolve(used).toString(), folder.resolve(limit).toString(),
                highest == null ? null : folder.resolve(peak).toString(), meaning);
    }

    private static @Nullable Cpu cpu(Cgroup cgroup, List<Missing> missing) {
        boolean isFirst = cgroup.version() == 1;
        var folder = cgroup.folders().get(isFirst ? "cpu" : "unified");
        if (folder == null) {
            missing.add(new Missing("cpu", "This host does not offer the cgroup controller cpu."));
            return null;
        }
        var reading = cgroup.read();
        var accounting = cgroup.folders().getOrDefault(isFirst ? "cpuacct" : "unified", folder);
        return new Cpu(reading.cpuNanos(), accounting.resolve(isFirst ? "cpuacct.usage" : "cpu.stat").toString(),
                isFirst ? quota(folder) : maximum(folder), folder.resolve(isFirst ? "cpu.cfs_quota_us" : "cpu.max").toString(),
                reading.throttling().periods(), reading.throttling().throttledPeriods(), reading.throttling().throttledNanos(),
                folder.resolve("cpu.stat").toString());
    }

    private static @Nullable Double quota(Path folder) {
        var quota = CgroupFiles.number(folder.resolve("cpu.cfs_quota_us"));
        var period = CgroupFiles.number(folder.resolve("cpu.cfs_period_us"));
        return quota == null || quota <= 0 || period == null || period <= 0 ? null : (double) quota / period;
    }

    /** {@code 50000 100000}, or {@code max 100000}. */
    private static @Nullable Double maximum(Path folder) {
        var text = CgroupFiles.read(folder.resolve("cpu.max"));
        String[] parts = text == null ? new String[0] : text.strip().split(" ");
        return parts.length < 2 || parts[0].equals("max") ? null : Double.parseDouble(parts[0]) / Double.parseDouble(parts[1]);
    }

    private static List<Pressure> pressure(Cgroup cgroup, List<Missing> missing) {
        var folder = cgroup.folders().get("unified");
        if (cgroup.version() == 1 || folder == null) {
            missing.add(new Missing("pressure", "The kernel tells how long processes wait (PSI) by cgroups of version 2 only; this host has version 1."));
            return List.of();
        }
        var found = new ArrayList<Pressure>();
        for (String resource : List.of("cpu", "memory", "io")) {
            var file = folder.resolve(resource + ".pressure");
            var shares = shares(CgroupFiles.read(file));
            var some = shares.get("some");
            if (some == null) {
                missing.add(new Missing(resource + " pressure", "The kernel was built or started without pressure stall information (PSI)."));
            } else {
                found.add(new Pressure(resource, some, shares.get("full"), file.toString()));
            }
        }
        return found;
    }

    /** {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}. */
    static Map<String, Share> shares(@Nullable String text) {
        var shares = new HashMap<String, Share>();
        for (String line : text == null ? new String[0] : text.split("\n")) {
            String[] parts = line.split("[ =]");
            if (parts.length == 9) {
                shares.put(parts[0], new Share(Double.parseDouble(parts[2]), Double.parseDouble(parts[4]), Double.parseDouble(parts[6]),
                        Long.parseLong(parts[8])));
            }
        }
        return shares;
    }
}
