package io.berth.console;

import io.berth.container.ContainerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was started in a console and ends with it. */
final class Programs {

    private Programs() {}

    /**
     * Their names; the shell itself is not among them.
     *
     * @param shell its number on the host
     * @param toolbox whether it has mounts of its own
     * @param all processes of the container, by number
     */
    static List<String> of(int shell, boolean toolbox, List<ContainerProcess> all) {
        return toolbox ? inMountsOf(shell, all) : descendants(shell, all);
    }

    /** With tools, all that is in its mounts ends with a console, whose child it may be by now. */
    private static List<String> inMountsOf(int root, List<ContainerProcess> all) {
        var mounts = mounts(root);
        return all.stream().filter(process -> process.pid() != root && mounts.isPresent() && mounts(process.pid()).equals(mounts)).map(Programs::nameOf).toList();
    }

    /** As it was called: the kernel's own name of what a busybox runs is often {@code exe}. */
    private static String nameOf(ContainerProcess process) {
        var called = process.command().split(" ", 2)[0];
        return called.isEmpty() || called.startsWith("[") ? process.name() : called.substring(called.lastIndexOf('/') + 1);
    }

    private static Optional<Path> mounts(int pid) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid), "ns/mnt")));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    private static List<String> descendants(int root, List<ContainerProcess> all) {
        var family = new ArrayList<Integer>(List.of(root));
        var names = new ArrayList<String>();
        for (boolean grows = true; grows;) {
            grows = false;
            for (var process : all) {
                if (family.contains(process.parent()) && !family.contains(process.pid())) {
                    family.add(process.pid());
                    names.add(nameOf(process));
                    grows = true;
                }
            }
        }
        return names;
    }
}
