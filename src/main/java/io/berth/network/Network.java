package io.berth.network;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network that containers can be connected to.
 *
 * @param id its identity; that of the three built-in networks is the same for the whole life of the instance
 * @param name {@code bridge}, {@code host}, {@code none} or a name given by a user
 * @param driver {@code bridge}, {@code macvlan}, {@code ipvlan}, {@code host} or {@code null}
 * @param pools its subnets, of a bridge at most one of each family, those of IPv4 first; empty for host and none
 * @param families the kinds of addresses that it has; a configuration: that what is made of it will have
 * @param internal whether it has no way out
 * @param attachable as asked; it means nothing on a single host
 * @param options driver options exactly as sent
 * @param labels labels exactly as sent
 * @param created when it was made
 * @param configFrom name of the configuration network that it was made from; empty for none
 * @param configOnly whether it is a configuration for others alone: no container can be in it
 */
public record Network(NetworkId id, String name, String driver, List<Pool> pools, Families families, boolean internal, boolean attachable,
        Map<String, String> options, Map<String, String> labels, Instant created, String configFrom, boolean configOnly) {

    private static final List<String> BUILT_IN = List.of("bridge", "host", "none");

    /** Kinds of addresses. */
    public record Families(boolean ipv4, boolean ipv6) {

        static final Families IPV4 = new Families(true, false);

        /** Those of the subnets; IPv4 where there is none, as Docker says of host and none. */
        static Families of(List<Pool> pools) {
            return pools.isEmpty() ? IPV4 : new Families(Pool.first(pools, false).isPresent(), Pool.first(pools, true).isPresent());
        }
    }

    /**
     * A subnet of a network.
     *
     * @param subnet all of its addresses
     * @param range those that are handed out by themselves; null for all
     * @param gateway the address of the host on it, or of the router; null where there is none
     * @param reserved addresses that are never handed out, by the names that the user gave them
     * @param chosen whether the user has chosen it: only then may containers ask for addresses of it
     * @param gatewayUnsaid whether the user has chosen it and no gateway: Docker then shows none, and clients that compare what they asked for with
     *     what there is rely on that
     */
    public record Pool(Subnet subnet, @Nullable Subnet range, @Nullable InetAddress gateway, Map<String, InetAddress> reserved, boolean chosen,
            boolean gatewayUnsaid) {

        public Pool {
            reserved = Map.copyOf(reserved);
        }

        /** As it was chosen, or found. */
        Pool(Subnet subnet, @Nullable Subnet range, @Nullable InetAddress gateway, Map<String, InetAddress> reserved, boolean chosen) {
            this(subnet, range, gateway, reserved, chosen, false);
        }

        /** The first of a family. */
        static Optional<Pool> first(List<Pool> pools, boolean ipv6) {
            return pools.stream().filter(pool -> pool.subnet().isIpv6() == ipv6).findFirst();
        }

        /** The gateway of one that has one, as bridges have. */
        InetAddress gate() {
            return Objects.requireNonNull(gateway, "a bridge has an address");
        }

        /** With a gateway: where there is none the first address that is free. */
        Pool gated() {
            if (gateway != null) {
                return this;
            }
            Subnet from = range == null ? subnet : range;
            long offset = from.network().equals(subnet.network()) ? 1 : 0;
            while (reserved.containsValue(from.at(offset))) {
                offset++;
            }
            return new Pool(subnet, range, from.at(offset), reserved, chosen, chosen);
        }
    }

    public Network {
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** Its IPv4 subnet; null where there is none. */
    public @Nullable Pool ipv4() {
        return Pool.first(pools, false).orElse(null);
    }

    /** Its IPv6 subnet; null where there is none. */
    public @Nullable Pool ipv6() {
        return Pool.first(pools, true).orElse(null);
    }

    /** Always {@code local}. */
    public String scope() {
        return "local";
    }

    /** Whether it is one of the three that always exist. */
    public boolean builtIn() {
        return BUILT_IN.contains(name);
    }
}
