package io.berth.container;

import static io.berth.error.InvalidArgumentException.within;

import io.berth.error.InvalidArgumentException;
import io.berth.network.NetworkMode;
import io.berth.runtime.AppArmor;
import io.berth.runtime.CgroupFeatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a request this engine can honour. What is wrong is refused as Docker refuses it.
 */
final class ContainerRules {

    /** {@code __NEW_UTS_LEN}: what uname(2) has room for. */
    private static final int LONGEST_NAME = 64;
    private static final Set<String> RUNTIMES = Set.of("berth", "runc", "io.containerd.runc.v2");

    private ContainerRules() {}

    /** What will not be as asked. */
    static List<String> check(ContainerConfig config, HostConfig host, CgroupFeatures offered) {
        var warnings = new ArrayList<>(ResourceRules.check(host, offered));
        identities(config, host);
        modes(host);
        names(host);
        warnings.addAll(SecurityOptions.warnings(host, AppArmor.isEnabled()));
        within("HostConfig.LogConfig.Config", () -> LogOptions.check(host));
        within("HostConfig.RestartPolicy", () -> RestartPolicies.check(host.restartPolicy(), host.autoRemove()));
        within("Healthcheck", () -> HealthRules.check(config.healthcheck()));
        return warnings;
    }

    private static void identities(ContainerConfig config, HostConfig host) {
        within("Hostname", () -> name(config.hostname()));
        within("Domainname", () -> name(config.domainname()));
        for (var label : config.labels().entrySet()) {
            if (label.getKey().isEmpty()) {
                throw new InvalidArgumentException("invalid label: a name is empty").at("Labels");
            }
        }
        if (config.workingDir() != null && !config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw new InvalidArgumentException("the working directory '" + config.workingDir() + "' is invalid, it needs to be an absolute path").at("WorkingDir");
        }
        var signal = config.stopSignal();
        if (signal != null) {
            within("StopSignal", () -> Signals.parse(signal));
        }
        if (config.env() != null && config.env().stream().anyMatch(line -> line.indexOf('\0') >= 0)) {
            throw new InvalidArgumentException("invalid environment variable: it holds a NUL").at("Env");
        }
    }

    private static void name(@Nullable String name) {
        if (name != null && name.chars().anyMatch(c -> c <= ' ' || c == '/' || Character.isISOControl(c))) {
            throw new InvalidArgumentException("invalid hostname: " + name);
        }
        if (name != null && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new InvalidArgumentException("invalid hostname: " + name + " is longer than " + LONGEST_NAME + " bytes");
        }
    }

    private static void modes(HostConfig host) {
        if (!RUNTIMES.contains(host.runtime())) {
            throw new InvalidArgumentException("unknown or invalid runtime name: " + host.runtime()).at("HostConfig.Runtime");
        }
        if (!Set.of("", "default").contains(host.isolation())) {
            throw new InvalidArgumentException("invalid isolation (" + host.isolation() + "): linux only supports 'default'").at("HostConfig.Isolation");
        }
        if (!Set.of("", "host", "private").contains(host.cgroupnsMode())) {
            throw new InvalidArgumentException("invalid cgroup namespace mode: " + host.cgroupnsMode()).at("HostConfig.CgroupnsMode");
        }
        if (host.privileged() && "host".equals(host.usernsMode())) {
            return;
        }
        if (!host.usernsMode().isEmpty() && !host.usernsMode().equals("host")) {
            throw new InvalidArgumentException("invalid USER mode: " + host.usernsMode()).at("HostConfig.UsernsMode");
        }
    }

    /** What stands in files of the container, and is part of it by a name. */
    private static void names(HostConfig host) {
        EtcFiles.check(host);
        var network = NetworkMode.parse(host.networkMode());
        within("HostConfig.Sysctls",
                () -> Sysctls.check(host, network instanceof NetworkMode.Host || network.equals(new NetworkMode.Connected("host"))));
        if (host.annotations() != null && host.annotations().containsKey("")) {
            throw new InvalidArgumentException("invalid Annotations: the empty string is not permitted as an annotation key").at("HostConfig.Annotations");
        }
    }
}
