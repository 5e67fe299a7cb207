package io.berth.container;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The environment of a process in a container, made from scratch: nothing of the engine's own gets there. */
final class Environment {

    private Environment() {}

    static List<String> of(Container container, String home) {
        return of(container, home, container.config().tty(), null);
    }

    /** @param further lines of an exec, which win */
    static List<String> of(Container container, String home, boolean tty, @Nullable List<String> further) {
        var config = container.config();
        var base = new ArrayList<String>();
        base.add(DefaultProfile.PATH);
        base.add("HOSTNAME=" + config.hostname());
        if (tty) {
            base.add("TERM=xterm");
        }
        var lines = ConfigMerge.environment(ConfigMerge.environment(base, config.env()), further);
        if (lines.stream().noneMatch(line -> line.startsWith("HOME="))) {
            lines = new ArrayList<>(lines);
            lines.add("HOME=" + home);
        }
        return lines;
    }

    /** Tools that are brought come before those of the image, which have their whole paths still. */
    static List<String> withTools(List<String> lines) {
        return lines.stream().map(line -> line.startsWith("PATH=") ? "PATH=" + ExecSpec.TOOLS_PATH + ":" + line.substring("PATH=".length()) : line).toList();
    }
}
