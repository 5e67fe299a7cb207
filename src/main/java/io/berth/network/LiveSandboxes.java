package io.berth.network;

import io.berth.ffi.Fd;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sandboxes of running containers, and by what names they are found. Safe for use by many threads, for one container by one. */
final class LiveSandboxes {

    private final Map<String, Live> all = new ConcurrentHashMap<>();
    private final Map<NetworkId, NetworkNames> names = new ConcurrentHashMap<>();

    /**
     * The sandbox of a running container.
     *
     * @param containerName its name now
     * @param netns kept for those who join it, and for changes; null on the host's network, or as long as there is no process
     * @param endpoints in the order of their interfaces
     * @param ports what is to be published wherever there is a way out
     * @param bindings what is
     * @param held sockets of ports that were published after the start: those of the start the shim has
     * @param servers whom the name server asks instead of the host's; empty for those
     * @param asks whether it has ever been in a user-defined network: its resolv.conf names the name server from then on
     */
    record Live(String containerName, @Nullable Fd netns, List<Endpoint> endpoints, List<PortSpec> ports, List<PortBinding> bindings,
            List<Fd> held, List<String> servers, boolean asks) {

        Live {
            endpoints = List.copyOf(endpoints);
            ports = List.copyOf(ports);
            bindings = List.copyOf(bindings);
            held = List.copyOf(held);
            servers = List.copyOf(servers);
            asks = asks || endpoints.stream().anyMatch(Endpoint::isNamed);
        }

        Live on(List<Endpoint> next) {
            return new Live(containerName, netns, next, ports, bindings, held, servers, asks);
        }

        Live publishing(List<PortBinding> next, List<Fd> sockets) {
            return new Live(containerName, netns, endpoints, ports, next, sockets, servers, asks);
        }

        Live in(Fd namespace) {
            return new Live(containerName, namespace, endpoints, ports, bindings, held, servers, asks);
        }

        Live named(String next, List<Endpoint> renamed) {
            return new Live(next, netns, renamed, ports, bindings, held, servers, asks);
        }

        boolean isOnHost() {
            return endpoints.stream().anyMatch(endpoint -> endpoint.networkName().equals(BuiltInNetworks.HOST));
        }

        /** Of resolvers that are addresses: others were refused before. */
        List<InetSocketAddress> serverAddresses() {
            return servers.stream().map(server -> new InetSocketAddress(InetAddress.ofLiteral(server), DNS_PORT)).toList();
        }

        /** Gives the descriptors up. */
        void close() {
            if (netns != null) {
                netns.close();
            }
            held.forEach(Fd::close);
        }

        private static final int DNS_PORT = 53;
    }

    Optional<Live> find(String containerId) {
        return Optional.ofNullable(all.get(containerId));
    }

    /** From now on the container's sandbox is this one, and its names are known. */
    void put(String containerId, Live live) {
        Live former = all.put(containerId, live);
        List<Endpoint> before = former == null ? List.of() : former.endpoints();
        before.stream().filter(endpoint -> !live.endpoints().contains(endpoint)).forEach(endpoint -> namesOf(endpoint).remove(endpoint));
        live.endpoints().stream().filter(endpoint -> !before.contains(endpoint)).forEach(endpoint -> namesOf(endpoint).add(endpoint));
    }

    /** The container's sandbox, of which nothing is known from now on. */
    Optional<Live> remove(String containerId) {
        Optional<Live> live = Optional.ofNullable(all.remove(containerId));
        live.ifPresent(gone -> gone.endpoints().forEach(endpoint -> namesOf(endpoint).remove(endpoint)));
        return live;
    }

    Collection<Live> values() {
        return all.values();
    }

    /** Gives all descriptors up and forgets all. @return whether there was none */
    boolean clear() {
        boolean idle = all.isEmpty();
        all.values().forEach(Live::close);
        all.clear();
        names.clear();
        return idle;
    }

    /** The running containers in a network. */
    List<Attachment> attachments(NetworkId network) {
        var attachments = new ArrayList<Attachment>();
        all.forEach((id, container) -> container.endpoints().stream().filter(endpoint -> endpoint.networkId().equals(network))
                .forEach(endpoint -> attachments.add(new Attachment(id, container.containerName(), endpoint))));
        return List.copyOf(attachments);
    }

    private NetworkNames namesOf(Endpoint endpoint) {
        return names(endpoint.networkId());
    }

    /** By what names containers are known in a network. */
    NetworkNames names(NetworkId network) {
        return names.computeIfAbsent(network, id -> new NetworkNames());
    }

    /** A network is no more. */
    void forget(NetworkId network) {
        names.remove(network);
    }
}
