package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.network.NetworkMode;
import io.berth.runtime.AppArmor;
import io.berth.runtime.CgroupFeatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
        LogOptions.check(host);
        RestartPolicies.check(host.restartPolicy(), host.autoRemove());
        HealthRules.check(config.healthcheck());
        return warnings;
    }

    private static void identities(ContainerConfig config, HostConfig host) {
        for (String name : new String[] {config.hostname(), config.domainname()}) {
            if (name != null && name.chars().anyMatch(c -> c <= ' ' || c == '/' || Character.isISOControl(c))) {
                throw new InvalidArgumentException("invalid hostname: " + name);
            }
            if (name != null && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                throw new InvalidArgumentException("invalid hostname: " + name + " is longer than " + LONGEST_NAME + " bytes");
            }
        }
        for (var label : config.labels().entrySet()) {
            if (label.getKey().isEmpty()) {
                throw new InvalidArgumentException("invalid label: a name is empty");
            }
        }
        if (config.workingDir() != null && !config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw new InvalidArgumentException("the working directory '" + config.workingDir() + "' is invalid, it needs to be an absolute path");
        }
        if (config.stopSignal() != null) {
            Signals.parse(config.stopSignal());
        }
        if (config.env() != null && config.env().stream().anyMatch(line -> line.indexOf('\0') >= 0)) {
            throw new InvalidArgumentException("invalid environment variable: it holds a NUL");
        }
    }

    private static void modes(HostConfig host) {
        if (!RUNTIMES.contains(host.runtime())) {
            throw new InvalidArgumentException("unknown or invalid runtime name: " + host.runtime());
        }
        if (!Set.of("", "default").contains(host.isolation())) {
            throw new InvalidArgumentException("invalid isolation (" + host.isolation() + "): linux only supports 'default'");
        }
        if (!Set.of("", "host", "private").contains(host.cgroupnsMode())) {
            throw new InvalidArgumentException("invalid cgroup namespace mode: " + host.cgroupnsMode());
        }
        if (host.privileged() && "host".equals(host.usernsMode())) {
            return;
        }
        if (!host.usernsMode().isEmpty() && !host.usernsMode().equals("host")) {
            throw new InvalidArgumentException("invalid USER mode: " + host.usernsMode());
        }
    }

    /** What stands in files of the container, and is part of it by a name. */
    private static void names(HostConfig host) {
        EtcFiles.check(host);
        var network = NetworkMode.parse(host.networkMode());
        Sysctls.check(host, network instanceof NetworkMode.Host || network.equals(new NetworkMode.Connected("host")));
        if (host.annotations() != null && host.annotations().containsKey("")) {
            throw new InvalidArgumentException("invalid Annotations: the empty string is not permitted as an annotation key");
        }
    }
}
