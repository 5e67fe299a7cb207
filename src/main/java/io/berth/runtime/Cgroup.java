package io.berth.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cgroup of one container: on v1 a folder in each hierarchy. Safe for use by many threads. */
public sealed interface Cgroup permits CgroupV1, CgroupV2 {

    /** 1 or 2. */
    int version();

    /** Its folders by the names of their hierarchies: {@code memory}; on v2 the only one is named {@code unified}. */
    Map<String, Path> folders();

    /** What puts a process into it. */
    List<LaunchOp> joinOps();

    /** Where the kernel counts processes that it killed for want of memory; null when nowhere. */
    LaunchOp.@Nullable OomFile oomFile();

    /**
     * Sets limits on the living cgroup; 0 leaves a limit as it is.
     *
     * @return puts back what was there before
     */
    Runnable update(CgroupLimits limits);

    /** Stops all processes where they are; returns when they stand. */
    void freeze();

    /** Lets them go on. */
    void thaw();

    /** Whether they stand. False when it is gone. */
    boolean isFrozen();

    /** Kills all processes, frozen ones too. None is left to kill when it is gone. */
    void kill();

    /** Host numbers of all processes, those of nested cgroups too. */
    List<Integer> pids();

    CgroupReading read();

    /** The little of a reading that is looked at each second of all containers: three files in the place of fifteen. */
    CgroupUsage usage();

    /** Removes it with all nested ones; no process is in it any more. One that is gone is fine. */
    void delete();
}
