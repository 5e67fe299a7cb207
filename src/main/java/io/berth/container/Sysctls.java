package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.LaunchOp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Kernel settings of a container: only such as have a value of their own in its namespaces; those of the host are the host's. */
final class Sysctls {

    private static final Set<String> OF_IPC = Set.of("kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall",
            "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced");
    private static final String HOST = "host";
    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_-]+([./][a-zA-Z0-9_-]+)*");

    private Sysctls() {}

    /**
     * Refuses what is not the container's own, in the words of runc.
     *
     * @param onHostNetwork it has no network namespace of its own
     */
    static void check(HostConfig host, boolean onHostNetwork) {
        if (host.sysctls() != null) {
            host.sysctls().forEach((key, value) -> check(key, value == null ? "" : value, host, onHostNetwork));
        }
    }

    private static void check(String asked, String value, HostConfig host, boolean onHostNetwork) {
        if (!KEY.matcher(asked).matches() || value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t')) {
            throw new InvalidArgumentException("invalid sysctl: \"" + asked + "\"");
        }
        String key = dotted(asked);
        if (key.startsWith("net.")) {
            refuse(onHostNetwork, "sysctl \"" + key + "\" not allowed in host network namespace");
            return;
        }
        if (OF_IPC.contains(key) || key.startsWith("fs.mqueue.")) {
            refuse(HOST.equals(host.ipcMode()), "sysctl \"" + key + "\" is not allowed in the hosts ipc namespace");
            return;
        }
        refuse(key.equals("kernel.hostname"), "sysctl \"" + key + "\" is not allowed as it conflicts with the OCI \"hostname\" field");
        refuse(!key.equals("kernel.domainname") || HOST.equals(host.utsMode()), "sysctl \"" + key + "\" is not in a separate kernel namespace");
    }

    /** The key with dots between its parts, and slashes for dots within them: sysctl(8) takes both the other way round, too. */
    static String dotted(String key) {
        int first = key.replace('/', '.').indexOf('.');
        if (first < 0 || key.charAt(first) == '.') {
            return key;
        }
        return key.replace('.', '\0').replace('/', '.').replace('\0', '/');
    }

    /** What a shim sets. */
    static List<LaunchOp> ops(@Nullable Map<String, String> asked) {
        return asked == null ? List.of() : asked.entrySet().stream()
                .map(setting -> (LaunchOp) new LaunchOp.Sysctl(dotted(setting.getKey()), setting.getValue())).toList();
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new InvalidArgumentException(message);
        }
    }
}
