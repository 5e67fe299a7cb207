package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a container is, or is to be, connected to a network: what was asked, running or not. {@code EndpointSettings} of the Docker Engine
 * API.
 *
 * @param network the network's name
 * @param networkId its id; empty as long as nobody has looked the network up
 * @param aliases further names of the container in this network
 * @param links {@code CONTAINER:ALIAS}: names of others for this container only
 * @param address the IPv4 address that it is to have; empty for any
 * @param address6 the IPv6 address that it is to have; empty for any
 * @param mac the hardware address; empty for one that is derived from the address
 * @param gatewayPriority the default route goes over the network with the highest one
 * @param options of the driver, for this connection
 * @param linkLocal link-local addresses that it is to have beside its own
 */
public record Connection(String network, String networkId, List<String> aliases, List<String> links, String address, String address6,
        String mac, int gatewayPriority, Map<String, String> options, List<String> linkLocal) {

    /** As it is read from documents: what is missing was not asked. */
    public Connection {
        networkId = networkId == null ? "" : networkId;
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        links = links == null ? List.of() : List.copyOf(links);
        address = address == null ? "" : address;
        address6 = address6 == null ? "" : address6;
        mac = mac == null ? "" : mac;
        options = options == null ? Map.of() : Map.copyOf(options);
        linkLocal = linkLocal == null ? List.of() : List.copyOf(linkLocal);
    }

    /** To a network, with nothing asked. */
    public static Connection to(String network) {
        return new Connection(network, "", List.of(), List.of(), "", "", "", 0, Map.of(), List.of());
    }

    /** As it was asked, to the network that was meant. */
    public Connection of(Network found) {
        return new Connection(found.name(), found.id().value(), aliases, links, address, address6, mac, gatewayPriority, options, linkLocal);
    }

    public Connection withLinks(List<String> next) {
        return new Connection(network, networkId, aliases, next, address, address6, mac, gatewayPriority, options, linkLocal);
    }

    public Connection withMac(String next) {
        return new Connection(network, networkId, aliases, links, address, address6, next, gatewayPriority, options, linkLocal);
    }

    /** The address asked for; null for any. @throws InvalidArgumentException it is none */
    @Nullable Inet4Address wanted() {
        try {
            return address.isEmpty() ? null : Inet4Address.ofLiteral(address);
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("invalid IPv4 address: " + address, malformed);
        }
    }

    /** The link-local addresses of a connection that was checked. */
    List<InetAddress> linkLocalAddresses() {
        return linkLocal.stream().map(InetAddress::ofLiteral).toList();
    }

    /** The IPv6 address asked for; null for any. @throws InvalidArgumentException it is none */
    @Nullable Inet6Address wanted6() {
        try {
            return address6.isEmpty() ? null : (Inet6Address) Inet6Address.ofLiteral(address6);
        } catch (IllegalArgumentException | ClassCastException malformed) {
            throw new InvalidArgumentException("invalid IPv6 address: " + address6, malformed);
        }
    }

    @Nullable MacAddress wantedMac() {
        return mac.isEmpty() ? null : MacAddress.parse(mac);
    }
}
