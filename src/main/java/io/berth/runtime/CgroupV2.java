package io.berth.runtime;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.DeviceFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cgroup in the unified hierarchy. Source: kernel, admin-guide/cgroup-v2. */
final class CgroupV2 implements Cgroup {

    private static final long MICRO = 1_000;
    /** What Berth's own processes move to where they would be in the way. */
    private static final String OWN = "init";

    private final Path tree;
    private final Path folder;

    /** @param tree where the hierarchy is mounted, above the folder */
    CgroupV2(Path tree, Path folder) {
        this.tree = tree;
        this.folder = folder;
    }

    /** Makes the folder with all controllers that the tree offers. */
    void make() {
        make(folder.getParent());
        CgroupFiles.makeFolder(folder);
    }

    private void make(Path above) {
        if (above.equals(tree)) {
            vacate();
        } else {
            make(above.getParent());
            CgroupFiles.makeFolder(above);
        }
        offer(above);
    }

    /**
     * Where the tree begins below the host's own root, as in a container that Berth runs in, it hands controllers down only
     * while no process is in its first cgroup ("No Internal Process Constraint"): those that are, Berth itself, move below.
     */
    private void vacate() {
        boolean hostRoot = !Files.exists(tree.resolve("cgroup.type"));
        String processes = hostRoot ? null : CgroupFiles.read(tree.resolve("cgroup.procs"));
        if (processes == null || processes.isBlank()) {
            return;
        }
        Path own = tree.resolve(OWN);
        CgroupFiles.makeFolder(own);
        for (String process : processes.strip().split("\n")) {
            try {
                CgroupFiles.write(own.resolve("cgroup.procs"), process);
            } catch (InvalidArgumentException refused) {
                if (Files.exists(Path.of("/proc", process))) {
                    throw refused;
                }
                // It has ended a moment ago.
            }
        }
    }

    /** Denies all devices but these. @param rules null for all devices */
    void setDevices(@Nullable List<DeviceRule> rules) {
        if (rules != null) {
            DeviceFilter.attach(folder, DeviceProgram.compile(rules));
        }
    }

    private static void offer(Path folder) {
        String controllers = CgroupFiles.read(folder.resolve("cgroup.controllers"));
        for (String controller : controllers == null || controllers.isBlank() ? new String[0] : controllers.strip().split(" ")) {
            CgroupFiles.write(folder.resolve("cgroup.subtree_control"), "+" + controller);
        }
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public Map<String, Path> folders() {
        return Map.of(Cgroups.UNIFIED, folder);
    }

    @Override
    public List<LaunchOp> joinOps() {
        return List.of(new LaunchOp.CgroupInto(folder));
    }

    @Override
    public LaunchOp.OomFile oomFile() {
        return new LaunchOp.OomFile(folder.resolve("memory.events"), 2);
    }

    @Override
    public Runnable update(CgroupLimits limits) {
        return new CgroupV2Limits(folder).of(limits).apply();
    }

    private void set(String file, long value) {
        CgroupFiles.write(folder.resolve(file), Long.toString(value));
    }

    @Override
    public void freeze() {
        setFrozen(1);
    }

    @Override
    public void thaw() {
        setFrozen(0);
    }

    private void setFrozen(long frozen) {
        set("cgroup.freeze", frozen);
        if (!CgroupTree.await(() -> CgroupFiles.table(folder.resolve("cgroup.events")).getOrDefault("frozen", frozen) == frozen)) {
            throw new InternalException("the freezer did not become " + frozen);
        }
    }

    @Override
    public boolean isFrozen() {
        return CgroupFiles.table(folder.resolve("cgroup.events")).getOrDefault("frozen", 0L) == 1;
    }

    @Override
    public void kill() {
        var file = folder.resolve("cgroup.kill");
        if (Files.exists(file)) {
            CgroupFiles.write(file, "1");
        } else {
            CgroupTree.kill(pids());
            if (isFrozen()) {
                thaw();
            }
        }
    }

    @Override
    public List<Integer> pids() {
        return CgroupTree.pids(folder);
    }

    @Override
    public CgroupReading read() {
        var cpu = CgroupFiles.table(folder.resolve("cpu.stat"));
        var events = CgroupFiles.table(folder.resolve("memory.events"));
        return new CgroupReading(Instant.now(), 2, nanos(cpu, "usage_usec"), nanos(cpu, "user_usec"), nanos(cpu, "system_usec"), List.of(),
                new CgroupReading.Throttling(cpu.getOrDefault("nr_periods", 0L), cpu.getOrDefault("nr_throttled", 0L),
                        cpu.getOrDefault("throttled_usec", 0L) * MICRO),
                CgroupFiles.number(folder.resolve("memory.current")), CgroupFiles.number(folder.resolve("memory.peak")),
                CgroupFiles.limit(folder.resolve("memory.max")), events.get("max"), CgroupFiles.table(folder.resolve("memory.stat")),
                CgroupFiles.number(folder.resolve("pids.current")), CgroupFiles.limit(folder.resolve("pids.max")), block("bytes"), block("ios"),
                events.get("oom_kill"));
    }

    @Override
    public CgroupUsage usage() {
        return new CgroupUsage(nanos(CgroupFiles.table(folder.resolve("cpu.stat")), "usage_usec"), CgroupUsage.withoutCache(
                CgroupFiles.number(folder.resolve("memory.current")), CgroupFiles.table(folder.resolve("memory.stat")), 2));
    }

    private static @Nullable Long nanos(Map<String, Long> table, String name) {
        Long value = table.get(name);
        return value == null ? null : value * MICRO;
    }

    /** {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0}. */
    private List<CgroupReading.BlockCount> block(String kind) {
        String text = CgroupFiles.read(folder.resolve("io.stat"));
        var counts = new ArrayList<CgroupReading.BlockCount>();
        for (String line : text == null || text.isBlank() ? new String[0] : text.split("\n")) {
            String[] parts = line.split("[ :=]");
            for (int i = 2; i + 1 < parts.length; i += 2) {
                if (parts[i].equals("r" + kind) || parts[i].equals("w" + kind)) {
                    counts.add(new CgroupReading.BlockCount(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]),
                            parts[i].startsWith("r") ? "read" : "write", Long.parseLong(parts[i + 1])));
                }
            }
        }
        return counts;
    }

    @Override
    public void delete() {
        CgroupTree.delete(folder);
    }
}
