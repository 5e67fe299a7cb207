package io.berth.network;

import io.berth.error.InternalException;
import io.berth.ffi.Links;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A bridge of the host that is there and up.
 *
 * @param name its name
 * @param index its index
 * @param subnet the containers' addresses
 * @param gateway the host's address on it
 * @param mtu largest packet in bytes; that of the link that the default route leaves by, unless a network has another
 */
record Bridge(String name, int index, Subnet subnet, Inet4Address gateway, int mtu) {

    private static final int MAIN_TABLE = 254;
    private static final int USUAL_MTU = 1500;

    /**
     * Finds the bridge or makes it. One that is there keeps its subnet as long as something is connected to it, or its subnet is one of
     * the pool's.
     *
     * @param reserved subnets that are not taken, whether the kernel has them or not
     */
    static Bridge ensure(Links host, String name, SubnetAllocator subnets, Collection<Subnet> reserved) {
        return kept(host, name, bridge -> reserved.stream().noneMatch(bridge.subnet()::overlaps)
                && (subnets.offers(bridge.subnet()) || bridge.hasPorts(host)))
                .orElseGet(() -> create(host, name, subnets, reserved, 0));
    }

    /** Finds the bridge of a network or makes it: with exactly these addresses. @param mtu 0 for that of the uplink */
    static Bridge ensure(Links host, String name, Network.Pool pool, int mtu) {
        return kept(host, name, bridge -> bridge.subnet().equals(pool.subnet()) && bridge.gateway().equals(pool.gateway()))
                .orElseGet(() -> create(host, name, pool, mtu));
    }

    /** The bridge that is there, if it can be used; one that cannot is deleted. */
    private static Optional<Bridge> kept(Links host, String name, Predicate<Bridge> usable) {
        var existing = host.find(name);
        if (existing.isEmpty()) {
            return Optional.empty();
        }
        Optional<Bridge> kept = read(host, name, existing.getAsInt()).filter(usable).map(bridge -> bridge.ready(host));
        if (kept.isEmpty()) {
            host.delete(existing.getAsInt());
        }
        return kept;
    }

    private static Bridge create(Links host, String name, Network.Pool pool, int mtu) {
        int size = mtu == 0 ? uplinkMtu(host) : mtu;
        Inet4Address gateway = Objects.requireNonNull(pool.gateway(), "a bridge has an address");
        int index = host.createBridge(name, MacAddress.of(gateway).octets(), size);
        return completed(host, index, () -> {
            host.addAddress(index, gateway, pool.subnet().prefixLength());
            return new Bridge(name, index, pool.subnet(), gateway, size);
        });
    }

    private static Optional<Bridge> read(Links host, String name, int index) {
        return host.addresses().stream()
                .filter(address -> address.index() == index && address.address() instanceof Inet4Address)
                .findFirst()
                .map(address -> new Bridge(name, index, Subnet.around((Inet4Address) address.address(), address.prefixLength()),
                        (Inet4Address) address.address(), uplinkMtu(host)));
    }

    /** Makes a bridge with a free subnet of the pool. @param mtu 0 for that of the uplink; @throws UnavailableException there is none */
    static Bridge create(Links host, String name, SubnetAllocator subnets, Collection<Subnet> reserved, int mtu) {
        int size = mtu == 0 ? uplinkMtu(host) : mtu;
        Subnet first = subnets.choose(inUse(host, 0, reserved));
        int index = host.createBridge(name, MacAddress.of(first.at(1)).octets(), size);
        return completed(host, index, () -> {
            Subnet subnet = first;
            while (true) {
                host.addAddress(index, subnet.at(1), subnet.prefixLength());
                Subnet chosen = subnet;
                // Another instance may have chosen the same at the same moment: the link that was made first keeps it.
                boolean lost = host.addresses().stream().anyMatch(other -> other.index() < index
                        && other.address() instanceof Inet4Address four
                        && Subnet.around(four, other.prefixLength()).overlaps(chosen));
                if (!lost) {
                    return new Bridge(name, index, subnet, subnet.at(1), size);
                }
                host.deleteAddress(index, subnet.at(1), subnet.prefixLength());
                subnet = subnets.choose(inUse(host, index, reserved));
            }
        });
    }

    /** The bridge that has just been made, with its addresses and up, or none. */
    private static Bridge completed(Links host, int index, Supplier<Bridge> addressed) {
        try {
            return addressed.get().ready(host);
        } catch (RuntimeException failed) {
            host.delete(index);
            throw failed;
        }
    }

    private Bridge ready(Links host) {
        try {
            KernelSettings.setIfThere("ipv6/conf/" + name + "/accept_ra", "0");
            KernelSettings.setIfThere("ipv6/conf/" + name + "/disable_ipv6", "1");
            KernelSettings.set("ipv4/ip_forward", "1");
            // For connections of the host's own loopback addresses to published ports; the firewall keeps containers from using it.
            KernelSettings.set("ipv4/conf/" + name + "/route_localnet", "1");
        } catch (InternalException refused) {
            throw new InternalException("prepare bridge " + name + ": " + refused.getMessage(), refused);
        }
        host.up(index);
        return this;
    }

    private boolean hasPorts(Links host) {
        return host.list().stream().anyMatch(link -> link.master() == index);
    }

    /** Whether it is still there as it was. */
    boolean isThere(Links host) {
        var now = host.find(name);
        return now.isPresent() && now.getAsInt() == index;
    }

    /** What the host has, and what is reserved. @param exceptIndex a link that does not count; 0 for none */
    static List<Subnet> inUse(Links host, int exceptIndex, Collection<Subnet> reserved) {
        var inUse = new ArrayList<>(reserved);
        for (Links.HostAddress address : host.addresses()) {
            if (address.index() != exceptIndex && address.address() instanceof Inet4Address four) {
                inUse.add(Subnet.around(four, address.prefixLength()));
            }
        }
        for (Links.Route route : host.routes()) {
            if (route.index() != exceptIndex && route.prefixLength() > 0 && route.destination() instanceof Inet4Address four) {
                inUse.add(Subnet.around(four, route.prefixLength()));
            }
        }
        return inUse;
    }

    private static int uplinkMtu(Links host) {
        var uplink = host.routes().stream()
                .filter(route -> route.table() == MAIN_TABLE && route.prefixLength() == 0 && route.index() != 0
                        && route.destination() instanceof Inet4Address)
                .min(Comparator.comparingInt(Links.Route::metric));
        return uplink.flatMap(route -> host.list().stream().filter(link -> link.index() == route.index()).findFirst())
                .map(Links.Link::mtu).orElse(USUAL_MTU);
    }
}
