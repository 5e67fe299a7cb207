package io.berth.network;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A network as it is asked for: texts as they were sent, not checked yet.
 *
 * @param name of the network
 * @param driver empty for {@code bridge}
 * @param ipv6 whether it is to have IPv6 addresses
 * @param internal whether it is to have no way out
 * @param attachable kept and shown
 * @param ipamDriver who hands out addresses; empty for {@code default}
 * @param pools the subnets; empty for one that is free
 * @param options driver options
 * @param labels labels
 * @param ipv4 whether it is to have IPv4 addresses
 */
public record NetworkSpec(String name, String driver, boolean ipv6, boolean internal, boolean attachable, String ipamDriver,
        List<PoolSpec> pools, Map<String, String> options, Map<String, String> labels, boolean ipv4) {

    /** One with IPv4 addresses. */
    public NetworkSpec(String name, String driver, boolean ipv6, boolean internal, boolean attachable, String ipamDriver,
            List<PoolSpec> pools, Map<String, String> options, Map<String, String> labels) {
        this(name, driver, ipv6, internal, attachable, ipamDriver, pools, options, labels, true);
    }

    /**
     * A subnet as it is asked for; what is empty was not said.
     *
     * @param subnet {@code a.b.c.d/n}
     * @param range a part of it
     * @param gateway an address of it
     * @param reserved addresses of it by name
     */
    public record PoolSpec(String subnet, String range, String gateway, Map<String, String> reserved) {

        public PoolSpec {
            reserved = Map.copyOf(reserved);
        }

        /** As a subnet was asked for that a configuration has. */
        static PoolSpec of(Network.Pool pool) {
            return new PoolSpec(pool.subnet().toString(), pool.range() == null ? "" : pool.range().toString(),
                    pool.gateway() == null ? "" : pool.gateway().getHostAddress(), pool.reserved().entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().getHostAddress())));
        }
    }

    public NetworkSpec {
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }
}
