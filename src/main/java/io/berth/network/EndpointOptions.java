package io.berth.network;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import io.berth.ffi.Fd;
import io.berth.ffi.NamespaceVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/**
 * What a container asks of its interface in a network beside addresses: {@code DriverOpts} of an endpoint. Options that are not Docker's
 * mean nothing and are kept.
 *
 * @param interfaceName of the interface; empty for one that the network's kind chooses
 * @param settings of the interface, in the order in which they are made
 */
record EndpointOptions(String interfaceName, List<Setting> settings) {

    private static final String OURS = "com.docker.network.";
    private static final String NAME = "com.docker.network.endpoint.ifname";
    private static final String SETTINGS = "com.docker.network.endpoint.sysctls";
    private static final Set<String> FAMILIES = Set.of("ipv4", "ipv6", "mpls");
    /** As clients that make all lower case send it, too. */
    private static final Set<String> PLACE_OF_NAME = Set.of("IFNAME", "ifname");
    private static final Pattern SETTING = Pattern.compile("net\\.(\\w+)\\.(\\w+)\\.(\\w+)\\.([\\w-]+)=(.*)", Pattern.DOTALL);
    /** What the kernel takes, but for the patterns by which it would choose one itself. */
    private static final Pattern INTERFACE = Pattern.compile("[^\\s/:%\\p{Cntrl}]{1,15}");

    EndpointOptions {
        settings = List.copyOf(settings);
    }

    /**
     * A setting of the interface.
     *
     * @param family {@code ipv4}, {@code ipv6} or {@code mpls}
     * @param group {@code conf} or {@code neigh}
     * @param name of the setting
     * @param value that it gets
     */
    record Setting(String family, String group, String name, String value) {}

    /**
     * Reads them.
     *
     * @param wrong takes what cannot be, in Docker's words
     * @throws NotImplementedException an option of Docker's that is not built
     */
    static EndpointOptions of(Map<String, String> options, List<String> wrong) {
        options.keySet().stream().filter(option -> option.startsWith(OURS) && !option.equals(NAME) && !option.equals(SETTINGS)).sorted().findFirst()
                .ifPresent(option -> {
                    throw new NotImplementedException("not supported yet: driver option " + option + " of a container's network");
                });
        String name = options.getOrDefault(NAME, "");
        if (!name.isEmpty() && (!INTERFACE.matcher(name).matches() || Set.of(".", "..", "lo", "all", "default").contains(name))) {
            wrong.add("invalid interface name '" + name + "'");
        }
        var settings = new ArrayList<Setting>();
        String asked = options.getOrDefault(SETTINGS, "");
        for (String text : asked.isEmpty() ? List.<String>of() : List.of(asked.split(",", -1))) {
            var parts = SETTING.matcher(text);
            if (parts.matches() && FAMILIES.contains(parts.group(1)) && PLACE_OF_NAME.contains(parts.group(3))) {
                settings.add(new Setting(parts.group(1), parts.group(2), parts.group(4), parts.group(5)));
            } else {
                wrong.add("unrecognised network interface sysctl '%s'; represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'"
                        .formatted(text));
            }
        }
        return new EndpointOptions(name, settings);
    }

    /** Whether nothing is asked. */
    boolean isUsual() {
        return interfaceName.isEmpty() && settings.isEmpty();
    }

    /** Those of a connection that was checked. @throws InvalidArgumentException it was not */
    static EndpointOptions of(Connection checked) {
        var wrong = new ArrayList<String>();
        EndpointOptions options = of(checked.options(), wrong);
        NetworkRules.refuse("invalid endpoint settings:\n", wrong);
        return options;
    }

    /**
     * Makes the settings of an interface.
     *
     * @param netns where it is; stays the caller's
     * @throws InternalException the kernel refuses one
     */
    void settle(Fd netns, String name) {
        if (settings.isEmpty()) {
            return;
        }
        try (var visitor = new NamespaceVisitor("berth-settings")) {
            visitor.visit(netns, () -> {
                settings.forEach(setting -> KernelSettings.set("%s/%s/%s/%s".formatted(setting.family(), setting.group(), name, setting.name()),
                        setting.value()));
                return true;
            }).join();
        } catch (CompletionException failed) {
            throw new InternalException("failed to set the sysctls of interface " + name + ": " + failed.getCause().getMessage(), failed);
        }
    }
}
