package io.berth.network;

import io.berth.error.UnavailableException;
import io.berth.ffi.LibNftables;
import io.berth.ffi.Links;
import io.berth.ffi.TcpRelay;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The default bridge of this instance with all that belongs to it in the kernel: the bridge itself, its firewall table, containers'
 * interfaces and published ports. Made when it is first needed; what is missing then is made, what is there is kept. Safe for use by
 * many threads.
 */
final class BridgeDriver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeDriver.class);
    static final String INTERFACE = "eth0";
    private static final int ID_BYTES = 32;

    private final InterfaceNames names;
    private final Links host;
    private final SubnetAllocator subnets;
    private final Firewall firewall;
    private final PortMap ports;
    private final SandboxPool pool;
    private final InterfaceReaper reaper;
    private final NamespaceOwner usual;
    private final SecureRandom random = new SecureRandom();
    private final List<Links.Link> leftovers;
    private volatile Bridge bridge;
    private volatile AddressAllocator addresses;

    private BridgeDriver(InterfaceNames names, Links host, LibNftables nft, SubnetAllocator subnets, int prepared,
            NamespaceOwner usual, Collection<Inet4Address> inUse) {
        this.usual = usual;
        this.names = names;
        this.host = host;
        this.subnets = subnets;
        this.bridge = Bridge.ensure(host, names.bridge(), subnets);
        this.addresses = addressesOf(bridge);
        inUse.forEach(addresses::take);
        this.leftovers = host.list().stream().filter(link -> link.group() == names.group() && names.isVeth(link.name())).toList();
        this.firewall = new Firewall(nft, names.table());
        firewall.install(List.of(new Firewall.Zone(bridge.name(), bridge.subnet())));
        this.ports = new PortMap(firewall, new TcpRelay("berth-relay-" + names.table()), KernelSettings.has("ipv6/conf/lo"));
        this.reaper = new InterfaceReaper("berth-reaper-" + names.table(), address -> addresses.giveBack(address));
        this.pool = new SandboxPool("berth-sandboxes-" + names.table(), prepared, () -> make(null, usual), this::discard);
    }

    /**
     * Opens the driver: bridge, table and rules are there afterwards.
     *
     * @param prepared how many sandboxes are kept ready
     * @param usual to whom they belong
     * @param inUse addresses of containers that may still run; they are not handed out until they are given back
     */
    static BridgeDriver open(InterfaceNames names, SubnetAllocator subnets, int prepared, NamespaceOwner usual,
            Collection<Inet4Address> inUse) {
        Links host = Links.ofHost();
        LibNftables nft = null;
        try {
            nft = LibNftables.open();
            return new BridgeDriver(names, host, nft, subnets, prepared, usual, inUse);
        } catch (RuntimeException | Error failed) {
            if (nft != null) {
                nft.close();
            }
            host.close();
            throw failed;
        }
    }

    Bridge bridge() {
        return bridge;
    }

    /** A sandbox on the bridge; one with a hardware address asked for, or of an unusual owner, is made on the spot. */
    PreparedSandbox take(@Nullable MacAddress mac, NamespaceOwner owner) {
        repair();
        return mac == null && owner.equals(usual) ? pool.take() : make(mac, owner);
    }

    /** Gives a sandbox up whose container did not start or is gone: its address is free once its interface is gone. */
    void giveBack(String endpointId, Inet4Address address) {
        reaper.seeOff(names.veth(endpointId), address);
    }

    PortMap ports() {
        return ports;
    }

    /**
     * Deletes the interfaces that were there when the driver was opened and belong to none of these endpoints. Takes time; interfaces of
     * others are never touched.
     */
    void deleteLeftoversBut(Collection<String> endpointIds) {
        Set<String> keep = new HashSet<>();
        endpointIds.forEach(id -> keep.add(names.veth(id)));
        for (Links.Link link : leftovers) {
            if (!keep.contains(link.name())) {
                host.delete(link.index());
            }
        }
    }

    /** Stops what runs in this process; bridge, rules and containers' interfaces stay. */
    @Override
    public void close() {
        pool.close();
        reaper.close();
        ports.close();
        firewall.close();
        host.close();
    }

    /** Closes it and takes bridge and rules away: when no container of this instance runs. */
    void remove() {
        pool.close();
        reaper.close();
        ports.close();
        try {
            firewall.remove();
            host.deleteGroup(names.group());
            host.delete(bridge.index());
        } finally {
            firewall.close();
            host.close();
        }
    }

    /** Somebody may have deleted the bridge: the next container gets one again. */
    private synchronized void repair() {
        if (!bridge.isThere(host)) {
            LOG.warn("bridge {} is gone, making it again", bridge.name());
            Bridge next = Bridge.ensure(host, names.bridge(), subnets);
            if (!next.subnet().equals(bridge.subnet())) {
                addresses = addressesOf(next);
            }
            bridge = next;
            firewall.install(List.of(new Firewall.Zone(bridge.name(), bridge.subnet())));
            pool.discardAll();
        }
    }

    private PreparedSandbox make(@Nullable MacAddress wanted, NamespaceOwner owner) {
        Bridge on = bridge;
        AddressAllocator from = addresses;
        Inet4Address address = takeFrom(from);
        String endpointId = newId();
        MacAddress mac = wanted == null ? MacAddress.of(address) : wanted;
        Links.Namespace namespace = null;
        try {
            namespace = owner.make();
            host.createVeth(names.veth(endpointId), on.index(), names.group(), on.mtu(), namespace.netns(), INTERFACE, mac.octets());
            namespace.links().configure(INTERFACE, address, on.subnet().prefixLength(), on.gateway());
            namespace.links().close();
            return new PreparedSandbox(namespace.netns(), namespace.userns(), endpointId, address, mac);
        } catch (RuntimeException failed) {
            if (namespace != null) {
                namespace.close();
            }
            from.giveBack(address);
            throw failed;
        }
    }

    private Inet4Address takeFrom(AddressAllocator from) {
        try {
            return from.take();
        } catch (UnavailableException exhausted) {
            reaper.reapNow();
            return from.take();
        }
    }

    void discard(PreparedSandbox sandbox) {
        sandbox.close();
        giveBack(sandbox.endpointId(), sandbox.address());
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static AddressAllocator addressesOf(Bridge bridge) {
        var allocator = new AddressAllocator(bridge.subnet());
        allocator.take(bridge.gateway());
        return allocator;
    }
}
