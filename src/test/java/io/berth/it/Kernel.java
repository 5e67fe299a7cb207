package io.berth.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel's files say of a running container, read from the host. */
final class Kernel {

    private Kernel() {}

    /** A limit of a container's cgroup: the file of the v1 controller, or that of v2 where the controller is not on v1. */
    static String limit(BerthInstance berth, String container, String controller, String v1, String v2) {
        var pid = berth.docker("inspect", "-f", "{{.State.Pid}}", container).ok();
        try {
            boolean old = Files.isDirectory(Path.of("/sys/fs/cgroup", controller));
            for (var line : Files.readAllLines(Path.of("/proc", pid, "cgroup"))) {
                var parts = line.split(":", 3);
                if (old ? List.of(parts[1].split(",")).contains(controller) : parts[1].isEmpty()) {
                    return Files.readString(Path.of("/sys/fs/cgroup", old ? controller : "", parts[2], old ? v1 : v2)).strip();
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        throw new AssertionError("process " + pid + " is in no cgroup of " + controller);
    }
}
