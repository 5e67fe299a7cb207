package io.berth.container;

import static io.berth.error.InvalidArgumentException.about;

import io.berth.container.UserFiles.Identity;
import io.berth.error.InvalidArgumentException;
import io.berth.instance.IdMap;
import io.berth.runtime.CapabilitySet;
import io.berth.runtime.LaunchOp;
import io.berth.runtime.SeccompCompiler;
import io.berth.runtime.SeccompProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last operations before a program: limits, capabilities, user, filter, profile. The same for a container and for an exec. */
final class Privileges {

    private static final Map<String, Integer> RESOURCES = Map.ofEntries(Map.entry("cpu", 0), Map.entry("fsize", 1), Map.entry("data", 2),
            Map.entry("stack", 3), Map.entry("core", 4), Map.entry("rss", 5), Map.entry("nproc", 6), Map.entry("nofile", 7),
            Map.entry("memlock", 8), Map.entry("locks", 9), Map.entry("sigpending", 11), Map.entry("msgqueue", 12),
            Map.entry("nice", 13), Map.entry("rtprio", 14), Map.entry("rttime", 15));
    private static final HostConfig.Ulimit OPEN_FILES = new HostConfig.Ulimit("nofile", Math.min(524_288, mostOpenFiles()), 1_024);

    private Privileges() {}

    static List<LaunchOp> ops(HostConfig host, Identity user, boolean privileged) {
        var ops = new ArrayList<LaunchOp>();
        ops.add(new LaunchOp.Keyring());
        ops.addAll(about("HostConfig.Ulimits", () -> limits(host)));
        var capabilities = about("HostConfig.CapAdd", () -> CapabilitySet.of(privileged || host.privileged(), orEmpty(host.capAdd()), orEmpty(host.capDrop())));
        var security = SecurityOptions.of(host);
        SeccompProfile profile = privileged ? null : security.seccomp();
        var filter = profile == null ? null : new LaunchOp.Seccomp(SeccompCompiler.compile(profile, capabilities));
        ops.add(new LaunchOp.Bounding(capabilities.mask()));
        // Loading a filter takes CAP_SYS_ADMIN or no_new_privs: the one is there up to the change of user, the other comes after it.
        if (filter != null && !security.noNewPrivileges()) {
            ops.add(filter);
        }
        ops.add(new LaunchOp.User(user.uid(), user.gid(), user.groups()));
        long held = user.uid() == 0 ? capabilities.mask() : 0;
        ops.add(new LaunchOp.CapabilitySets(held, held, 0, 0));
        if (security.noNewPrivileges()) {
            ops.add(new LaunchOp.NoNewPrivileges());
            if (filter != null) {
                ops.add(filter);
            }
        }
        ops.addAll(SecurityOptions.appArmorOps(host));
        return ops;
    }

    /** Who a process will be, as the host has it. */
    static LaunchOp.Mapped mapped(IdMap ids, Identity user) {
        return new LaunchOp.Mapped((int) ids.hostUser(0), (int) ids.hostGroup(0), (int) ids.hostUser(Integer.toUnsignedLong(user.uid())));
    }

    private static List<LaunchOp> limits(HostConfig host) {
        var limits = new ArrayList<LaunchOp>();
        var asked = orEmpty(host.ulimits());
        if (asked.stream().noneMatch(limit -> limit.name().equals("nofile"))) {
            limits.add(limit(OPEN_FILES));
        }
        asked.forEach(limit -> limits.add(limit(limit)));
        return limits;
    }

    private static LaunchOp limit(HostConfig.Ulimit limit) {
        Integer resource = RESOURCES.get(limit.name());
        if (resource == null) {
            throw new InvalidArgumentException("invalid ulimit type: " + limit.name());
        }
        if (limit.hard() != -1 && (limit.soft() == -1 || limit.soft() > limit.hard())) {
            throw new InvalidArgumentException("ulimit soft limit must be less than or equal to hard limit: "
                    + (limit.soft() == -1 ? "hard: " + limit.hard() + ", soft: unlimited" : limit.soft() + " > " + limit.hard()));
        }
        return new LaunchOp.ResourceLimit(resource, limit.soft(), limit.hard());
    }

    /** Our own hard limit: a host that does not let us raise it does not let containers either. */
    private static long mostOpenFiles() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream().filter(line -> line.startsWith("Max open files")).findFirst()
                    .map(line -> line.split("\\s+")[4]).filter(limit -> !limit.equals("unlimited")).map(Long::valueOf).orElse(Long.MAX_VALUE);
        } catch (IOException failure) {
            throw new UncheckedIOException("read our own limits", failure);
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
