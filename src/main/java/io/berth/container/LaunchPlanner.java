package io.berth.container;

import static io.berth.container.DefaultProfile.KERNEL_FILES;
import static io.berth.container.DefaultProfile.NOEXEC;
import static io.berth.container.DefaultProfile.NOSUID;
import static io.berth.container.DefaultProfile.RDONLY;
import static io.berth.container.DefaultProfile.STRICTATIME;

import io.berth.container.MountPoint.Depth;
import io.berth.container.UserFiles.Identity;
import io.berth.ffi.ProcessNamespace;
import io.berth.instance.Failpoint;
import io.berth.instance.IdMap;
import io.berth.network.Sandbox;
import io.berth.runtime.Cgroup;
import io.berth.runtime.LaunchOp;
import io.berth.runtime.LaunchOp.BindDepth;
import io.berth.runtime.LaunchOp.LogRotation;
import io.berth.runtime.LaunchOp.MountBind;
import io.berth.runtime.LaunchOp.MountFileSystem;
import io.berth.runtime.LaunchOp.Owners;
import io.berth.runtime.LaunchOp.TargetKind;
import io.berth.runtime.LaunchPlan;
import io.berth.storage.ActiveSnapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a container into the list of operations that its shim runs: settings first, then the root from the bottom up, then what the
 * program may do. Used once.
 */
final class LaunchPlanner {

    private static final long NEWNET = 0x40000000;
    private static final String INIT = "/sbin/docker-init";
    private static final LogRotation LOGS_KEPT = new LogRotation(100L << 20, 5, false);
    private static final Path QUEUES_OF_HOST = Path.of("/dev/mqueue");
    private static final Path CGROUPS_OF_HOST = Path.of("/sys/fs/cgroup");
    private static final int PRIVATE = 0x40000;
    private static final int SLAVE = 0x80000;
    private static final int SHARED = 0x100000;

    /**
     * What the planner needs to know of the start.
     *
     * @param etc the folder that has the container's network files
     * @param borrowed volumes whose data come from elsewhere
     * @param mapped with whose ids binds are seen that ask for it
     */
    record Place(ActiveSnapshot snapshot, Namespaces namespaces, Sandbox sandbox, Cgroup cgroup, Identity user, ContainerFolder folder,
            ContainerFolder etc, Path init, Set<String> borrowed, MappedBinds mapped) {

        @Nullable IdMap ids() {
            return namespaces.user().ids();
        }
    }

    /** For tests: the way of kernels before 6.5. */
    private static final boolean CLASSIC_OVERLAY = Boolean.getBoolean("berth.test.classic-overlay");

    private final Container container;
    private final ContainerConfig config;
    private final HostConfig host;
    private final Place place;
    private final List<LaunchOp> ops = new ArrayList<>();

    private LaunchPlanner(Container container, Place place) {
        this.container = container;
        this.config = container.config();
        this.host = container.hostConfig();
        this.place = place;
    }

    static LaunchPlan plan(Container container, Place place) {
        return new LaunchPlanner(container, place).plan();
    }

    private LaunchPlan plan() {
        settings();
        var snapshot = place.snapshot();
        ops.add(new LaunchOp.RootOverlay(snapshot.lowerDirsTopFirst(), snapshot.upper(), snapshot.work(), host.autoRemove(), CLASSIC_OVERLAY,
                isRemapped()));
        // Before anything is mounted: it belongs to the container's own files.
        ops.add(new LaunchOp.Symlink(EtcFiles.MTAB, "/etc/mtab"));
        fileSystems();
        devices();
        etcFiles();
        container.mounts().forEach(this::mount);
        finishRoot();
        ops.add(new LaunchOp.Pivot());
        ops.addAll(Privileges.ops(host, place.user(), false));
        ops.add(new LaunchOp.WorkingFolder(workingFolder()));
        ops.add(new LaunchOp.Execute(argv(), Environment.of(container, place.user().home())));
        return new LaunchPlan(ops);
    }

    private void settings() {
        if (!host.logConfig().type().equals(LogOptions.NONE)) {
            ops.add(new LaunchOp.JsonLog(place.folder().log(), LogOptions.rotation(host, LOGS_KEPT), LogOptions.buffer(host), ""));
        }
        supervision();
        ops.addAll(place.cgroup().joinOps());
        if (place.cgroup().oomFile() != null) {
            ops.add(place.cgroup().oomFile());
        }
        ops.addAll(place.namespaces().ops());
        if (place.ids() != null) {
            ops.add(new LaunchOp.JoinNamespace(Objects.requireNonNull(place.sandbox().userns()), ProcessNamespace.USER.cloneFlag()));
            ops.add(Privileges.mapped(place.ids(), place.user()));
        }
        if (place.sandbox().netns() != null) {
            ops.add(new LaunchOp.JoinNamespace(place.sandbox().netns(), NEWNET));
        }
        place.sandbox().held().forEach(held -> ops.add(new LaunchOp.Hold(held)));
        var size = host.consoleSize() == null || host.consoleSize().size() < 2 ? List.of(0, 0) : host.consoleSize();
        ops.add(new LaunchOp.Stdio(config.tty(), config.openStdin(), config.stdinOnce(), size.get(0), size.get(1)));
        ops.add(new LaunchOp.OomScoreAdj(host.oomScoreAdj()));
    }

