package io.berth.network;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network of interfaces on a link of the host: its addresses, and how many have one. Safe for use by many threads. */
final class LinkSegment {

    private final Network network;
    private final LinkKind kind;
    private final LinkOptions options;
    private final ParentLinks parents;
    private final List<Range> ranges;
    private int members;
    private boolean closed;

    /** A subnet and its addresses. */
    private record Range(Network.Pool pool, AddressAllocator addresses) {

        static Range of(Network.Pool pool) {
            var addresses = pool.range() == null ? new AddressAllocator(pool.subnet()) : new AddressAllocator(pool.subnet(), pool.range());
            if (pool.gateway() != null) {
                addresses.take(pool.gateway());
            }
            pool.reserved().values().forEach(addresses::take);
            return new Range(pool, addresses);
        }
    }

    /** An address and the subnet that it is of. */
    private record Place(InetAddress address, Network.Pool pool) {

        int prefixLength() {
            return pool.subnet().prefixLength();
        }
    }

    /** @param inUse addresses of containers that may still run; they are not handed out until they are given back */
    LinkSegment(Network network, LinkKind kind, ParentLinks parents, Collection<? extends InetAddress> inUse) {
        this.network = network;
        this.kind = kind;
        this.options = LinkOptions.of(kind, network.options());
        this.parents = parents;
        this.ranges = network.pools().stream().map(Range::of).toList();
        inUse.forEach(address -> ranges.forEach(range -> range.addresses().take(address)));
    }

    /** Name of the link that the interfaces stand on. */
    static String parent(Network network, LinkKind kind) {
        String named = LinkOptions.parent(network.options());
        return named.isEmpty() ? kind.ownParent(network.id()) : named;
    }

    /** Whether a default route may go over a network: not where the parent leads nowhere. */
    static boolean leadsOut(Network network) {
        return !network.internal() && !LinkOptions.parent(network.options()).isEmpty();
    }

    /**
     * Makes an interface; all or nothing. As {@link NetworkDriver#plug}.
     *
     * @param reap called when no address is free, before it is tried once more: some may be free in a moment
     */
    Endpoint plug(Fd netns, Links inside, Plug plug, Runnable reap) {
        @Nullable MacAddress wanted = plug.asked().wantedMac();
        if (wanted != null && !kind.hasOwnAddress()) {
            throw new InternalException(kind.word() + " interfaces do not support custom mac address assignment");
        }
        enter();
        var places = new ArrayList<Place>();
        boolean made = false;
        try {
            int parent = parent();
            if (network.ipv4() != null) {
                places.add(take(false, plug.asked().wanted(), reap));
            }
            if (network.ipv6() != null) {
                places.add(take(true, plug.asked().wanted6(), reap));
            }
            @Nullable MacAddress mac = wanted == null && kind.hasOwnAddress() ? MacAddress.of(places.getFirst().address()) : wanted;
            make(parent, netns, plug.interfaceName(), mac);
            made = true;
            return configured(netns, inside, plug, places, options.isPassthru() ? passedThrough(inside, plug.interfaceName(), wanted) : mac);
        } catch (RuntimeException failed) {
            undo(made, inside, plug.interfaceName(), places, failed);
            throw failed;
        }
    }

    private int parent() {
        String name = parent(network, kind);
        try {
            return parents.ensure(name, options.parent().isEmpty());
        } catch (InvalidArgumentException missing) {
            throw new InternalException("the requested parent interface " + name + " was not found on the host", missing);
        }
    }

    private void make(int parent, Fd netns, String name, @Nullable MacAddress mac) {
        try {
            parents.createOn(kind, parent, options, netns, name, mac == null ? null : mac.octets());
        } catch (NativeException refused) {
            throw new InternalException("failed to create the " + kind.word() + " port: " + refused.getMessage(), refused);
        }
    }

    /** An interface that has its parent for itself has the parent's hardware address; the two change together. */
    private static @Nullable MacAddress passedThrough(Links inside, String name, @Nullable MacAddress wanted) {
        if (wanted != null) {
            inside.setHardwareAddress(name, wanted.octets());
        }
        return inside.list().stream().filter(link -> link.name().equals(name)).map(link -> MacAddress.parse(link.mac())).findFirst().orElse(null);
    }

