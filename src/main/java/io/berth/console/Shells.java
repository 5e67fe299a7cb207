package io.berth.console;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.ContainerUsers;
import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.ffi.NativeException;
import io.berth.ffi.RootDir;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Which shells a running container has, by its files: links are followed within its root, and nothing of it is read or run. What is found
 * may be no shell at all; then it is the container's own business what runs there.
 */
@Component
public class Shells {

    /** The best one first: comfortable, then plain, then those that speak another language. */
    private static final List<String> NAMES = List.of("bash", "zsh", "ash", "sh", "dash", "mksh", "ksh", "fish");
    private static final List<String> USUAL_FOLDERS = List.of("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin");
    private static final int MOST_FOLDERS = 32;
    private static final int ANYONE_MAY_EXECUTE = 0111;

    private final Toolbox toolbox;

    Shells(Toolbox toolbox) {
        this.toolbox = toolbox;
    }

    /** A shell. @param path the first of its name along the container's PATH */
    public record Shell(String name, String path) {}

    /**
     * What a console can be opened with.
     *
     * @param shells the best one first
     * @param users those that the container's own files name
     * @param user that it runs as, empty for root
     * @param workingDir that it runs in
     * @param toolbox whether tools can be brought
     * @param toolboxMissing why they cannot, and how that is mended; empty when they can
     */
    public record Choice(List<Shell> shells, List<String> users, String user, String workingDir, boolean toolbox, String toolboxMissing) {}

    /** @throws ConflictException it does not run */
    public Choice of(Container container) {
        var config = container.config();
        try (var root = root(container)) {
            var missing = toolbox.missing();
            return new Choice(find(root, folders(container)), ContainerUsers.names(root), config.user() == null ? "" : config.user(),
                    config.workingDir() == null || config.workingDir().isEmpty() ? "/" : config.workingDir(), missing.isEmpty(), missing.orElse(""));
        }
    }

    /** @throws InvalidArgumentException it has none */
    String best(Container container) {
        try (var root = root(container)) {
            return find(root, folders(container)).stream().findFirst().map(Shell::path).orElseThrow(() -> new InvalidArgumentException(
                    "shell: there is none of " + String.join(", ", NAMES) + " in this container: name another program, or use the toolbox"));
        }
    }

    private static RootDir root(Container container) {
        if (!(container.state() instanceof ContainerState.Running running)) {
            throw new ConflictException("container " + container.id() + " is not running");
        }
        try {
            return RootDir.open(Path.of("/proc", Integer.toString(running.pid()), "root"));
        } catch (NativeException gone) {
            throw new ConflictException("container " + container.id() + " is not running", gone);
        }
    }

    private static List<String> folders(Container container) {
        var folders = new LinkedHashSet<String>();
        var environment = container.config().env() == null ? List.<String>of() : container.config().env();
        environment.stream().filter(line -> line.startsWith("PATH=")).findFirst()
                .ifPresent(line -> List.of(line.substring("PATH=".length()).split(":")).forEach(folders::add));
        folders.addAll(USUAL_FOLDERS);
        return folders.stream().filter(folder -> folder.startsWith("/")).limit(MOST_FOLDERS).toList();
    }

    static List<Shell> find(RootDir root, List<String> folders) {
        var found = new ArrayList<Shell>();
        for (var name : NAMES) {
            folders.stream().map(folder -> (folder.endsWith("/") ? folder : folder + "/") + name).filter(path -> isProgram(root, path)).findFirst()
                    .ifPresent(path -> found.add(new Shell(name, path)));
        }
        return found;
    }

    /** Opened as a mere place: that has no effects, whatever stands there. */
    private static boolean isProgram(RootDir root, String path) {
        try (var file = root.openInRoot(path, RootDir.O_PATH, 0)) {
            var stat = file.stat();
            return stat.isRegularFile() && (stat.permissions() & ANYONE_MAY_EXECUTE) != 0;
        } catch (NativeException missing) {
            return false;
        }
    }
}
