package io.berth.runtime;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cgroup on a host with v1 controllers, each perhaps in a hierarchy of its own. Source: kernel, admin-guide/cgroup-v1. */
final class CgroupV1 implements Cgroup {

    private static final Object CPUSETS = new Object();
    /** Folders of instances, whose new children get their CPUs and memory nodes from the kernel ({@code cgroup.clone_children}). */
    private static final Set<Path> HANDING_ON = new HashSet<>();
    private static final long NANOS_PER_TICK = 10_000_000;

    private final Map<String, Path> folders;

    /** @param folders by the name of the hierarchy's mount; {@code unified} for the v2 tree of a hybrid host */
    CgroupV1(Map<String, Path> folders) {
        this.folders = new LinkedHashMap<>(folders);
    }

    /**
     * Makes the folders; cpuset takes no process before it has CPUs and memory nodes.
     *
     * @param own whether what is above them is this instance's alone
     */
    void make(boolean own) {
        folders.forEach((name, folder) -> make(name, folder, own));
    }

    /** What is above it comes first, up to the mount of the hierarchy, which is there. */
    private static void make(String name, Path folder, boolean own) {
        if (name.contains("cpuset")) {
            // One that another thread has made just now may not have its CPUs yet.
            synchronized (CPUSETS) {
                if (own) {
                    makeOwnCpuset(folder);
                } else {
                    makeCpuset(folder);
                }
            }
        } else {
            CgroupFiles.makeFolder(folder);
        }
    }

    /** Below one that hands on what it has, nothing but the folder is to be made. */
    private static void makeOwnCpuset(Path folder) {
        if (HANDING_ON.contains(folder.getParent())) {
            try {
                Files.createDirectory(folder);
                return;
            } catch (IOException other) {
                // It is there, or what is above it has gone: looked at anew.
                HANDING_ON.remove(folder.getParent());
            }
        }
        makeCpuset(folder);
        CgroupFiles.write(folder.resolveSibling("cgroup.clone_children"), "1");
        HANDING_ON.add(folder.getParent());
    }

    private static void makeCpuset(Path folder) {
        boolean mount = Files.exists(folder.resolve("cpuset.cpus")) && !Files.exists(folder.getParent().resolve("cpuset.cpus"));
        if (!mount) {
            makeCpuset(folder.getParent());
            CgroupFiles.makeFolder(folder);
            inherit(folder);
        }
    }

    private static void inherit(Path folder) {
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
            String own = CgroupFiles.read(folder.resolve(file));
            String above = CgroupFiles.read(folder.getParent().resolve(file));
            if (own != null && own.isBlank() && above != null) {
                CgroupFiles.write(folder.resolve(file), above.strip());
            }
        }
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Map<String, Path> folders() {
        return Collections.unmodifiableMap(folders);
    }

    @Override
    public List<LaunchOp> joinOps() {
        List<LaunchOp> joins = new ArrayList<>();
        folders.forEach((name, folder) -> joins.add(name.equals(Cgroups.UNIFIED)
                ? new LaunchOp.CgroupInto(folder)
                : new LaunchOp.CgroupTasks(folder.resolve("tasks"))));
        return joins;
    }

    @Override
    public LaunchOp.@Nullable OomFile oomFile() {
        var memory = folder("memory");
        return memory == null ? null : new LaunchOp.OomFile(memory.resolve("memory.oom_control"), 1);
    }

    private @Nullable Path folder(String controller) {
        return folders.entrySet().stream().filter(entry -> Arrays.asList(entry.getKey().split(",")).contains(controller))
                .map(Map.Entry::getValue).findFirst().orElse(null);
    }

    private Path require(String controller) {
        var folder = folder(controller);
        if (folder == null) {
            throw new InvalidArgumentException("this host does not offer the cgroup controller " + controller);
        }
        return folder;
    }

    void setDevices(@Nullable List<DeviceRule> rules) {
        var devices = folder("devices");
        if (rules != null && devices != null) {
            CgroupFiles.write(devices.resolve("devices.deny"), "a");
            // Nothing is allowed before: in which order what is allowed and what is not comes counts, not in how many writes.
            for (int from = 0, to = 0; from < rules.size(); from = to) {
                boolean allow = rules.get(from).allow();
                while (to < rules.size() && rules.get(to).allow() == allow) {
                    to++;
                }
                CgroupFiles.write(devices.resolve(allow ? "devices.allow" : "devices.deny"), rules.subList(from, to).stream().map(DeviceRule::text).toList());
            }
        }
    }

