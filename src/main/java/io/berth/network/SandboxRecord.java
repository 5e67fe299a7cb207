package io.berth.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a running container's sandbox, so that a later process of the engine can take it over.
 *
 * @param containerId the container
 * @param containerName its name at its start
 * @param endpoints its places in networks
 * @param bindings what it published
 */
record SandboxRecord(String containerId, String containerName, List<EndpointRecord> endpoints, List<PortBinding> bindings) {

    /** An endpoint in plain texts. */
    record EndpointRecord(String networkId, String networkName, String endpointId, @Nullable String ip, int prefixLength,
            @Nullable String gateway, @Nullable String mac, String interfaceName) {

        static EndpointRecord of(Endpoint endpoint) {
            return new EndpointRecord(endpoint.networkId().value(), endpoint.networkName(), endpoint.endpointId(),
                    text(endpoint.ip()), endpoint.prefixLength(), text(endpoint.gateway()),
                    endpoint.mac() == null ? null : endpoint.mac().value(), endpoint.interfaceName());
        }

        Endpoint toEndpoint() {
            return new Endpoint(new NetworkId(networkId), networkName, endpointId, address(ip), prefixLength, address(gateway),
                    mac == null ? null : new MacAddress(mac), interfaceName);
        }

        private static @Nullable String text(@Nullable InetAddress address) {
            return address == null ? null : address.getHostAddress();
        }

        private static @Nullable Inet4Address address(@Nullable String text) {
            return text == null ? null : Inet4Address.ofLiteral(text);
        }
    }

    static SandboxRecord of(SandboxRequest request, List<Endpoint> endpoints, List<PortBinding> bindings) {
        return new SandboxRecord(request.containerId(), request.containerName(),
                endpoints.stream().map(EndpointRecord::of).toList(), bindings);
    }

    List<Endpoint> toEndpoints() {
        return endpoints.stream().map(EndpointRecord::toEndpoint).toList();
    }
}