    private Endpoint configured(Fd netns, Links inside, Plug plug, List<Place> places, @Nullable MacAddress mac) {
        @Nullable Place four = of(false, places);
        @Nullable Place six = of(true, places);
        boolean direct = leadsOut(network) && options.isRouted();
        @Nullable InetAddress gateway = gateway(four);
        @Nullable InetAddress gateway6 = gateway(six);
        if (six != null) {
            Links.enableIpv6(netns, plug.interfaceName());
        }
        inside.configure(plug.interfaceName(), four == null ? null : new Links.Own(four.address(), four.prefixLength(), plug.wayOut() ? gateway : null),
                six == null ? null : new Links.Own(six.address(), six.prefixLength(), plug.wayOut6() ? gateway6 : null));
        if (plug.wayOut() && direct && four != null) {
            inside.defaultRouteOver(plug.interfaceName());
        }
        if (plug.wayOut6() && direct && six != null) {
            inside.defaultRouteOver6(plug.interfaceName());
        }
        return new Endpoint(network.id(), network.name(), plug.endpointId(), four == null ? null : (Inet4Address) four.address(),
                four == null ? 0 : four.prefixLength(), (Inet4Address) gateway, mac, plug.interfaceName(), plug.asked().gatewayPriority(),
                plug.names(), plug.asked().links(), direct,
                six == null ? null : new Endpoint.Six((Inet6Address) six.address(), six.prefixLength(), (Inet6Address) gateway6));
    }

    private static @Nullable Place of(boolean ipv6, List<Place> places) {
        return places.stream().filter(place -> place.pool().subnet().isIpv6() == ipv6).findFirst().orElse(null);
    }

    /** Where a default route of the address's family may go. */
    private @Nullable InetAddress gateway(@Nullable Place place) {
        return place != null && leadsOut(network) && !options.isRouted() ? place.pool().gateway() : null;
    }

    private void undo(boolean made, Links inside, String name, List<Place> places, RuntimeException cause) {
        try {
            if (made) {
                inside.find(name).ifPresent(inside::delete);
            }
        } catch (NativeException another) {
            cause.addSuppressed(another);
        }
        places.forEach(place -> free(place.address()));
        leave();
    }

    private Place take(boolean ipv6, @Nullable InetAddress wanted, Runnable reap) {
        try {
            return wanted == null ? take(ipv6) : take(wanted);
        } catch (UnavailableException | ConflictException taken) {
            reap.run();
            return wanted == null ? take(ipv6) : take(wanted);
        }
    }

    /** Of the first subnet of the family that has a free one. */
    private Place take(boolean ipv6) {
        @Nullable UnavailableException exhausted = null;
        for (Range range : ranges) {
            if (range.pool().subnet().isIpv6() == ipv6) {
                try {
                    return new Place(range.addresses().take(), range.pool());
                } catch (UnavailableException none) {
                    exhausted = none;
                }
            }
        }
        throw exhausted == null ? new UnavailableException("network " + network.name() + " has no subnet") : exhausted;
    }

    private Place take(InetAddress wanted) {
        Range range = ranges.stream().filter(one -> one.pool().subnet().contains(wanted)).findFirst().orElseThrow(
                () -> new InvalidArgumentException("no configured subnet or ip-range contain the IP address " + IpText.of(wanted)));
        if (!range.addresses().take(wanted)) {
            throw new ConflictException("Address already in use");
        }
        return new Place(wanted, range.pool());
    }

    private synchronized void enter() {
        if (closed) {
            throw new NotFoundException("network " + network.name() + " not found");
        }
        members++;
    }

    /** An interface of a container that ran before this process was started is in it. */
    void adopt(List<InetAddress> had) {
        enter();
        had.forEach(address -> ranges.forEach(range -> range.addresses().take(address)));
    }

    /** A container has ended or was disconnected. */
    synchronized void leave() {
        members--;
    }

    /** The interface that had this address is gone. */
    void free(InetAddress address) {
        ranges.forEach(range -> range.addresses().giveBack(address));
    }

    /** From now on nothing is plugged in any more; false, and nothing happens, when something is. */
    synchronized boolean close() {
        closed = members == 0;
        return closed;
    }
}
