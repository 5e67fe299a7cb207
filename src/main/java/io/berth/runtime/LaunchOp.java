package io.berth.runtime;

import io.berth.ffi.Fd;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a {@link LaunchPlan}: codes and layouts of {@code src/main/c/include/plan.h}, which also says who runs it. Paths of the
 * host are {@link Path}s; targets are paths inside the container's root.
 */
public sealed interface LaunchOp {

    /** Settings of the shim. */
    record Id(String id) implements LaunchOp {}

    record Listen(Fd socket) implements LaunchOp {}

    /**
     * When a log is begun anew, and what becomes of what was written.
     *
     * @param maxBytes size at which the file is rotated, 0 for never
     * @param maxFiles how many are kept, the one that is written included
     */
    record LogRotation(long maxBytes, int maxFiles, boolean compressed) {}

    /** @param bufferBytes what may wait for the disk, the newest being dropped when it is more; 0: the container waits */
    record JsonLog(Path path, LogRotation rotation, long bufferBytes, String extraJson) implements LaunchOp {}

    /** @param first number of the first record */
    record Records(Path path, long first) implements LaunchOp {}

    /** @param tasksFile {@code tasks} of a cgroup v1, into which the process writes itself */
    record CgroupTasks(Path tasksFile) implements LaunchOp {}

    record CgroupInto(Path folder) implements LaunchOp {}

    /** @param version 1: {@code memory.oom_control}; 2: {@code memory.events} */
    record OomFile(Path path, int version) implements LaunchOp {}

    record Namespaces(long cloneFlags) implements LaunchOp {}

    record JoinNamespace(Fd namespace, long cloneFlag) implements LaunchOp {}

    record Stdio(boolean tty, boolean stdinOpen, boolean stdinOnce, int rows, int columns) implements LaunchOp {}

    record OomScoreAdj(int value) implements LaunchOp {}

    record Hold(Fd fd) implements LaunchOp {}

    record Restart(RestartRule rule) implements LaunchOp {}

    /** @param probe the plan of an exec */
    record Health(HealthRule rule, LaunchPlan probe) implements LaunchOp {}

    /** Who root is in the user namespace that is joined, and the user of the program: as the host has them. */
    record Mapped(int rootUid, int rootGid, int userUid) implements LaunchOp {}

    /** @param step number of the step at which the shim kills itself; for tests */
    record Failpoint(int step) implements LaunchOp {}

    /**
     * What the container's first process does, in the plan's order.
     *
     * @param isVolatile never synced
     * @param isClassic mounted as on kernels before 6.5, whatever this one can
     * @param isMapped owners of files are those in the user namespace that is joined
     */
    record RootOverlay(List<Path> lowerTopFirst, Path upper, Path work, boolean isVolatile, boolean isClassic, boolean isMapped)
            implements LaunchOp {
        public RootOverlay {
            lowerTopFirst = List.copyOf(lowerTopFirst);
        }
    }

    record RootBind(Path folder) implements LaunchOp {}

    record MountFileSystem(String type, String target, long attributes, String options) implements LaunchOp {}

    /** Whether a target that is missing is made as a folder or as a file. */
    enum TargetKind { FOLDER, FILE, LIKE_SOURCE }

    /** How far a bind reaches. */
    record BindDepth(boolean recursive, boolean topAttributes) {

        public static final BindDepth ALL = new BindDepth(true, false);
        public static final BindDepth TOP = new BindDepth(false, false);
    }

    /**
     * As whose ids the owners of a source's files are seen, not of those mounted below it.
     *
     * @param joined as those in the user namespace that is joined
     * @param userNamespace as those in this one; null: as the host's, unless {@code joined}
     */
    record Owners(boolean joined, @Nullable Fd userNamespace) {

        public static final Owners OF_HOST = new Owners(false, null);
        public static final Owners OF_JOINED = new Owners(true, null);
    }

    /**
     * Something of the host at a place in the container.
     *
     * @param beneath a path beneath the source; empty for the source itself
     */
    record MountBind(Path source, String beneath, String target, long attributes, BindDepth depth, int propagation, TargetKind kind,
            Owners owners) implements LaunchOp {}

    /**
     * @param typeAndMode {@code S_IFCHR} or {@code S_IFBLK} and permission bits
     * @param uid of the host, as is the group
     */
    record Device(String target, int typeAndMode, int major, int minor, int uid, int gid) implements LaunchOp {}

    record Symlink(String content, String path) implements LaunchOp {}

    record Mask(String path) implements LaunchOp {}

    record ReadOnly(String path) implements LaunchOp {}

    record RootReadOnly() implements LaunchOp {}

    record Pivot() implements LaunchOp {}

    record Hostname(String name) implements LaunchOp {}

    record Domainname(String name) implements LaunchOp {}

    record Sysctl(String key, String value) implements LaunchOp {}

    record ResourceLimit(int resource, long soft, long hard) implements LaunchOp {}

    record MakeFolder(String path, int mode, int uid, int gid) implements LaunchOp {}

    record Console() implements LaunchOp {}

    record Keyring() implements LaunchOp {}

    record Bounding(long capabilities) implements LaunchOp {}

    record User(int uid, int gid, List<Integer> groups) implements LaunchOp {
        public User {
            groups = List.copyOf(groups);
        }
    }

    record CapabilitySets(long effective, long permitted, long inheritable, long ambient) implements LaunchOp {}

    record NoNewPrivileges() implements LaunchOp {}

    record Seccomp(SeccompFilter filter) implements LaunchOp {}

    /** @param attributes the folder of the host in which a process finds its own attributes */
    record AppArmor(String profile, Path attributes) implements LaunchOp {}

    /**
     * Of an exec, before its privileges: mounts of its own, a copy of the container's, in which a folder of the host is to be seen in
     * {@code /dev}. All that is in them ends with the exec.
     *
     * @param name of the folder in {@code /dev}
     */
    record Tools(Path folder, String name) implements LaunchOp {}

    record WorkingFolder(String path) implements LaunchOp {}

    record Execute(List<String> argv, List<String> environment) implements LaunchOp {
        public Execute {
            argv = List.copyOf(argv);
            environment = List.copyOf(environment);
        }
    }

    record EnterCgroupNamespace() implements LaunchOp {}
}
