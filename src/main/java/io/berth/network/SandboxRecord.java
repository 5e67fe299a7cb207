package io.berth.network;

import io.berth.ffi.Fd;
import io.berth.network.LiveSandboxes.Live;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a running container's sandbox, so that a later process of the engine can take it over.
 *
 * @param containerId the container
 * @param containerName its name
 * @param endpoints its places in networks
 * @param ports what it wants published
 * @param bindings what it published
 * @param servers whom its name server asks; null in records of old for none
 * @param asks whether its resolv.conf names that server
 */
record SandboxRecord(String containerId, String containerName, List<EndpointRecord> endpoints, @Nullable List<PortSpec> ports,
        List<PortBinding> bindings, @Nullable List<String> servers, boolean asks) {

    /** An endpoint in plain texts; what records of old do not have is null. */
    record EndpointRecord(String networkId, String networkName, String endpointId, @Nullable String ip, int prefixLength,
            @Nullable String gateway, @Nullable String mac, String interfaceName, int gatewayPriority, @Nullable List<String> names,
            @Nullable List<String> links, boolean direct, @Nullable String ip6, int prefixLength6, @Nullable String gateway6) {

        static EndpointRecord of(Endpoint endpoint) {
            return new EndpointRecord(endpoint.networkId().value(), endpoint.networkName(), endpoint.endpointId(),
                    text(endpoint.ip()), endpoint.prefixLength(), text(endpoint.gateway()),
                    endpoint.mac() == null ? null : endpoint.mac().value(), endpoint.interfaceName(), endpoint.gatewayPriority(),
                    endpoint.names(), endpoint.links(), endpoint.direct(), endpoint.ipv6() == null ? null : text(endpoint.ipv6().ip()),
                    endpoint.ipv6() == null ? 0 : endpoint.ipv6().prefixLength(), text(endpoint.gateway6()));
        }

        Endpoint toEndpoint() {
            return new Endpoint(new NetworkId(networkId), networkName, endpointId, address(ip), prefixLength, address(gateway),
                    mac == null ? null : new MacAddress(mac), interfaceName, gatewayPriority, names == null ? List.of() : names,
                    links == null ? List.of() : links, direct,
                    ip6 == null ? null : new Endpoint.Six(address6(ip6), prefixLength6, gateway6 == null ? null : address6(gateway6)));
        }

        private static @Nullable String text(@Nullable InetAddress address) {
            return address == null ? null : IpText.of(address);
        }

        private static Inet6Address address6(String text) {
            return (Inet6Address) Inet6Address.ofLiteral(text);
        }

        private static @Nullable Inet4Address address(@Nullable String text) {
            return text == null ? null : Inet4Address.ofLiteral(text);
        }
    }

    static SandboxRecord of(String containerId, Live live) {
        return new SandboxRecord(containerId, live.containerName(), live.endpoints().stream().map(EndpointRecord::of).toList(), live.ports(),
                live.bindings(), live.servers(), live.asks());
    }

    List<Endpoint> toEndpoints() {
        return endpoints.stream().map(EndpointRecord::toEndpoint).toList();
    }

    /** The sandbox as it was. */
    Live toLive(String name, @Nullable Fd netns) {
        return new Live(name, netns, toEndpoints(), ports == null ? List.of() : ports, bindings, List.of(),
                servers == null ? List.of() : servers, asks);
    }
}
