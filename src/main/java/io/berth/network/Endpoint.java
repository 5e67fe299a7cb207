package io.berth.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container's place in a network.
 *
 * @param networkId the network
 * @param networkName its name
 * @param endpointId 64 hex digits, new for each start
 * @param ip its address; null in {@code host} and {@code none}
 * @param prefixLength length of the subnet's prefix; 0 without address
 * @param gateway where a default route over this network goes; null where there is no way out
 * @param mac hardware address of the interface; null without one
 * @param interfaceName name inside the sandbox, {@code eth0}; empty without one
 * @param gatewayPriority which of several networks the default route goes over: the highest, then the first by name
 * @param names by which others of the network find it, lower case, the container's own first; empty where there is no name server
 * @param links {@code CONTAINER:ALIAS}: names that only this container has for others of the network
 * @param direct whether a default route over this network needs no gateway: it goes to the interface itself
 * @param ipv6 its IPv6 address; null where the network has none
 */
public record Endpoint(NetworkId networkId, String networkName, String endpointId, @Nullable Inet4Address ip, int prefixLength,
        @Nullable Inet4Address gateway, @Nullable MacAddress mac, String interfaceName, int gatewayPriority, List<String> names,
        List<String> links, boolean direct, @Nullable Six ipv6) {

    /**
     * An IPv6 address in a network.
     *
     * @param ip the address
     * @param prefixLength length of the subnet's prefix
     * @param gateway where a default route over this network goes; null where there is no way out
     */
    public record Six(Inet6Address ip, int prefixLength, @Nullable Inet6Address gateway) {}

    private static final Comparator<Endpoint> WAY_OUT = byWayOut(Endpoint::gatewayPriority, Endpoint::networkName);

    public Endpoint {
        names = List.copyOf(names);
        links = List.copyOf(links);
    }

    /** One without an IPv6 address. */
    Endpoint(NetworkId networkId, String networkName, String endpointId, @Nullable Inet4Address ip, int prefixLength,
            @Nullable Inet4Address gateway, @Nullable MacAddress mac, String interfaceName, int gatewayPriority, List<String> names,
            List<String> links, boolean direct) {
        this(networkId, networkName, endpointId, ip, prefixLength, gateway, mac, interfaceName, gatewayPriority, names, links, direct, null);
    }

    /** One without address: in {@code host} and {@code none}. */
    static Endpoint withoutAddress(Network network, String endpointId) {
        return new Endpoint(network.id(), network.name(), endpointId, null, 0, null, null, "", 0, List.of(), List.of(), false);
    }

    /** First over what the default route goes: the highest gateway priority, then the first network by name. */
    static <T> Comparator<T> byWayOut(ToIntFunction<T> gatewayPriority, Function<T, String> network) {
        return Comparator.comparingInt(gatewayPriority).reversed().thenComparing(network);
    }

    /** Of the endpoints of one container that over which the default route goes and its ports are published; empty when there is no way out. */
    static Optional<Endpoint> wayOut(List<Endpoint> endpoints) {
        return endpoints.stream().filter(endpoint -> endpoint.gateway() != null || endpoint.direct() && endpoint.ip() != null).min(WAY_OUT);
    }

    /** As {@link #wayOut}, of IPv6: it may be another one. */
    static Optional<Endpoint> wayOut6(List<Endpoint> endpoints) {
        return endpoints.stream().filter(endpoint -> endpoint.gateway6() != null || endpoint.direct() && endpoint.ipv6() != null).min(WAY_OUT);
    }

    /** Where an IPv6 default route over this network goes; null where there is no way out. */
    public @Nullable Inet6Address gateway6() {
        return ipv6 == null ? null : ipv6.gateway();
    }

    /** All of its addresses, that of IPv4 first. */
    public List<InetAddress> addresses() {
        return Stream.<InetAddress>of(ip, ipv6 == null ? null : ipv6.ip()).filter(Objects::nonNull).toList();
    }

    /** Whether names are known in its network: containers there ask the engine's name server. */
    public boolean isNamed() {
        return !names.isEmpty();
    }

    /** Whether an address is of its network. */
    boolean reaches(InetAddress address) {
        return ip != null && Subnet.around(ip, prefixLength).contains(address)
                || ipv6 != null && Subnet.around(ipv6.ip(), ipv6.prefixLength()).contains(address);
    }

    Endpoint named(List<String> next) {
        return new Endpoint(networkId, networkName, endpointId, ip, prefixLength, gateway, mac, interfaceName, gatewayPriority, next, links,
                direct, ipv6);
    }
}
