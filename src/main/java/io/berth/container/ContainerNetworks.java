package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.network.Connection;
import io.berth.network.Network;
import io.berth.network.NetworkMode;
import io.berth.network.Networks;
import io.berth.network.Sandbox;
import io.berth.network.Sandboxes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Which networks containers are connected to, running or not. Safe for use by many threads. */
@Component
public class ContainerNetworks {

    private static final String BRIDGE = "bridge";
    private static final String HOST = "host";
    private static final String NONE = "none";

    private final Containers containers;
    private final ContainerLocks locks;
    private final Networks networks;
    private final Sandboxes sandboxes;
    private final Instance instance;

    ContainerNetworks(Containers containers, ContainerLocks locks, Networks networks, Sandboxes sandboxes, Instance instance) {
        this.containers = containers;
        this.locks = locks;
        this.networks = networks;
        this.sandboxes = sandboxes;
        this.instance = instance;
    }

    /** The connection of a container of which no more is known than its network mode. */
    static List<Connection> usual(HostConfig host) {
        return switch (NetworkMode.parse(host.networkMode())) {
            case NetworkMode.Connected(var network) -> List.of(Connection.to(network));
            case NetworkMode.Host _ -> List.of(Connection.to(HOST));
            case NetworkMode.None _ -> List.of(Connection.to(NONE));
            case NetworkMode.Container _ -> List.of();
        };
    }

    /**
     * The connections of a container that is to be made: that of its network mode first.
     *
     * @param asked by names or ids of networks
     * @throws InvalidArgumentException there is no such network, or not with this mode, or it cannot be had
     */
    List<Connection> connections(List<Connection> asked, ContainerConfig config, HostConfig host) {
        if (NetworkMode.parse(host.networkMode()) instanceof NetworkMode.Container(var other)) {
            requireThere(other);
            return List.of();
        }
        var primary = usual(host).getFirst();
        var all = new ArrayList<Connection>();
        try {
            asked.stream().map(ContainerNetworks::named).map(networks::checked).forEach(all::add);
            var main = networks.checked(primary);
            boolean missing = all.stream().noneMatch(connection -> connection.networkId().equals(main.networkId()));
            // Who names other networks than the default one, which nobody has to name, wants those.
            if (missing && (all.isEmpty() || !main.network().equals(BRIDGE))) {
                all.addFirst(main);
            }
            all.sort((a, b) -> Boolean.compare(b.networkId().equals(main.networkId()), a.networkId().equals(main.networkId())));
        } catch (NotFoundException missing) {
            // Not as what is missing: clients would take it for the image.
            throw new InvalidArgumentException("failed to set up container networking: " + missing.getMessage(), missing);
        }
        requireTogether(all);
        all.set(0, completed(all.getFirst(), config, host));
        return List.copyOf(all);
    }

    /** Not as what is missing: clients would take it for the image. */
    private void requireThere(String container) {
        try {
            containers.resolve(container);
        } catch (NotFoundException missing) {
            throw new InvalidArgumentException("joining network namespace of container: " + missing.getMessage(), missing);
        }
    }

    private static Connection named(Connection asked) {
        return asked.network().equals("default") ? new Connection(BRIDGE, "", asked.aliases(), asked.links(), asked.address(), asked.address6(),
                asked.mac(), asked.gatewayPriority(), asked.options(), asked.linkLocal()) : asked;
    }

    /** What is asked beside the connections, of the first one. */
    private Connection completed(Connection first, ContainerConfig config, HostConfig host) {
        var mac = config.macAddress();
        var connection = first.mac().isEmpty() && mac != null ? networks.checked(first.withMac(mac)) : first;
        if (host.links() == null || host.links().isEmpty() || List.of(BRIDGE, HOST, NONE).contains(first.network())) {
            return connection;
        }
        var links = new ArrayList<>(connection.links());
        host.links().stream().map(LinkName::parse).map(LinkName::text).filter(link -> !links.contains(link)).forEach(links::add);
        return connection.withLinks(links);
    }

    private static void requireTogether(List<Connection> all) {
        if (all.size() < 2) {
            return;
        }
        if (all.stream().anyMatch(connection -> connection.network().equals(HOST))) {
            throw new InvalidArgumentException("container sharing network namespace with another container or host cannot be connected to "
                    + "any other network");
        }
        if (all.stream().anyMatch(connection -> connection.network().equals(NONE))) {
            throw new InvalidArgumentException("container cannot be connected to multiple networks with one of the networks in private (none) "
                    + "mode");
        }
    }

