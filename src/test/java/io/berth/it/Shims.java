package io.berth.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The shims of one instance: known by the files that they hold open below its folders. */
final class Shims {

    private Shims() {}

    static List<ProcessHandle> of(Path home) {
        return ProcessHandle.allProcesses().filter(process -> isShim(process.pid()) && holds(process.pid(), home)).toList();
    }

    /** Ends them at whatever instruction they are, and their containers with them. */
    static void kill(Path home) {
        of(home).forEach(ProcessHandle::destroyForcibly);
        Eventually.holds(() -> "no shim is left of " + of(home), () -> of(home).isEmpty());
    }

    private static boolean isShim(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip().equals("berth-shim");
        } catch (IOException ended) {
            return false;
        }
    }

    private static boolean holds(long pid, Path home) {
        try (var descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (var descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).startsWith(home)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | java.nio.file.DirectoryIteratorException ended) {
            return false;
        }
    }
}
