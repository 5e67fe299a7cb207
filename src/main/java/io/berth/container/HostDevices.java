package io.berth.container;

import io.berth.ffi.DirEntry;
import io.berth.ffi.FileStat;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import io.berth.runtime.LaunchOp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All device files of the host, for privileged containers. */
final class HostDevices {

    /** What a container has of its own. */
    private static final Set<String> OWN =
            Set.of("pts", "shm", "mqueue", "fd", "null", "zero", "full", "random", "urandom", "tty", "console", "ptmx");

    private HostDevices() {}

    static List<LaunchOp> list() {
        var found = new ArrayList<LaunchOp>();
        try (var dev = RootDir.open(Path.of("/dev"))) {
            collect(dev, "/dev", found, true);
        }
        return found;
    }

    private static void collect(RootDir dir, String path, List<LaunchOp> found, boolean isTop) {
        for (DirEntry entry : dir.list(".")) {
            if (isTop && OWN.contains(entry.name())) {
                continue;
            }
            var stat = dir.statIfPresent(entry.name());
            if (stat == null) {
                continue;
            }
            if (stat.isDirectory()) {
                try (var inside = dir.openDir(entry.name())) {
                    collect(inside, path + "/" + entry.name(), found, false);
                } catch (NativeException gone) {
                    // A device was unplugged meanwhile.
                    continue;
                }
            } else if (stat.type() == FileStat.S_IFCHR || stat.type() == FileStat.S_IFBLK) {
                found.add(new LaunchOp.Device(path + "/" + entry.name(), stat.mode(), stat.specialMajor(), stat.specialMinor(),
                        (int) stat.uid(), (int) stat.gid()));
            }
        }
    }
}
