package io.berth.runtime;

import io.berth.error.InternalException;
import io.berth.instance.FileFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What holds for folders of cgroups of both versions. */
final class CgroupTree {

    private static final long STEP_NANOS = 200_000;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private CgroupTree() {}

    /** Host numbers of the processes in a folder and below. */
    static List<Integer> pids(Path folder) {
        var pids = new ArrayList<Integer>();
        String text = CgroupFiles.read(folder.resolve("cgroup.procs"));
        if (text != null) {
            text.lines().filter(line -> !line.isBlank()).forEach(line -> pids.add(Integer.parseInt(line.strip())));
        }
        children(folder).forEach(child -> pids.addAll(pids(child)));
        return pids;
    }

    /** Removes a folder and all below it, deepest first. Processes that have just ended can hold it for a moment. */
    static void delete(Path folder) {
        if (isRemoved(folder)) {
            return;
        }
        children(folder).forEach(CgroupTree::delete);
        if (!await(() -> isRemoved(folder))) {
            throw new InternalException("cgroup " + folder + " is still in use by " + pids(folder));
        }
    }

    private static boolean isRemoved(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (NoSuchFileException gone) {
            return true;
        } catch (FileSystemException busy) {
            return false;
        } catch (IOException failure) {
            throw FileFailure.of("remove cgroup " + folder, failure);
        }
    }

    static List<Path> children(Path folder) {
        if (isLeaf(folder)) {
            return List.of();
        }
        try (var entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            var children = new ArrayList<Path>();
            entries.forEach(children::add);
            return children;
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException failure) {
            throw FileFailure.of("list cgroup " + folder, failure);
        }
    }

    /** By its links, as they are counted in every cgroup file system (fs/kernfs/inode.c): its own two and one of each folder below. */
    private static boolean isLeaf(Path folder) {
        try {
            return (int) Files.getAttribute(folder, "unix:nlink") == 2;
        } catch (NoSuchFileException gone) {
            return true;
        } catch (IOException failure) {
            throw FileFailure.of("look at cgroup " + folder, failure);
        }
    }

    /** The kernel tells nobody when these things are done; it takes it micro- to milliseconds. False when it took too long. */
    static boolean await(BooleanSupplier done) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
        return true;
    }

    /** Kills by number: a process that has ended meanwhile is fine. */
    static void kill(List<Integer> pids) {
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
}
