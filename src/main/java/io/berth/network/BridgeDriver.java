package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.UnavailableException;
import io.berth.ffi.FirewallWatch;
import io.berth.ffi.LibNftables;
import io.berth.ffi.Links;
import io.berth.ffi.PortRelay;
import io.berth.instance.RandomId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this instance has in the host's network: the bridges of its networks, its firewall table, published ports, containers' interfaces.
 * The default bridge is made when this is opened, others when they are first needed; what is missing then is made, what is there is kept.
 * Safe for use by many threads.
 */
final class BridgeDriver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeDriver.class);

    private final InterfaceNames names;
    private final Links host;
    private final SubnetAllocator subnets;
    private final Firewall firewall;
    private final PortMap ports;
    private final SandboxPool pool;
    private final InterfaceReaper reaper;
    private final FirewallWatch watch;
    private final Settings settings;
    /** What earlier runs of the engine have left, by name. */
    private final Map<String, Links.Link> leftovers;
    private final NetworkId defaultId;
    /** Addresses of containers that ran before this was opened and have not been forgotten: for segments that are opened later. */
    private final Map<NetworkId, Set<InetAddress>> onRecord = new ConcurrentHashMap<>();
    /** Guarded by this; the default bridge is always among them. */
    private final Map<NetworkId, Segment> segments = new LinkedHashMap<>();

    /**
     * What is needed to open it.
     *
     * @param names of what it makes
     * @param subnets free ones
     * @param prepared how many sandboxes are kept ready
     * @param portsPerBridge how many ports a bridge is given
     * @param usual to whom they belong
     * @param builtIn describes the default bridge
     * @param users the networks that users have made, at any time
     * @param endpoints of containers that may still run; their addresses are not handed out until they are given back
     */
    record Settings(InterfaceNames names, SubnetAllocator subnets, int prepared, int portsPerBridge, NamespaceOwner usual, BuiltInNetworks builtIn,
            Supplier<Collection<Network>> users, List<Endpoint> endpoints) {

        List<Subnet> reserved() {
            return users.get().stream().flatMap(network -> network.pools().stream()).map(Network.Pool::subnet).toList();
        }
    }

    private BridgeDriver(Settings settings, Links host, LibNftables nft) {
        this.settings = settings;
        this.names = settings.names();
        this.host = host;
        this.subnets = settings.subnets();
        settings.endpoints().forEach(this::keep);
        Bridge bridge = Bridge.ensure(host, names.bridge(), subnets, settings.reserved());
        Network first = settings.builtIn().bridge(bridge);
        this.defaultId = first.id();
        segments.put(defaultId, segment(first, bridge));
        this.leftovers = host.list().stream().filter(link -> link.group() == names.group() && names.isVeth(link.name())
                || names.isNetworkBridge(link.name()) || names.isFurther(link.name()))
                .collect(Collectors.toMap(Links.Link::name, link -> link));
        this.firewall = new Firewall(nft, names.table(), names.shardPrefix());
        install();
        this.ports = new PortMap(firewall, new PortRelay("berth-relay-" + names.table()), KernelSettings.has("ipv6/conf/lo"));
        this.reaper = new InterfaceReaper("berth-reaper-" + names.table());
        this.watch = new FirewallWatch("berth-firewall-" + names.table(), this::lookAfterRules);
        this.pool = new SandboxPool("berth-sandboxes-" + names.table(), settings.prepared(), this::prepare, this::discard);
    }

    private void keep(Endpoint endpoint) {
        onRecord.computeIfAbsent(endpoint.networkId(), id -> ConcurrentHashMap.newKeySet()).addAll(endpoint.addresses());
    }

    /** Opens it: the default bridge, table and rules are there afterwards. */
    static BridgeDriver open(Settings settings) {
        Links host = Links.ofHost();
        LibNftables nft = null;
        try {
            nft = LibNftables.open();
            return new BridgeDriver(settings, host, nft);
        } catch (RuntimeException | Error failed) {
            if (nft != null) {
                nft.close();
            }
            host.close();
            throw failed;
        }
    }

    /** The default network as it was found last. */
    synchronized Network defaultNetwork() {
        return segments.get(defaultId).network();
    }

    /** The default bridge. Somebody may have deleted it: then it is made again. */
    Segment defaultSegment() {
        return open(defaultId, () -> Bridge.ensure(host, names.bridge(), subnets, settings.reserved()), settings.builtIn()::bridge);
    }

    /** The bridge of a network. Somebody may have deleted it: then it is made again. */
    Segment segment(Network network) {
        return network.id().equals(defaultId) ? defaultSegment() : open(network.id(), () -> bridgeOf(network), bridge -> network);
    }

    private synchronized Segment open(NetworkId id, Supplier<Bridge> ensure, Function<Bridge, Network> describe) {
        Segment known = segments.get(id);
        if (known != null && known.bridge().isThere(host)) {
            return known;
        }
        Bridge bridge = ensure.get();
        if (known != null) {
            LOG.warn("bridge {} was gone, it is made again", known.bridge().name());
        }
        if (known != null && Objects.equals(known.bridge().subnet(), bridge.subnet())) {
            known.moveTo(bridge);
        } else {
            segments.put(id, segment(describe.apply(bridge), bridge));
        }
        install();
        if (id.equals(defaultId)) {
            pool.discardAll();
        }
        return segments.get(id);
    }

    private Segment segment(Network network, Bridge bridge) {
        return new Segment(network, bridge, names, host, settings.portsPerBridge(), onRecord.getOrDefault(network.id(), Set.of()));
    }

    private Bridge bridgeOf(Network network) {
        BridgeOptions options = BridgeOptions.of(network.options());
        return Bridge.ensure(host, nameOf(network.id(), options), network, options.mtu());
    }

    private String nameOf(NetworkId id, BridgeOptions options) {
        return options.name().isEmpty() ? names.bridge(id) : options.name();
    }

    /**
     * Makes the bridge of a new network with a free subnet.
     *
     * @param ipv6 its IPv6 subnet; null for none
     * @param describe makes the network of the subnet and its gateway; it has no IPv4 pool before
     * @throws ConflictException the name of the bridge is taken
     */
    synchronized Network create(NetworkId id, BridgeOptions options, Network.@Nullable Pool ipv6, Function<Network.Pool, Network> describe) {
        String name = requireFree(nameOf(id, options));
        Bridge bridge = Bridge.create(host, name, subnets, reserved(), options.mtu(), ipv6);
        Network network = describe.apply(bridge.found());
        return added(network, bridge);
    }

    /** Makes the bridge of a new network. @throws ConflictException the name of the bridge is taken */
    synchronized Network create(Network network) {
        requireFree(nameOf(network.id(), BridgeOptions.of(network.options())));
        return added(network, bridgeOf(network));
    }

    /** An IPv6 subnet for a new network; it is nobody's until the network is made. @throws UnavailableException there is none */
    synchronized Network.Pool freeIpv6() {
        Subnet subnet = Bridge.freeIpv6(host, subnets, reserved());
        return new Network.Pool(subnet, null, subnet.at(1), Map.of(), false);
    }

    private Network added(Network network, Bridge bridge) {
        segments.put(network.id(), segment(network, bridge));
        try {
            install();
            return network;
        } catch (RuntimeException failed) {
            segments.remove(network.id());
            host.delete(bridge.index());
            throw failed;
        }
    }

    private String requireFree(String name) {
        if (host.find(name).isPresent()) {
            throw new ConflictException("bridge name " + name + " is taken: there is a network interface of that name on the host");
        }
        return name;
    }

    /** The subnets of all networks, whether their bridges are there or not. */
    synchronized List<Subnet> reserved() {
        List<Subnet> all = new ArrayList<>(settings.reserved());
        segments.values().stream().map(segment -> segment.bridge().subnet()).filter(Objects::nonNull).forEach(all::add);
        return all;
    }

    /**
     * Takes a network's bridge away; false, and nothing happens, when containers are on it.
     *
     * @param network no built-in one
     */
    synchronized boolean remove(Network network) {
        Segment segment = segments.get(network.id());
        if (segment == null) {
            // It was not needed in this run of the engine; one before may have left it.
            host.find(nameOf(network.id(), BridgeOptions.of(network.options()))).ifPresent(host::delete);
            leftovers.values().stream().filter(link -> names.isPartOf(link.name(), network.id().value())).forEach(link -> host.delete(link.index()));
            return true;
        }
        if (!segment.close()) {
            return false;
        }
        segments.remove(network.id());
        install();
        segment.remove();
        return true;
    }

    private void install() {
        firewall.install(segments.values().stream().map(Segment::zone).toList());
    }

    /** Somebody may have flushed all rules, ours with them. */
    private synchronized void lookAfterRules() {
        if (!firewall.isWhole()) {
            LOG.warn("the rules of table {} were taken away or changed, they are put back", names.table());
            install();
            ports.restoreForwards();
        }
    }

    /** What chains of others keep from our bridges, in sentences for people. */
    synchronized List<String> warnings() {
        return firewall.obstacles(segments.values().stream().map(Segment::zone).toList()).stream().map(ForeignChain::warning).toList();
    }

    /** A sandbox on the default bridge of the usual owner. */
    PreparedSandbox take() {
        defaultSegment();
        return pool.take();
    }

    private PreparedSandbox prepare() {
        Segment segment = defaultSegment();
        Links.Namespace namespace = settings.usual().make();
        try {
            var plug = new Plug(RandomId.next(), segment.options().interfacePrefix() + 0, Connection.to(segment.network().name()),
                    List.of(), true, true);
            Endpoint endpoint = segment.plug(namespace.netns(), namespace.links(), plug, this::reapNow);
            namespace.links().close();
            return new PreparedSandbox(namespace.netns(), namespace.userns(), endpoint);
        } catch (RuntimeException failed) {
            namespace.close();
            throw failed;
        }
    }

    /** An endpoint of a container that ran before this process did is in use, if its interface is there; whether it is. */
    boolean adopt(Network network, Endpoint endpoint) {
        Optional<Links.Link> link = Optional.ofNullable(leftovers.get(names.veth(endpoint.endpointId())));
        link.ifPresent(found -> segment(network).adopt(endpoint.endpointId(), found));
        return link.isPresent();
    }

    /** Gives an endpoint up whose container did not start or is gone: its address is free once its interface is gone. */
    void giveBack(Endpoint endpoint) {
        opened(endpoint).ifPresent(segment -> segment.leave(endpoint.endpointId()));
        forget(endpoint);
    }

    /** As {@link #giveBack}, of a container that ended while nobody looked. */
    void forget(Endpoint endpoint) {
        if (!endpoint.addresses().isEmpty()) {
            onRecord.computeIfPresent(endpoint.networkId(), (network, addresses) -> {
                addresses.removeAll(endpoint.addresses());
                return addresses;
            });
            reaper.seeOff(names.veth(endpoint.endpointId()), () -> opened(endpoint).ifPresent(segment -> segment.free(endpoint.ip(), endpoint.ipv6())));
        }
    }

    private synchronized Optional<Segment> opened(Endpoint endpoint) {
        return Optional.ofNullable(segments.get(endpoint.networkId()));
    }

    /** Takes an interface out of a container that goes on running; its address is free when this returns. */
    void unplug(Endpoint endpoint) {
        host.find(names.veth(endpoint.endpointId())).ifPresent(host::delete);
        giveBack(endpoint);
        reapNow();
    }

    /** What was seen off goes at once. */
    void reapNow() {
        reaper.reapNow();
    }

    PortMap ports() {
        return ports;
    }

    /**
     * Deletes the interfaces that were there when the driver was opened and belong to none of these endpoints, and bridges of networks
     * that are no more. Takes time; interfaces of others are never touched.
     */
    void deleteLeftoversBut(Collection<String> endpointIds) {
        Set<String> keep = new HashSet<>();
        endpointIds.forEach(id -> keep.add(names.veth(id)));
        Set<String> networks = new HashSet<>(Set.of(defaultId.value()));
        settings.users().get().forEach(network -> networks.add(network.id().value()));
        for (Links.Link link : leftovers.values()) {
            if (!keep.contains(link.name()) && networks.stream().noneMatch(id -> names.isPartOf(link.name(), id))) {
                host.delete(link.index());
            }
        }
    }

    /** Stops what runs in this process; bridges, rules and containers' interfaces stay. */
    @Override
    public void close() {
        watch.close();
        pool.close();
        reaper.close();
        ports.close();
        firewall.close();
        host.close();
    }

    /** Closes it and takes bridges and rules away: when no container of this instance runs. */
    void remove() {
        watch.close();
        pool.close();
        reaper.close();
        ports.close();
        try {
            firewall.remove();
            host.deleteGroup(names.group());
            synchronized (this) {
                segments.values().forEach(Segment::remove);
            }
        } finally {
            firewall.close();
            host.close();
        }
    }

    void discard(PreparedSandbox sandbox) {
        sandbox.close();
        giveBack(sandbox.endpoint());
    }
}
