package io.berth.image;

import io.berth.error.InvalidArgumentException;
import io.berth.oci.Healthcheck;
import io.berth.oci.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A {@link RunConfig} while instructions change it. For one thread. */
final class RunConfigDraft {

    private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");
    private static final Set<String> FORBIDDEN_TRIGGERS = Set.of("ONBUILD", "FROM", "MAINTAINER");

    private String user;
    private final TreeSet<String> exposedPorts;
    private final List<String> env;
    private @Nullable List<String> entrypoint;
    private @Nullable List<String> cmd;
    private final TreeSet<String> volumes;
    private String workingDir;
    private final SortedMap<String, String> labels;
    private String stopSignal;
    private final @Nullable Integer stopTimeoutSeconds;
    private @Nullable Healthcheck healthcheck;
    private List<String> shell;
    private final List<String> onBuild;

    RunConfigDraft(RunConfig config) {
        user = config.user();
        exposedPorts = new TreeSet<>(config.exposedPorts());
        env = new ArrayList<>(config.env());
        entrypoint = config.entrypoint();
        cmd = config.cmd();
        volumes = new TreeSet<>(config.volumes());
        workingDir = config.workingDir();
        labels = new TreeMap<>(config.labels());
        stopSignal = config.stopSignal();
        stopTimeoutSeconds = config.stopTimeoutSeconds();
        healthcheck = config.healthcheck();
        shell = config.shell();
        onBuild = new ArrayList<>(config.onBuild());
    }

    RunConfig toConfig() {
        return new RunConfig(user, exposedPorts, env, entrypoint, cmd, volumes, workingDir, labels, stopSignal,
                stopTimeoutSeconds, healthcheck, shell, onBuild);
    }

    void cmd(@Nullable List<String> command) {
        cmd = command;
    }

    void entrypoint(List<String> command) {
        entrypoint = command;
    }

    /** Takes from {@code below} what is not said here, name by name. Source: Docker Engine API v1.51, ImageCommit. */
    void inherit(RunConfig below) {
        user = user.isEmpty() ? below.user() : user;
        exposedPorts.addAll(below.exposedPorts());
        below.env().stream().filter(line -> env.stream().noneMatch(own -> own.startsWith(line.substring(0, line.indexOf('=') + 1))))
                .forEach(env::add);
        below.labels().forEach(labels::putIfAbsent);
        if (entrypoint == null || entrypoint.isEmpty()) {
            // A command of the config below was made for the entrypoint there.
            cmd = cmd == null || cmd.isEmpty() ? below.cmd() : cmd;
            entrypoint = entrypoint == null ? below.entrypoint() : entrypoint;
        }
        volumes.addAll(below.volumes());
        workingDir = workingDir.isEmpty() ? below.workingDir() : workingDir;
        stopSignal = stopSignal.isEmpty() ? below.stopSignal() : stopSignal;
        healthcheck = healthcheck == null ? below.healthcheck() : healthcheck;
    }

    void env(String name, String value) {
        env.removeIf(line -> line.startsWith(name + "="));
        env.add(name + "=" + value);
    }

    void label(String name, String value) {
        labels.put(name, value);
    }

    /** A port or a range of ports; TCP unless it says so. */
    void expose(String text) {
        Matcher port = PORT.matcher(text.toLowerCase(Locale.ROOT));
        if (!port.matches()) {
            throw new InvalidArgumentException("invalid containerPort: " + text);
        }
        int first = Integer.parseInt(port.group(1));
        int last = port.group(2) == null ? first : Integer.parseInt(port.group(2));
        if (first < 1 || last < first || last > 65535) {
            throw new InvalidArgumentException("invalid containerPort: " + text);
        }
        String protocol = port.group(3) == null ? "tcp" : port.group(3);
        for (int number = first; number <= last; number++) {
            exposedPorts.add(number + "/" + protocol);
        }
    }

    void volume(String path) {
        if (path.isBlank()) {
            throw new InvalidArgumentException("VOLUME specified can not be an empty string");
        }
        volumes.add(path);
    }

    void user(String name) {
        user = name;
    }

    /** A relative folder is below the one that was set before. */
    void workingDir(String path) {
        workingDir = Path.of("/").resolve(workingDir).resolve(path).normalize().toString();
    }

    void stopSignal(String signal) {
        stopSignal = signal;
    }

    void shell(List<String> words) {
        shell = words;
    }

    void onBuild(String trigger) {
        String first = trigger.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
        if (FORBIDDEN_TRIGGERS.contains(first)) {
            throw new InvalidArgumentException(first + " isn't allowed as an ONBUILD trigger");
        }
        onBuild.add(trigger);
    }

    void healthcheck(Healthcheck check) {
        healthcheck = check;
    }
}
