package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.ForbiddenException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnavailableException;
import io.berth.ffi.LibNftables;
import io.berth.ffi.NativeException;
import io.berth.instance.Failpoint;
import io.berth.instance.RandomId;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The networks of this instance: the three that always exist, and those that users have made. Safe for use by many threads; changes come
 * one at a time.
 */
public class Networks {

    private final LazyDriver driver;
    private final NetworkDrivers drivers;
    private final LiveSandboxes live;
    private final BuiltInNetworks builtIn;
    private final NetworkStore store;
    private final Clock clock;
    private final Map<NetworkId, Network> users = new ConcurrentHashMap<>();
    /** What is no network, but a configuration for some. */
    private final Map<NetworkId, Network> configurations = new ConcurrentHashMap<>();

    /**
     * Reads what was kept.
     *
     * @param host what is needed to open the driver, but for the networks; asked when it is first needed
     */
    Networks(BuiltInNetworks builtIn, NetworkStore store, LiveSandboxes live, DriverSettings host, Clock clock) {
        this.builtIn = builtIn;
        this.store = store;
        this.live = live;
        this.clock = clock;
        this.driver = new LazyDriver(() -> host.of(users.values()));
        this.drivers = new NetworkDrivers(new BridgeNetworks(driver, users::values), host.links(users::values));
        store.load().forEach(network -> kept(network).put(network.id(), network));
    }

    private Map<NetworkId, Network> kept(Network network) {
        return network.configOnly() ? configurations : users;
    }

    private Stream<Network> made() {
        return Stream.concat(users.values().stream(), configurations.values().stream());
    }

    /** Makes the settings of the driver when it is opened. */
    interface DriverSettings {
        BridgeDriver.Settings of(Collection<Network> users);

        /** The other drivers, by their names. @param users the networks that users have made, at any time */
        Map<String, NetworkDriver> links(Supplier<Collection<Network>> users);
    }

    LazyDriver driver() {
        return driver;
    }

    NetworkDrivers drivers() {
        return drivers;
    }

    /** The driver of the network that an endpoint is in; that of bridges where the network is no more. */
    NetworkDriver driverOf(Endpoint endpoint) {
        return find(endpoint.networkId()).map(drivers::of).orElseGet(() -> drivers.named("bridge"));
    }

    BuiltInNetworks builtIn() {
        return builtIn;
    }

    /** All networks: the built-in ones first, then the others by age. */
    public List<Network> list() {
        var all = new ArrayList<>(List.of(bridge(), builtIn.host(), builtIn.none()));
        made().sorted(Comparator.comparing(Network::created).thenComparing(Network::name)).forEach(all::add);
        return List.copyOf(all);
    }

    private Network bridge() {
        return driver.get().defaultNetwork();
    }

    /** The network of an id; empty when it is no more. Hosts that cannot have the bridge have the others. */
    Optional<Network> find(NetworkId id) {
        return apartFromBridge().filter(network -> network.id().equals(id))
                .findFirst().or(() -> Optional.of(bridge()).filter(network -> network.id().equals(id)));
    }

    /**
     * Finds a network by full id, name or unambiguous prefix of the id, in this order.
     *
     * @throws NotFoundException {@code network NAME not found}
     * @throws InvalidArgumentException the prefix fits several
     */
    public Network require(String nameOrId) {
        return exact(apartFromBridge().toList(), nameOrId).or(() -> exact(List.of(bridge()), nameOrId)).or(() -> byPrefix(list(), nameOrId))
                .orElseThrow(() -> new NotFoundException("network " + nameOrId + " not found"));
    }

    private static Optional<Network> exact(List<Network> networks, String nameOrId) {
        return networks.stream().filter(network -> network.id().value().equals(nameOrId)).findFirst()
                .or(() -> networks.stream().filter(network -> network.name().equals(nameOrId)).findFirst());
    }

    /** Those that are there on hosts that cannot have the default bridge, too. */
    private Stream<Network> apartFromBridge() {
        return Stream.concat(Stream.of(builtIn.host(), builtIn.none()), made());
    }

    /** The network that a container was connected to: by its id, or where that is no more another one of its name. */
    public Network require(Connection connection) {
        return made().filter(network -> network.id().value().equals(connection.networkId())).findFirst()
                .orElseGet(() -> require(connection.network()));
    }

    /**
     * Looks the network of a connection up and checks what is asked of it.
     *
     * @return the connection with the name and the id of the network
     * @throws NotFoundException there is no such network
     * @throws InvalidArgumentException it cannot be had
     */
    public Connection checked(Connection asked) {
        Network network = require(asked.network());
        ConnectionRules.check(network, asked);
        return asked.of(network);
    }

    /**
     * Makes a user-defined network. It survives a power cut when this returns.
     *
     * @throws ForbiddenException the name is that of a built-in network, or its subnet is another one's
     * @throws ConflictException there is one of this name, or its bridge's name is taken
     * @throws InvalidArgumentException something cannot be
     */
    public Network create(NetworkSpec spec) {
        return create(spec, "");
    }

