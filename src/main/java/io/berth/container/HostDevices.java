package io.berth.container;

import io.berth.error.InternalException;
import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.runtime.DeviceRule;
import io.berth.runtime.LaunchOp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Device files of the host for containers: all for privileged ones, else those that were asked for. */
final class HostDevices {

    /** What a container has of its own. */
    private static final Set<String> OWN =
            Set.of("pts", "shm", "mqueue", "fd", "null", "zero", "full", "random", "urandom", "tty", "console", "ptmx");

    /** A device file to make, and what may be done with the device. */
    record HostDevice(LaunchOp.Device file, String access) {

        DeviceRule rule() {
            char type = (file.typeAndMode() & FileStat.S_IFMT) == FileStat.S_IFBLK ? 'b' : 'c';
            return new DeviceRule(true, type, file.major(), file.minor(), access);
        }
    }

    private HostDevices() {}

    /** The device files that the container's {@code /dev} gets beside its own, each path once. */
    static List<LaunchOp> files(HostConfig host) {
        var byPath = new LinkedHashMap<String, LaunchOp>();
        if (host.privileged()) {
            all().forEach(device -> byPath.put(device.file().target(), device.file()));
        }
        asked(host).forEach(device -> byPath.put(device.file().target(), device.file()));
        DefaultProfile.DEVICES.forEach(own -> {
            if (own instanceof LaunchOp.Device file) {
                byPath.remove(file.target());
            }
        });
        return List.copyOf(byPath.values());
    }

    private static List<HostDevice> all() {
        var found = new ArrayList<HostDevice>();
        try (var dev = RootDir.open(Path.of("/dev"))) {
            collect(dev, "/dev", "rwm", found, true);
        }
        return found;
    }

    /**
     * The devices that were asked for; of a folder those in it and below.
     *
     * @throws InternalException there is no such device: known at the start only, as with Docker
     */
    static List<HostDevice> asked(HostConfig host) {
        var found = new ArrayList<HostDevice>();
        if (host.devices() != null) {
            host.devices().forEach(device -> add(device, found));
        }
        return found;
    }

    private static void add(HostConfig.DeviceAsked asked, List<HostDevice> found) {
        var stat = stat(asked.pathOnHost());
        if (stat == null) {
            throw missing(asked, "no such file or directory");
        }
        if (stat.isDirectory()) {
            try (var folder = RootDir.open(Path.of(asked.pathOnHost()))) {
                collect(folder, asked.pathInContainer(), asked.cgroupPermissions(), found, false);
            }
        } else if (isDevice(stat)) {
            found.add(new HostDevice(file(asked.pathInContainer(), stat), asked.cgroupPermissions()));
        } else {
            throw missing(asked, "not a device node");
        }
    }

    private static InternalException missing(HostConfig.DeviceAsked asked, String why) {
        return new InternalException("error gathering device information while adding custom device \"" + asked.pathOnHost() + "\": " + why);
    }

    /** What a path of the host leads to, links followed; null when there is nothing. */
    static @Nullable FileStat stat(String path) {
        try {
            var real = Path.of(path).toRealPath();
            try (var folder = RootDir.open(real.getParent() == null ? real : real.getParent())) {
                return folder.statIfPresent(real.getFileName() == null ? "." : real.getFileName().toString());
            }
        } catch (IOException | java.nio.file.InvalidPathException absent) {
            return null;
        }
    }

    private static void collect(RootDir dir, String path, String access, List<HostDevice> found, boolean isDev) {
        for (DirEntry entry : dir.list(".")) {
            if (isDev && OWN.contains(entry.name())) {
                continue;
            }
            var stat = dir.statIfPresent(entry.name());
            if (stat == null) {
                continue;
            }
            if (stat.isDirectory()) {
                try (var inside = dir.openDir(entry.name())) {
                    collect(inside, path + "/" + entry.name(), access, found, false);
                } catch (NativeException gone) {
                    // A device was unplugged meanwhile.
                    continue;
                }
            } else if (isDevice(stat)) {
                found.add(new HostDevice(file(path + "/" + entry.name(), stat), access));
            }
        }
    }

    private static boolean isDevice(FileStat stat) {
        return stat.type() == FileStat.S_IFCHR || stat.type() == FileStat.S_IFBLK;
    }

    private static LaunchOp.Device file(String target, FileStat stat) {
        return new LaunchOp.Device(target, stat.mode(), stat.specialMajor(), stat.specialMinor(), (int) stat.uid(), (int) stat.gid());
    }
}
