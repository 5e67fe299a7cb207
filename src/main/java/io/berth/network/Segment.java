package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import java.net.Inet4Address;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A network as the host has it: a bridge, its addresses, and how many interfaces are on it. Safe for use by many threads.
 */
final class Segment {

    private final Network network;
    private final BridgeOptions options;
    private volatile Bridge bridge;
    private final AddressAllocator addresses;
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
    Segment(Network network, Bridge bridge, InterfaceNames names, Links host, int portsPerBridge, Collection<Inet4Address> inUse) {
        this.network = network;
        this.options = BridgeOptions.of(network.options());
        this.bridge = bridge;
        this.names = names;
        this.host = host;
        this.shards = new BridgeShards(names, network.id(), host, bridge, portsPerBridge, options.neighbours());
        Network.Pool pool = network.pools().getFirst();
        this.addresses = pool.range() == null ? new AddressAllocator(pool.subnet()) : new AddressAllocator(pool.subnet(), pool.range());
        addresses.take(bridge.gateway());
        pool.reserved().values().forEach(addresses::take);
        inUse.forEach(addresses::take);
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
        return new Firewall.Zone(bridge.name(), bridge.subnet(), options.neighbours(), network.internal(), options.masquerade());
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
        try {
            address = take(plug.asked().wanted(), reap);
            @Nullable MacAddress wanted = plug.asked().wantedMac();
            MacAddress mac = wanted == null ? MacAddress.of(address) : wanted;
            String veth = names.veth(plug.endpointId());
            host.createVeth(veth, shards.place(plug.endpointId()), names.group(), on.mtu(), netns, plug.interfaceName(), mac.octets());
            if (!options.neighbours()) {
                host.find(veth).ifPresent(host::isolatePort);
            }
            Inet4Address gateway = network.internal() ? null : on.gateway();
            inside.configure(plug.interfaceName(), address, on.subnet().prefixLength(), plug.wayOut() ? gateway : null);
            return new Endpoint(network.id(), network.name(), plug.endpointId(), address, on.subnet().prefixLength(), gateway, mac,
                    plug.interfaceName(), plug.asked().gatewayPriority(), plug.names(), plug.asked().links(), false);
        } catch (RuntimeException failed) {
            undo(plug.endpointId(), address, failed);
            throw failed;
        }
    }

    private void undo(String endpointId, @Nullable Inet4Address address, RuntimeException cause) {
        try {
            host.find(names.veth(endpointId)).ifPresent(host::delete);
        } catch (NativeException another) {
            cause.addSuppressed(another);
        }
        if (address != null) {
            free(address);
        }
        leave(endpointId);
    }

    private Inet4Address take(@Nullable Inet4Address wanted, Runnable reap) {
        if (wanted == null) {
            try {
                return addresses.take();
            } catch (UnavailableException exhausted) {
                reap.run();
                return addresses.take();
            }
        }
        if (!bridge.subnet().contains(wanted)) {
            throw new InvalidArgumentException("no configured subnet or ip-range contain the IP address " + wanted.getHostAddress());
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

    /** The interface that had this address is gone. */
    void free(Inet4Address address) {
        addresses.giveBack(address);
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
