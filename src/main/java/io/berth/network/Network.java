package io.berth.network;

import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network that containers can be connected to.
 *
 * @param id its identity; that of the three built-in networks is the same for the whole life of the instance
 * @param name {@code bridge}, {@code host}, {@code none} or a name given by a user
 * @param driver {@code bridge}, {@code host} or {@code null}
 * @param pools its subnets; empty for host and none
 * @param internal whether it has no way out
 * @param options driver options exactly as sent
 * @param labels labels exactly as sent
 * @param created when it was made
 */
public record Network(NetworkId id, String name, String driver, List<Pool> pools, boolean internal,
        Map<String, String> options, Map<String, String> labels, Instant created) {

    /**
     * A subnet of a network.
     *
     * @param subnet the range that addresses are taken from
     * @param gateway the address of the host on it
     */
    public record Pool(Subnet subnet, Inet4Address gateway) {}

    public Network {
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** Always {@code local}. */
    public String scope() {
        return "local";
    }

    /** Whether it is one of the three that always exist. */
    public boolean builtIn() {
        return BUILT_IN.contains(name);
    }

    private static final List<String> BUILT_IN = List.of("bridge", "host", "none");
}
