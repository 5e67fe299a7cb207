package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Healthcheck;
import io.berth.oci.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was asked, completed by what the image says. Source: Docker Engine API 1.51, ContainerCreate; SURFACE of its clients. */
final class ConfigMerge {

    private ConfigMerge() {}

    /**
     * Merges.
     *
     * @param hasNameOfHost its name is the host's when none is asked for
     * @param hostname of the host
     * @throws InvalidArgumentException there is nothing to run
     */
    static ContainerConfig merge(ContainerConfig asked, RunConfig image, ContainerId id, boolean hasNameOfHost, String hostname) {
        List<String> entrypoint = asked.entrypoint();
        List<String> cmd = asked.cmd();
        // An entrypoint of its own drops the image's command, which was made for the image's entrypoint.
        if (entrypoint == null) {
            entrypoint = image.entrypoint();
            cmd = cmd == null || cmd.isEmpty() ? image.cmd() : cmd;
        }
        if (entrypoint != null && entrypoint.equals(List.of(""))) {
            entrypoint = null;
        }
        if ((entrypoint == null || entrypoint.isEmpty()) && (cmd == null || cmd.isEmpty())) {
            throw new InvalidArgumentException("no command specified");
        }
        var hostName = blank(asked.hostname()) ? hasNameOfHost ? hostname : id.shortId() : asked.hostname();
        return new ContainerConfig(hostName, orEmpty(asked.domainname()), first(asked.user(), image.user()),
                asked.attachStdin(), asked.attachStdout(), asked.attachStderr(), keys(asked.exposedPorts(), image.exposedPorts()),
                asked.tty(), asked.openStdin(), asked.stdinOnce(), declared(image.env(), asked.env()), cmd,
                healthcheck(asked.healthcheck(), image.healthcheck()), asked.image(), keys(asked.volumes(), image.volumes()),
                first(asked.workingDir(), image.workingDir()), entrypoint, asked.networkDisabled(), asked.macAddress(),
                image.onBuild().isEmpty() ? asked.onBuild() : image.onBuild(), labels(image.labels(), asked.labels()),
                blank(asked.stopSignal()) ? image.stopSignal().isEmpty() ? null : image.stopSignal() : asked.stopSignal(),
                asked.stopTimeout() == null ? image.stopTimeoutSeconds() : asked.stopTimeout(),
                asked.shell() == null ? image.shell().isEmpty() ? null : image.shell() : asked.shell());
    }

    /**
     * The image's lines, then those asked for; the latter win, and the last of them. What the image has keeps its place; a name
     * without a value takes the image's line away.
     */
    static List<String> environment(List<String> image, @Nullable List<String> asked) {
        var lines = new LinkedHashMap<String, String>();
        image.forEach(line -> lines.put(nameOf(line), line));
        var ofImage = Set.copyOf(lines.keySet());
        for (String line : asked == null ? List.<String>of() : asked) {
            if (line.isEmpty() || line.startsWith("=")) {
                throw new InvalidArgumentException("invalid environment variable: " + line);
            }
            if (line.indexOf('\0') >= 0) {
                throw new InvalidArgumentException("invalid environment variable: " + nameOf(line) + " holds a NUL");
            }
            if (line.indexOf('=') < 0) {
                lines.remove(line);
            } else {
                if (!ofImage.contains(nameOf(line))) {
                    lines.remove(nameOf(line));
                }
                lines.put(nameOf(line), line);
            }
        }
        return new ArrayList<>(lines.values());
    }

    /** What was asked for, in that order, and what of the image's lines is left: as it is shown. Null for nothing. */
    private static @Nullable List<String> declared(List<String> image, @Nullable List<String> asked) {
        List<String> lines = asked == null ? List.of() : asked;
        environment(image, lines);
        var names = lines.stream().map(ConfigMerge::nameOf).collect(Collectors.toSet());
        var declared = new ArrayList<>(lines.stream().filter(line -> line.indexOf('=') >= 0).toList());
        image.stream().filter(line -> !names.contains(nameOf(line))).forEach(declared::add);
        return declared.isEmpty() ? null : declared;
    }

    static String nameOf(String line) {
        int end = line.indexOf('=');
        return end < 0 ? line : line.substring(0, end);
    }

    private static Map<String, String> labels(Map<String, String> image, @Nullable Map<String, String> asked) {
        var all = new TreeMap<>(image);
        if (asked != null) {
            all.putAll(asked);
        }
        return all;
    }

    private static @Nullable Map<String, Object> keys(@Nullable Map<String, Object> asked, Set<String> image) {
        var all = new TreeMap<String, Object>();
        image.forEach(key -> all.put(key, Map.of()));
        if (asked != null) {
            asked.keySet().forEach(key -> all.put(key, Map.of()));
        }
        return all.isEmpty() ? null : all;
    }

    /** What is not said is inherited, field by field. */
    private static @Nullable Healthcheck healthcheck(@Nullable Healthcheck asked, @Nullable Healthcheck image) {
        if (asked == null || image == null) {
            return asked == null ? image : asked;
        }
        return new Healthcheck(asked.test().isEmpty() ? image.test() : asked.test(),
                asked.intervalNanos() == 0 ? image.intervalNanos() : asked.intervalNanos(),
                asked.timeoutNanos() == 0 ? image.timeoutNanos() : asked.timeoutNanos(),
                asked.startPeriodNanos() == 0 ? image.startPeriodNanos() : asked.startPeriodNanos(),
                asked.startIntervalNanos() == 0 ? image.startIntervalNanos() : asked.startIntervalNanos(),
                asked.retries() == 0 ? image.retries() : asked.retries());
    }

    private static String first(@Nullable String asked, String image) {
        return blank(asked) ? image : asked;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isEmpty();
    }
}