    @Override
    public Runnable update(CgroupLimits limits) {
        return new CgroupV1Limits(this::folder).of(limits).apply();
    }

    @Override
    public void freeze() {
        setFreezer("FROZEN");
    }

    @Override
    public void thaw() {
        setFreezer("THAWED");
    }

    private void setFreezer(String state) {
        var file = require("freezer").resolve("freezer.state");
        CgroupFiles.write(file, state);
        if (!CgroupTree.await(() -> state.equals(String.valueOf(CgroupFiles.read(file)).strip()))) {
            throw new InternalException("the freezer did not become " + state);
        }
    }

    @Override
    public boolean isFrozen() {
        var folder = folder("freezer");
        return folder != null && !"THAWED".equals(String.valueOf(CgroupFiles.read(folder.resolve("freezer.state"))).strip())
                && Files.isDirectory(folder);
    }

    @Override
    public void kill() {
        CgroupTree.kill(pids());
        if (isFrozen()) {
            thaw();
        }
    }

    @Override
    public List<Integer> pids() {
        var folder = folder("pids");
        return CgroupTree.pids(folder != null ? folder : folders.values().iterator().next());
    }

    @Override
    public CgroupReading read() {
        var memory = folders.getOrDefault("memory", Path.of("/nonexistent"));
        var accounting = folder("cpuacct") == null ? Path.of("/nonexistent") : require("cpuacct");
        var ticks = CgroupFiles.table(accounting.resolve("cpuacct.stat"));
        var oom = CgroupFiles.table(memory.resolve("memory.oom_control"));
        var pids = folder("pids") == null ? Path.of("/nonexistent") : require("pids");
        return new CgroupReading(Instant.now(), 1, CgroupFiles.number(accounting.resolve("cpuacct.usage")), nanos(ticks, "user"),
                nanos(ticks, "system"), perCpu(accounting), throttling(), CgroupFiles.number(memory.resolve("memory.usage_in_bytes")),
                CgroupFiles.number(memory.resolve("memory.max_usage_in_bytes")), CgroupFiles.limit(memory.resolve("memory.limit_in_bytes")),
                CgroupFiles.number(memory.resolve("memory.failcnt")), CgroupFiles.table(memory.resolve("memory.stat")),
                CgroupFiles.number(pids.resolve("pids.current")), CgroupFiles.limit(pids.resolve("pids.max")),
                block("io_service_bytes"), block("io_serviced"), oom.get("oom_kill"));
    }

    @Override
    public CgroupUsage usage() {
        var accounting = folder("cpuacct");
        var memory = folders.get("memory");
        return new CgroupUsage(accounting == null ? null : CgroupFiles.number(accounting.resolve("cpuacct.usage")), memory == null ? null
                : CgroupUsage.withoutCache(CgroupFiles.number(memory.resolve("memory.usage_in_bytes")), CgroupFiles.table(memory.resolve("memory.stat")), 1));
    }

    private static @Nullable Long nanos(Map<String, Long> ticks, String kind) {
        Long value = ticks.get(kind);
        return value == null ? null : value * NANOS_PER_TICK;
    }

    private static List<Long> perCpu(Path accounting) {
        String text = CgroupFiles.read(accounting.resolve("cpuacct.usage_percpu"));
        return text == null || text.isBlank() ? List.of() : Arrays.stream(text.strip().split("\\s+")).map(Long::valueOf).toList();
    }

    private CgroupReading.Throttling throttling() {
        var cpu = folder("cpu");
        var table = cpu == null ? Map.<String, Long>of() : CgroupFiles.table(cpu.resolve("cpu.stat"));
        return new CgroupReading.Throttling(table.getOrDefault("nr_periods", 0L), table.getOrDefault("nr_throttled", 0L),
                table.getOrDefault("throttled_time", 0L));
    }

    private List<CgroupReading.BlockCount> block(String kind) {
        var folder = folder("blkio");
        if (folder == null) {
            return List.of();
        }
        String text = CgroupFiles.read(folder.resolve("blkio.throttle." + kind + "_recursive"));
        text = text == null ? CgroupFiles.read(folder.resolve("blkio.throttle." + kind)) : text;
        var counts = new ArrayList<CgroupReading.BlockCount>();
        for (String line : text == null ? new String[0] : text.split("\n")) {
            String[] parts = line.split("[ :]");
            if (parts.length == 4) {
                counts.add(new CgroupReading.BlockCount(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2], Long.parseLong(parts[3])));
            }
        }
        return counts;
    }

    @Override
    public void delete() {
        folders.values().forEach(CgroupTree::delete);
    }
}
