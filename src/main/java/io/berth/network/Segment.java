package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network as the host has it: a bridge, its addresses, and how many interfaces are on it. Safe for use by many threads.
 */
final class Segment {

    private final Network network;
    private final BridgeOptions options;
    private volatile Bridge bridge;
    /** Null where the network has none of the family. */
    private final @Nullable AddressAllocator addresses;
    private final @Nullable AddressAllocator addresses6;
    private final InterfaceNames names;
    private final Links host;
    private final BridgeShards shards;
    private int members;
    private boolean closed;

    /**
     * A network whose bridge is there.
     *
     * @param portsPerBridge how many containers the network may have before it gets another bridge, or somewhat less
     * @param inUse addresses of containers that may still run; they are not handed out until they are given back
     */
    Segment(Network network, Bridge bridge, InterfaceNames names, Links host, int portsPerBridge, Collection<InetAddress> inUse) {
        this.network = network;
        this.options = BridgeOptions.of(network.options());
        this.bridge = bridge;
        this.names = names;
        this.host = host;
        this.shards = new BridgeShards(names, network.id(), host, bridge, portsPerBridge, options.neighbours());
        this.addresses = allocator(network.ipv4(), inUse);
        this.addresses6 = allocator(network.ipv6(), inUse);
    }

    private static @Nullable AddressAllocator allocator(Network.@Nullable Pool pool, Collection<InetAddress> inUse) {
        if (pool == null) {
            return null;
        }
        Subnet range = pool.range();
        var addresses = range == null ? new AddressAllocator(pool.subnet()) : new AddressAllocator(pool.subnet(), range);
        addresses.take(pool.gate());
        pool.reserved().values().forEach(addresses::take);
        inUse.forEach(addresses::take);
        return addresses;
    }

    Network network() {
        return network;
    }

    Bridge bridge() {
        return bridge;
    }

    /** Its bridge was made again, with the same addresses. */
    void moveTo(Bridge next) {
        bridge = next;
        shards.moveTo(next);
    }

    BridgeOptions options() {
        return options;
    }

    Firewall.Zone zone() {
        return new Firewall.Zone(bridge.name(), bridge.subnet(), bridge.ipv6() == null ? null : bridge.ipv6().subnet(), options.neighbours(), network.internal(), options.masquerade());
    }

    /**
     * Makes an interface in a network namespace, with an address of this network; all or nothing.
     *
     * @param reap called when no address is free, before it is tried once more: some may be free in a moment
     * @throws NotFoundException the network was removed meanwhile
     * @throws ConflictException the address that is asked for is in use
     * @throws UnavailableException there is no free address
     */
    Endpoint plug(Fd netns, Links inside, Plug plug, Runnable reap) {
        enter();
        Bridge on = bridge;
        @Nullable Inet4Address address = null;
        Endpoint.@Nullable Six six = null;
        try {
            Subnet subnet = on.subnet();
            address = subnet == null || addresses == null ? null : (Inet4Address) take(addresses, subnet, plug.asked().wanted(), reap);
            six = on.ipv6() == null || addresses6 == null ? null : takeIpv6(addresses6, on.ipv6(), plug.asked().wanted6(), reap);
            @Nullable MacAddress wanted = plug.asked().wantedMac();
            MacAddress mac = wanted == null ? MacAddress.of(address == null ? Objects.requireNonNull(six).ip() : address) : wanted;
            String veth = names.veth(plug.endpointId());
            host.createVeth(veth, shards.place(plug.endpointId()), names.group(), on.mtu(), netns, plug.interfaceName(), mac.octets());
            if (!options.neighbours()) {
                host.find(veth).ifPresent(host::isolatePort);
            }
            Inet4Address gateway = network.internal() ? null : on.gateway();
            if (six != null) {
                Links.enableIpv6(netns, plug.interfaceName());
            }
            int prefixLength = subnet == null ? 0 : subnet.prefixLength();
            inside.configure(plug.interfaceName(), address == null ? null : new Links.Own(address, prefixLength, plug.wayOut() ? gateway : null),
                    six == null ? null : new Links.Own(six.ip(), six.prefixLength(), plug.wayOut6() ? six.gateway() : null));
            return new Endpoint(network.id(), network.name(), plug.endpointId(), address, prefixLength, gateway, mac,
                    plug.interfaceName(), plug.asked().gatewayPriority(), plug.names(), plug.asked().links(), false, six);
        } catch (RuntimeException failed) {
            undo(plug.endpointId(), address, six, failed);
            throw failed;
        }
    }

    private void undo(String endpointId, @Nullable Inet4Address address, Endpoint.@Nullable Six six, RuntimeException cause) {
        try {
            host.find(names.veth(endpointId)).ifPresent(host::delete);
        } catch (NativeException another) {
            cause.addSuppressed(another);
        }
        free(address, six);
        leave(endpointId);
    }

    private Endpoint.Six takeIpv6(AddressAllocator from, Network.Pool pool, @Nullable Inet6Address wanted, Runnable reap) {
        var address = (Inet6Address) take(from, pool.subnet(), wanted, reap);
        return new Endpoint.Six(address, pool.subnet().prefixLength(), network.internal() ? null : (Inet6Address) pool.gateway());
    }

    private static InetAddress take(AddressAllocator addresses, Subnet subnet, @Nullable InetAddress wanted, Runnable reap) {
        if (wanted == null) {
            try {
                return addresses.take();
            } catch (UnavailableException exhausted) {
                reap.run();
                return addresses.take();
            }
        }
        if (!subnet.contains(wanted)) {
            throw new InvalidArgumentException("no configured subnet or ip-range contain the IP address " + IpText.of(wanted));
        }
        if (addresses.take(wanted)) {
            return wanted;
        }
        reap.run();
        if (addresses.take(wanted)) {
            return wanted;
        }
        throw new ConflictException("Address already in use");
    }

    /** An interface of a container that ran before this process was started is on it. @param link its end on the host */
    void adopt(String endpointId, Links.Link link) {
        enter();
        shards.adopt(endpointId, link);
    }

    /** A container has ended or was disconnected; its interface may linger for a moment, and so its address is not free yet. */
    void leave(String endpointId) {
        shards.leave(endpointId);
        synchronized (this) {
            members--;
        }
    }

    /** The interface that had these addresses is gone. */
    void free(@Nullable Inet4Address address, Endpoint.@Nullable Six six) {
        if (address != null && addresses != null) {
            addresses.giveBack(address);
        }
        if (six != null && addresses6 != null) {
            addresses6.giveBack(six.ip());
        }
    }

    private synchronized void enter() {
        if (closed) {
            throw new NotFoundException("network " + network.name() + " not found");
        }
        members++;
    }

    /** Takes the bridges away, whatever is on them. */
    void remove() {
        shards.remove();
        host.delete(bridge.index());
    }

    /** From now on nothing is plugged in any more; false, and nothing happens, when something is. */
    synchronized boolean close() {
        closed = members == 0;
        return closed;
    }
}
