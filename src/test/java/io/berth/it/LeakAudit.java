package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares the kernel's objects before and after one instance: mounts, network links, nftables tables, cgroups and
 * processes. What the kernel tears down in the background is waited for.
 */
final class LeakAudit {

    private final String instance;
    private final Path home;
    private final String tag;
    private final Set<String> mountsBefore;
    private final Set<String> linksBefore;
    private final Set<String> tablesBefore;

    private LeakAudit(String instance, Path home) {
        this.instance = instance;
        this.home = home;
        this.tag = tag(instance);
        this.mountsBefore = mountsBelow(home);
        this.linksBefore = links();
        this.tablesBefore = tables();
    }

    static LeakAudit before(String instance, Path home) {
        return new LeakAudit(instance, home);
    }

    /** After the last container is removed, the service still runs: only what belongs to the service may be there. */
    void nothingOfContainersIsLeft() {
        Eventually.holds(() -> "no shim or container process: " + shims(), () -> shims().isEmpty());
        Eventually.holds(() -> "no mount below " + home + ": " + mounts(), () -> mounts().isEmpty());
        Eventually.holds(() -> "no cgroup of a container: " + containerCgroups(), () -> containerCgroups().isEmpty());
        assertThat(folders(home.resolve("data/containers"))).as("container folders").isEmpty();
        assertThat(folders(home.resolve("data/snapshots/active"))).as("writable layers").isEmpty();
    }

    /** After the service has ended. */
    void nothingIsLeft() {
        nothingOfContainersIsLeft();
        Eventually.holds(() -> "no process of the instance: " + processes(), () -> processes().isEmpty());
        Eventually.holds(() -> "no veth of the instance left beside its bridge: " + newLinks(), () -> newLinks().stream().noneMatch(link -> link.startsWith("v")));
        removeKernelObjects();
        assertThat(newLinks()).as("network links").isEmpty();
        assertThat(minus(tables(), tablesBefore)).as("nftables tables").isEmpty();
        assertThat(cgroups()).as("cgroups").isEmpty();
    }

    /** After a test that failed: what is left of containers and the service goes, so that nothing meets those who come later. */
    void sweep() {
        for (var point : new TreeSet<>(mounts()).descendingSet()) {
            if (!point.equals(home.resolve("data").toString())) {
                Command.run("umount", "-l", point);
            }
        }
        removeKernelObjects();
    }

    /** Bridge, table and cgroup parent stay when the service ends, since containers may run on; a test removes them. */
    private void removeKernelObjects() {
        for (var link : newLinks()) {
            Command.run("ip", "link", "delete", link);
        }
        for (var table : minus(tables(), tablesBefore)) {
            Command.run(Stream.concat(Stream.of("nft", "delete"), Stream.of(table.split(" "))).toArray(String[]::new));
        }
        for (var cgroup : cgroups()) {
            Command.run("rmdir", cgroup);
        }
    }

    private Set<String> mounts() {
        return minus(mountsBelow(home), mountsBefore);
    }

    private static Set<String> mountsBelow(Path home) {
        return lines(Path.of("/proc/self/mounts")).stream().map(line -> line.split(" ")[1])
                .filter(point -> point.startsWith(home.toString())).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of this instance: others may run on the machine. Source: {@code io.berth.network.InterfaceNames}. */
    Set<String> newLinks() {
        return minus(links(), linksBefore).stream().filter(link -> link.startsWith("b" + tag) || link.startsWith("v" + tag))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String tag(String instance) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(instance.getBytes(StandardCharsets.UTF_8))).substring(0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Set<String> links() {
        return names(Path.of("/sys/class/net"));
    }

    private Set<String> tables() {
        return Command.run("nft", "list", "tables").ok().lines().map(String::strip).filter(line -> line.endsWith(" berth-" + instance))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> cgroups() {
        try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            return hierarchies.filter(Files::isDirectory).map(hierarchy -> hierarchy.resolve(instance))
                    .filter(Files::isDirectory).map(Path::toString).distinct().toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private List<String> containerCgroups() {
        return cgroups().stream().flatMap(parent -> folders(Path.of(parent)).stream().map(child -> parent + "/" + child)).toList();
    }

    private List<String> shims() {
        return Shims.of(home).stream().map(shim -> "berth-shim " + shim.pid()).toList();
    }

    /** Processes whose command line, working folder or executable names this instance's folders. */
    private List<String> processes() {
        return ProcessHandle.allProcesses()
                .map(process -> process.pid() + " " + commandLine(process.pid()))
                .filter(line -> line.contains(home.toString()) && !line.startsWith(ProcessHandle.current().pid() + " "))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }

    private static List<String> folders(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (var children = Files.list(parent)) {
            return children.filter(Files::isDirectory).map(child -> child.getFileName().toString()).toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static Set<String> names(Path folder) {
        try (var children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static Set<String> minus(Set<String> left, Set<String> right) {
        var rest = new TreeSet<>(left);
        rest.removeAll(right);
        return rest;
    }
}
