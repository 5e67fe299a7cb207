package io.berth.container;

import io.berth.runtime.LaunchOp;
import java.util.List;

/** What each container gets unless told otherwise, as Docker's users know it. */
final class DefaultProfile {

    static final long RDONLY = TmpfsOptions.RDONLY;
    static final long NOSUID = TmpfsOptions.NOSUID;
    static final long NODEV = TmpfsOptions.NODEV;
    static final long NOEXEC = TmpfsOptions.NOEXEC;
    static final long STRICTATIME = TmpfsOptions.STRICTATIME;
    static final long KERNEL_FILES = NOSUID | NODEV | NOEXEC;
    static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    static final List<String> MASKED = List.of("/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys",
            "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
            "/sys/devices/virtual/powercap");
    static final List<String> READ_ONLY = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private static final int CHARACTER = 0020000;

    static final List<LaunchOp> DEVICES = List.of(device("null", 1, 3), device("zero", 1, 5), device("full", 1, 7),
            device("random", 1, 8), device("urandom", 1, 9), device("tty", 5, 0),
            new LaunchOp.Symlink("pts/ptmx", "/dev/ptmx"), new LaunchOp.Symlink("/proc/self/fd", "/dev/fd"),
            new LaunchOp.Symlink("/proc/self/fd/0", "/dev/stdin"), new LaunchOp.Symlink("/proc/self/fd/1", "/dev/stdout"),
            new LaunchOp.Symlink("/proc/self/fd/2", "/dev/stderr"));

    private DefaultProfile() {}

    private static LaunchOp device(String name, int major, int minor) {
        return new LaunchOp.Device("/dev/" + name, CHARACTER | 0666, major, minor, 0, 0);
    }
}