    /**
     * Connects a container to a further network; of one that does not run it counts from its next start on, unless it is connected
     * to it already.
     *
     * @param asked by the name or the id of a network
     * @throws NotFoundException there is no such network
     * @throws ForbiddenException it is in it already, or neither can be connected to others
     */
    public void connect(String ref, Connection asked) {
        var network = networks.require(asked.network());
        refuseHost(network, "cannot connect container to host network - container must be created in host network mode");
        var connection = networks.checked(asked);
        var id = containers.resolve(ref).id();
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            requireOwn(container);
            if (container.connections().stream().anyMatch(one -> isOf(one, network))) {
                if (container.isRunning()) {
                    throw new ForbiddenException("endpoint with name " + container.name() + " already exists in network " + network.name());
                }
                return;
            }
            var all = new ArrayList<>(container.connections());
            all.add(connection);
            requireTogether(all);
            if (container.isRunning()) {
                var made = sandboxes.connect(id.value(), connection, hostname(container));
                EtcFiles.connected(ContainerFolder.of(instance, id), container, made);
                Failpoint.CONNECT_ATTACHED.reached();
            }
            containers.change(id, before -> before.connected(all));
        }
    }

    /**
     * Takes a container out of a network.
     *
     * @throws NotFoundException there is no such network
     * @throws InternalException the container is not in it
     */
    public void disconnect(String ref, String networkRef) {
        var network = networks.require(networkRef);
        refuseHost(network, "cannot disconnect container from host network - container was created in host network mode");
        var id = containers.resolve(ref).id();
        try (var _ = locks.acquire(id)) {
            var container = containers.require(id);
            var left = container.connections().stream().filter(one -> !isOf(one, network)).toList();
            if (left.size() == container.connections().size()) {
                throw new InternalException("container " + id + " is not connected to " + (container.isRunning() ? "network " : "the network ")
                        + network.name());
            }
            if (container.isRunning() && !network.name().equals(NONE)) {
                EtcFiles.disconnected(ContainerFolder.of(instance, id), sandboxes.disconnect(id.value(), network.id()));
                Failpoint.DISCONNECT_DETACHED.reached();
            }
            containers.change(id, before -> before.connected(left));
        }
    }

    private static void refuseHost(Network network, String why) {
        if (network.name().equals(HOST)) {
            throw new ForbiddenException(why);
        }
    }

    private static void requireOwn(Container container) {
        if (NetworkMode.parse(container.hostConfig().networkMode()) instanceof NetworkMode.Container
                || container.connections().stream().anyMatch(one -> one.network().equals(HOST))) {
            throw new ForbiddenException("container sharing network namespace with another container or host cannot be connected to any "
                    + "other network");
        }
        if (container.isDead()) {
            throw new ConflictException("container " + container.id() + " is marked for removal and cannot be connected or disconnected to "
                    + "the network");
        }
    }

    /**
     * After the service was started: a connect or disconnect that it did not live to finish is undone, or finished where the interface is
     * gone already.
     *
     * @param running full ids of the containers that run
     */
    void recover(Collection<String> running) {
        for (var id : running) {
            var container = containers.require(new ContainerId(id));
            var endpoints = sandboxes.find(id).map(Sandbox::endpoints).orElse(List.of());
            if (container.config().networkDisabled() || endpoints.isEmpty() && container.connections().isEmpty()) {
                continue;
            }
            endpoints.stream().filter(endpoint -> container.connections().stream().noneMatch(one -> one.network().equals(endpoint.networkName())))
                    .forEach(endpoint -> sandboxes.disconnect(id, endpoint.networkId()));
            var left = container.connections().stream()
                    .filter(one -> endpoints.stream().anyMatch(endpoint -> endpoint.networkName().equals(one.network()))).toList();
            if (!left.equals(container.connections())) {
                containers.change(container.id(), before -> before.connected(left));
            }
        }
    }

    /** A running container has another name. */
    void renamed(Container container) {
        sandboxes.renamed(container.id().value(), container.name(), hostname(container));
    }

    private static String hostname(Container container) {
        var name = container.config().hostname();
        return name == null ? "" : name;
    }

    private static boolean isOf(Connection connection, Network network) {
        return connection.networkId().isEmpty() || network.builtIn() ? connection.network().equals(network.name())
                : connection.networkId().equals(network.id().value());
    }

    /** Whether any container, running or not, is connected to a network. */
    public boolean isUsed(Network network) {
        return containers.unordered().stream().anyMatch(container -> container.connections().stream().anyMatch(one -> isOf(one, network)));
    }

    /** Removes networks of users that no container is connected to, and gives their names. */
    public List<String> prune(Predicate<Network> wanted) {
        var gone = new ArrayList<String>();
        for (var network : networks.list()) {
            if (!network.builtIn() && !network.configOnly() && wanted.test(network) && !isUsed(network) && networks.removed(network)) {
                gone.add(network.name());
            }
        }
        return gone;
    }
}