    /**
     * As {@link #create(NetworkSpec)}, from a configuration.
     *
     * @param configFrom name of a configuration; empty for none
     * @throws NotFoundException there is no such configuration
     * @throws ForbiddenException something is asked for that the configuration says
     */
    public synchronized Network create(NetworkSpec asked, String configFrom) {
        if (!configFrom.isEmpty()) {
            ConfigurationRules.requirePlain(asked);
        }
        requireNew(asked);
        NetworkDriver kind = drivers.named(asked.driver());
        NetworkSpec spec = configFrom.isEmpty() ? asked : configured(asked, configFrom);
        List<Network.Pool> pools = NetworkRules.pools(spec);
        requireApart(pools);
        Network network;
        try {
            network = kind.create(new NetworkDriver.Draft(new NetworkId(RandomId.next()), spec, pools, configFrom, now()));
        } catch (NativeException | LibNftables.RefusedException refused) {
            throw new InternalException("create network " + spec.name() + ": " + refused.getMessage(), refused);
        }
        Failpoint.NETWORK_BRIDGE_MADE.reached();
        try {
            store.add(network);
        } catch (RuntimeException failed) {
            kind.remove(network);
            throw failed;
        }
        Failpoint.NETWORK_KEPT.reached();
        users.put(network.id(), network);
        return network;
    }

    private void requireNew(NetworkSpec spec) {
        if (BuiltInNetworks.isBuiltIn(spec.name())) {
            throw new ForbiddenException("operation is not permitted on predefined " + spec.name() + " network");
        }
        NetworkRules.check(spec);
        NetworkRules.pools(spec);
        if (made().anyMatch(network -> network.name().equals(spec.name()))) {
            throw new ConflictException("network with name " + spec.name() + " already exists");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private NetworkSpec configured(NetworkSpec asked, String configuration) {
        return configurations.values().stream().filter(network -> network.name().equals(configuration)).findFirst()
                .map(found -> ConfigurationRules.completed(asked, found))
                .orElseThrow(() -> new NotFoundException("configuration network \"" + configuration + "\" does not exist"));
    }

    /**
     * Makes a configuration for networks. It survives a power cut when this returns.
     *
     * @param spec of which the driver says nothing
     * @throws ForbiddenException the name is that of a built-in network
     * @throws ConflictException there is a network of this name
     * @throws InvalidArgumentException something cannot be
     */
    public synchronized Network createConfiguration(NetworkSpec spec) {
        requireNew(spec);
        var configuration = new Network(new NetworkId(RandomId.next()), spec.name(), "null", NetworkRules.pools(spec),
                new Network.Families(spec.ipv4(), spec.ipv6()), false, false, spec.options(), spec.labels(), now(), "", true);
        store.add(configuration);
        configurations.put(configuration.id(), configuration);
        return configuration;
    }

    /** Each subnet is nobody else's here. */
    private void requireApart(List<Network.Pool> pools) {
        var taken = new ArrayList<>(pools.isEmpty() ? List.of() : driver.reserved());
        for (Network.Pool pool : pools) {
            if (taken.stream().anyMatch(pool.subnet()::overlaps)) {
                throw new ForbiddenException("invalid pool request: Pool overlaps with other one on this address space");
            }
            taken.add(pool.subnet());
        }
    }

    /**
     * Removes a user-defined network.
     *
     * @throws ForbiddenException for a built-in network, and for one that running containers are connected to
     */
    public synchronized void remove(String nameOrId) {
        Network network = require(nameOrId);
        if (network.builtIn()) {
            throw new ForbiddenException(network.name() + " is a pre-defined network and cannot be removed");
        }
        if (network.configOnly()) {
            removeConfiguration(network);
            return;
        }
        if (!removed(network)) {
            throw new ForbiddenException("error while removing network: network " + network.name() + " has active endpoints ("
                    + live.attachments(network.id()).stream().map(attachment -> "name:\"" + attachment.containerName() + "\" id:\""
                            + attachment.endpoint().endpointId().substring(0, 12) + "\"").collect(Collectors.joining(", ")) + ")");
        }
    }

    private void removeConfiguration(Network configuration) {
        if (users.values().stream().anyMatch(network -> network.configFrom().equals(configuration.name()))) {
            throw new ForbiddenException("error while removing network: configuration network \"" + configuration.name() + "\" is in use");
        }
        store.remove(configuration);
        configurations.remove(configuration.id());
    }

    /** Removes a user-defined network unless running containers are connected to it; whether it is gone. */
    public synchronized boolean removed(Network network) {
        if (!live.attachments(network.id()).isEmpty() || !drivers.of(network).remove(network)) {
            return false;
        }
        Failpoint.NETWORK_BRIDGE_GONE.reached();
        store.remove(network);
        users.remove(network.id());
        live.forget(network.id());
        return true;
    }

    /** The running containers in a network. */
    public List<Attachment> attachments(NetworkId network) {
        return live.attachments(network);
    }

    /** What firewall rules of others keep containers from, each with what mends it, in sentences for people; empty when all is well. */
    public List<String> warnings() {
        return driver.ifOpen().map(BridgeDriver::warnings).orElse(List.of());
    }

    /** The host's address on the default bridge. @throws UnavailableException there is no bridge on this host */
    public String hostGateway() {
        return IpText.of(bridge().pools().getFirst().gate());
    }

    private static Optional<Network> byPrefix(List<Network> all, String prefix) {
        List<Network> fitting = all.stream().filter(network -> !prefix.isEmpty() && network.id().value().startsWith(prefix)).toList();
        if (fitting.size() > 1) {
            throw new InvalidArgumentException("network " + prefix + " is ambiguous (" + fitting.size() + " matches found on ID prefix)");
        }
        return fitting.stream().findFirst();
    }
}
