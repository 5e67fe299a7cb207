package io.berth.runtime;

import io.berth.error.InternalException;
import io.berth.instance.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The cgroups of this instance's containers: {@code <hierarchy>/<instance>/<container id>}. Safe for use by many threads. */
@Component
public class Cgroups {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** The name of the v2 tree among {@link Cgroup#folders}. */
    static final String UNIFIED = "unified";

    private final String instance;
    /** Where hierarchies are mounted, by the last part of the path. Empty on a host with v2 alone. */
    private final Map<String, Path> hierarchies;
    private final @Nullable Path unified;
    /** Of v1, whose controllers stay as they are until the machine starts again. */
    private final @Nullable CgroupFeatures fixed;

    @Autowired
    Cgroups(Instance instance) {
        this(instance.instance(), lines());
    }

    Cgroups(String instance, List<String> mountinfo) {
        this.instance = instance;
        this.hierarchies = new LinkedHashMap<>();
        @Nullable Path tree = null;
        for (String line : mountinfo) {
            String[] fields = line.split(" ");
            int type = List.of(fields).indexOf("-") + 1;
            if (fields[type].equals("cgroup") && !fields[type + 2].contains("name=")) {
                hierarchies.put(Path.of(fields[4]).getFileName().toString(), Path.of(fields[4]));
            } else if (fields[type].equals("cgroup2")) {
                tree = Path.of(fields[4]);
            }
        }
        this.unified = tree;
        if (hierarchies.isEmpty() && tree == null) {
            throw new InternalException("no cgroup file system is mounted on this host: mount one below /sys/fs/cgroup");
        }
        this.fixed = hierarchies.isEmpty() ? null : featuresOfV1();
    }

    /** 1 where there are v1 controllers, else 2. */
    public int version() {
        return hierarchies.isEmpty() ? 2 : 1;
    }

    /** What containers of this host must do without, in Docker's words. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (version() == 1) {
            var memory = hierarchies.get("memory");
            if (memory == null) {
                warnings.add("WARNING: No memory limit support");
            } else if (!Files.exists(memory.resolve("memory.memsw.limit_in_bytes"))) {
                warnings.add("WARNING: No swap limit support");
            }
            for (String controller : List.of("cpuset", "pids", "freezer")) {
                if (hierarchies.keySet().stream().noneMatch(name -> List.of(name.split(",")).contains(controller))) {
                    warnings.add("WARNING: No " + controller + " support");
                }
            }
        }
        return List.copyOf(warnings);
    }

    /** Which limits can be set here. */
    public CgroupFeatures features() {
        if (fixed != null) {
            return fixed;
        }
        String text = unified == null ? null : CgroupFiles.read(unified.resolve("cgroup.controllers"));
        var offered = text == null ? List.<String>of() : List.of(text.strip().split(" "));
        boolean memory = offered.contains("memory");
        boolean cpu = offered.contains("cpu");
        boolean io = offered.contains("io");
        return new CgroupFeatures(memory, memory && Files.exists(Path.of("/proc/swaps")), memory, false, false, cpu, cpu, false,
                offered.contains("cpuset"), offered.contains("pids"), io, io, io);
    }

    private CgroupFeatures featuresOfV1() {
        boolean weight = has("blkio", "blkio.weight") || has("blkio", "blkio.bfq.io_service_bytes");
        return new CgroupFeatures(has("memory", "memory.limit_in_bytes"), has("memory", "memory.memsw.limit_in_bytes"),
                has("memory", "memory.soft_limit_in_bytes"), has("memory", "memory.swappiness"), has("memory", "memory.oom_control"),
                has("cpu", "cpu.shares"), has("cpu", "cpu.cfs_quota_us"), has("cpu", "cpu.rt_runtime_us"), has("cpuset", "cpuset.cpus"),
                has("pids", "cgroup.procs"), weight, weight, has("blkio", "blkio.throttle.read_bps_device"));
    }

    /** Whether the root of a v1 controller's hierarchy has a file. */
    private boolean has(String controller, String file) {
        return hierarchies.entrySet().stream().filter(entry -> List.of(entry.getKey().split(",")).contains(controller))
                .anyMatch(entry -> Files.exists(entry.getValue().resolve(file)));
    }

    /**
     * Makes the cgroup of a container; all of it or nothing.
     *
     * @param parent a path from the root of each hierarchy, instead of the instance's own
     * @throws io.berth.error.InvalidArgumentException the kernel refuses a limit
     */
    public Cgroup create(String containerId, @Nullable String parent, CgroupLimits limits) {
        var cgroup = open(containerId, parent);
        try {
            switch (cgroup) {
                case CgroupV1 one -> {
                    one.make(parent == null);
                    one.setDevices(limits.devices());
                }
                case CgroupV2 two -> {
                    two.make();
                    two.setDevices(limits.devices());
                }
            }
            cgroup.update(limits);
            return cgroup;
        } catch (RuntimeException failed) {
            try {
                cgroup.delete();
            } catch (RuntimeException another) {
                failed.addSuppressed(another);
            }
            throw failed;
        }
    }

    /** The cgroup of a container that an earlier run of the service has made. */
    public Cgroup open(String containerId, @Nullable String parent) {
        // From the root, so that ".." leads nowhere else; then relative to where a hierarchy is mounted.
        var below = Path.of("/").relativize(Path.of("/", parent == null ? instance : parent, containerId).normalize());
        if (hierarchies.isEmpty()) {
            if (unified == null) {
                throw new IllegalStateException("neither version is mounted");
            }
            return new CgroupV2(unified, unified.resolve(below));
        }
        var folders = new LinkedHashMap<String, Path>();
        hierarchies.forEach((name, mount) -> folders.put(name, mount.resolve(below)));
        if (unified != null) {
            folders.put(UNIFIED, unified.resolve(below));
        }
        return new CgroupV1(folders);
    }

    /** The ids of the containers that have a cgroup in any hierarchy. */
    public List<String> containerIds() {
        return parents().stream().flatMap(parent -> CgroupTree.children(parent).stream()).map(child -> child.getFileName().toString())
                .distinct().toList();
    }

    /** Removes what all containers had in common, when none is left. */
    public void removeParentIfEmpty() {
        if (containerIds().isEmpty()) {
            parents().forEach(CgroupTree::delete);
        }
    }

    private List<Path> parents() {
        var parents = new ArrayList<Path>();
        hierarchies.values().forEach(mount -> parents.add(mount.resolve(instance)));
        if (unified != null) {
            parents.add(unified.resolve(instance));
        }
        return parents;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(MOUNTS);
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + MOUNTS, failure);
        }
    }
}