    private void supervision() {
        ops.add(new LaunchOp.Records(place.folder().records().file(), container.supervision().lastRecord() + 1));
        ops.add(new LaunchOp.Restart(host.restartPolicy().rule()));
        if (Failpoint.armedShimStep() != 0) {
            ops.add(new LaunchOp.Failpoint(Failpoint.armedShimStep()));
        }
        HealthRules.of(config).ifPresent(rules -> ops.add(new LaunchOp.Health(rules.rule(),
                ExecPlanner.plan(container, place.cgroup(), rules.probe(container.id()), place.user(), place.ids()))));
    }

    private void fileSystems() {
        ops.add(new MountFileSystem("proc", "/proc", KERNEL_FILES, ""));
        ops.add(new MountFileSystem("tmpfs", "/dev", NOSUID | STRICTATIME, "mode=755,size=65536k"));
        ops.add(new MountFileSystem("devpts", "/dev/pts", NOSUID | NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5"));
        ops.add(new MountFileSystem("sysfs", "/sys", KERNEL_FILES | (host.privileged() ? 0 : RDONLY), ""));
        cgroupFiles();
        if (!host.ipcMode().equals("none")) {
            messageQueues();
            sharedMemory();
        }
    }

    private boolean isRemapped() {
        return place.ids() != null;
    }

    /** Those of the host belong to it: nobody within a user namespace can make a file system of them. */
    private void messageQueues() {
        if (!isRemapped() || !(NamespaceMode.ipc(host) instanceof NamespaceMode.Host)) {
            ops.add(new MountFileSystem("mqueue", "/dev/mqueue", KERNEL_FILES, ""));
        } else if (Files.isDirectory(QUEUES_OF_HOST)) {
            ops.add(new MountBind(QUEUES_OF_HOST, "", "/dev/mqueue", KERNEL_FILES, BindDepth.TOP, PRIVATE, TargetKind.FOLDER, Owners.OF_HOST));
        }
    }

    private void sharedMemory() {
        if (isMounted("/dev/shm")) {
            return;
        }
        var shared = place.namespaces().sharedMemory();
        ops.add(shared == null ? new MountFileSystem("tmpfs", "/dev/shm", KERNEL_FILES, "source=shm,mode=1777,size=" + host.shmSize())
                : new MountBind(shared, "", "/dev/shm", KERNEL_FILES, BindDepth.TOP, PRIVATE, TargetKind.FOLDER, Owners.OF_HOST));
    }

    /** On v1 the container sees its own cgroups, each under its controller's name; on v2 its cgroup namespace shows the right part. */
    private void cgroupFiles() {
        long attributes = KERNEL_FILES | (host.privileged() ? 0 : RDONLY);
        if (!host.cgroupnsMode().equals("host")) {
            ops.add(new LaunchOp.EnterCgroupNamespace());
        }
        if (place.cgroup().version() == 2 && isRemapped() && host.cgroupnsMode().equals("host")) {
            ops.add(new MountBind(CGROUPS_OF_HOST, "", "/sys/fs/cgroup", attributes, BindDepth.TOP, PRIVATE, TargetKind.FOLDER, Owners.OF_HOST));
            return;
        }
        if (place.cgroup().version() == 2) {
            ops.add(new MountFileSystem("cgroup2", "/sys/fs/cgroup", attributes, ""));
            return;
        }
        ops.add(new MountFileSystem("tmpfs", "/sys/fs/cgroup", KERNEL_FILES, "mode=755"));
        for (Map.Entry<String, Path> hierarchy : place.cgroup().folders().entrySet()) {
            ops.add(new MountBind(hierarchy.getValue(), "", "/sys/fs/cgroup/" + hierarchy.getKey(), attributes, BindDepth.TOP, PRIVATE,
                    TargetKind.FOLDER, Owners.OF_HOST));
        }
        if (!host.privileged()) {
            ops.add(new LaunchOp.ReadOnly("/sys/fs/cgroup"));
        }
    }

    private void devices() {
        DefaultProfile.DEVICES.forEach(this::device);
        HostDevices.files(host).forEach(this::device);
        if (config.tty()) {
            ops.add(new LaunchOp.Console());
        }
    }

    /** Who owns a device on the host owns it inside, as far as he is known there. */
    private void device(LaunchOp op) {
        if (op instanceof LaunchOp.Device(var target, var mode, var major, var minor, var uid, var gid) && place.ids() != null) {
            int hostUid = (int) place.ids().hostUser(Integer.toUnsignedLong(uid));
            int hostGid = (int) place.ids().hostGroup(Integer.toUnsignedLong(gid));
            ops.add(new LaunchOp.Device(target, mode, major, minor, hostUid == -1 ? uid : hostUid, hostGid == -1 ? gid : hostGid));
        } else {
            ops.add(op);
        }
    }

    private void etcFiles() {
        bindFile(place.etc().resolvConf(), "/etc/resolv.conf");
        bindFile(place.etc().hostname(), "/etc/hostname");
        bindFile(place.etc().hosts(), "/etc/hosts");
        if (hasInit()) {
            ops.add(new MountBind(place.init(), "", INIT, RDONLY, BindDepth.TOP, PRIVATE, TargetKind.FILE, ownersInside()));
        }
    }

    private void bindFile(Path file, String target) {
        if (!isMounted(target)) {
            ops.add(new MountBind(file, "", target, 0, BindDepth.TOP, PRIVATE, TargetKind.FILE, ownersInside()));
        }
    }

    private boolean isMounted(String target) {
        return container.mounts().stream().anyMatch(mount -> mount.destination().equals(target));
    }

    private void mount(MountPoint mount) {
        switch (mount.type()) {
            case TMPFS -> ops.add(new MountFileSystem("tmpfs", mount.destination(), TmpfsOptions.attributes(mount.options()),
                    TmpfsOptions.values(mount.options())));
            case BIND, VOLUME, IMAGE -> ops.add(new MountBind(Path.of(mount.source()), mount.part().subpath(), mount.destination(),
                    mount.writable() ? 0 : RDONLY, new BindDepth(mount.part().mounted() == Depth.ALL, mount.part().readOnly() == Depth.TOP),
                    propagation(mount.propagation()), TargetKind.LIKE_SOURCE, owners(mount)));
        }
    }

    private Owners ownersInside() {
        return isRemapped() ? Owners.OF_JOINED : Owners.OF_HOST;
    }

    /** Folders of the host are seen with the host's ids unless it is asked for: otherwise root inside would be root of them. */
    private Owners owners(MountPoint mount) {
        var mapped = place.mapped().of(mount);
        if (mapped != null) {
            return new Owners(false, mapped);
        }
        return mount.volume() != null && !place.borrowed().contains(mount.volume()) ? ownersInside() : Owners.OF_HOST;
    }

    /** Binds are recursive, and so is their propagation. */
    private static int propagation(String word) {
        return switch (word) {
            case "shared", "rshared" -> SHARED;
            case "slave", "rslave" -> SLAVE;
            default -> PRIVATE;
        };
    }

    private void finishRoot() {
        if (NamespaceMode.uts(host) instanceof NamespaceMode.Own) {
            names();
        }
        Sysctls.check(host, place.sandbox().netns() == null);
        ops.addAll(Sysctls.ops(host.sysctls()));
        if (!workingFolder().equals("/")) {
            ops.add(new LaunchOp.MakeFolder(workingFolder(), 0755, 0, 0));
        }
        if (!host.privileged()) {
            (host.maskedPaths() == null ? DefaultProfile.MASKED : host.maskedPaths()).forEach(path -> ops.add(new LaunchOp.Mask(path)));
            (host.readonlyPaths() == null ? DefaultProfile.READ_ONLY : host.readonlyPaths())
                    .forEach(path -> ops.add(new LaunchOp.ReadOnly(path)));
        }
        if (host.readonlyRootfs()) {
            ops.add(new LaunchOp.RootReadOnly());
        }
    }

    private void names() {
        ops.add(new LaunchOp.Hostname(config.hostname() == null ? "" : config.hostname()));
        if (config.domainname() != null && !config.domainname().isEmpty()) {
            ops.add(new LaunchOp.Domainname(config.domainname()));
        }
    }

    /** An init has children to collect where it is process 1. */
    private boolean hasInit() {
        return Boolean.TRUE.equals(host.init()) && NamespaceMode.pid(host) instanceof NamespaceMode.Own;
    }

    private String workingFolder() {
        return config.workingDir() == null || config.workingDir().isEmpty() ? "/" : Path.of(config.workingDir()).normalize().toString();
    }

    private List<String> argv() {
        if (!hasInit()) {
            return config.argv();
        }
        var argv = new ArrayList<>(List.of(INIT, "--"));
        argv.addAll(config.argv());
        return argv;
    }
}
