package io.berth.network;

import io.berth.error.InternalException;
import io.berth.ffi.Links;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bridge of the host that is there and up.
 *
 * @param name its name
 * @param index its index
 * @param subnet the containers' IPv4 addresses; null where it has none, of the default one never
 * @param gateway the host's IPv4 address on it; null likewise
 * @param mtu largest packet in bytes; that of the link that the default route leaves by, unless a network has another
 * @param ipv6 the containers' IPv6 addresses and the host's; null where it has none
 */
record Bridge(String name, int index, @Nullable Subnet subnet, @Nullable Inet4Address gateway, int mtu, Network.@Nullable Pool ipv6) {

    private static final int MAIN_TABLE = 254;
    private static final int USUAL_MTU = 1500;
    private static final InetAddress LINK_LOCAL = InetAddress.ofLiteral("fe80::1");
    private static final int LINK_LOCAL_PREFIX = 64;

    /**
     * Finds the bridge or makes it. One that is there keeps its subnet as long as something is connected to it, or its subnet is one of
     * the pool's.
     *
     * @param reserved subnets that are not taken, whether the kernel has them or not
     */
    static Bridge ensure(Links host, String name, SubnetAllocator subnets, Collection<Subnet> reserved) {
        return kept(host, name, null, bridge -> bridge.subnet() != null && reserved.stream().noneMatch(bridge.subnet()::overlaps)
                && (subnets.offers(bridge.subnet()) || bridge.hasPorts(host)))
                .orElseGet(() -> create(host, name, subnets, reserved, 0, null));
    }

    /** Finds the bridge of a network or makes it: with exactly these addresses. @param mtu 0 for that of the uplink */
    static Bridge ensure(Links host, String name, Network network, int mtu) {
        Network.Pool ipv4 = network.ipv4();
        return kept(host, name, network.ipv6(), bridge -> ipv4 == null ? bridge.subnet() == null
                : ipv4.subnet().equals(bridge.subnet()) && ipv4.gateway().equals(bridge.gateway()))
                .orElseGet(() -> create(host, name, network, mtu));
    }

    /** The bridge that is there, if it can be used; one that cannot is deleted. */
    private static Optional<Bridge> kept(Links host, String name, Network.@Nullable Pool ipv6, Predicate<Bridge> usable) {
        var existing = host.find(name);
        if (existing.isEmpty()) {
            return Optional.empty();
        }
        Optional<Bridge> kept = Optional.of(read(host, name, existing.getAsInt(), ipv6)).filter(usable).map(bridge -> bridge.ready(host));
        if (kept.isEmpty()) {
            host.delete(existing.getAsInt());
        }
        return kept;
    }

    private static Bridge create(Links host, String name, Network network, int mtu) {
        int size = mtu == 0 ? uplinkMtu(host) : mtu;
        Network.Pool first = network.pools().getFirst();
        int index = host.createBridge(name, MacAddress.of(first.gate()).octets(), size);
        return completed(host, index, () -> {
            Network.Pool ipv4 = network.ipv4();
            if (ipv4 == null) {
                return new Bridge(name, index, null, null, size, network.ipv6());
            }
            var gateway = (Inet4Address) ipv4.gate();
            host.addAddress(index, gateway, ipv4.subnet().prefixLength());
            return new Bridge(name, index, ipv4.subnet(), gateway, size, network.ipv6());
        });
    }

    private static Bridge read(Links host, String name, int index, Network.@Nullable Pool ipv6) {
        return host.addresses().stream()
                .filter(address -> address.index() == index && address.address() instanceof Inet4Address)
                .findFirst()
                .map(address -> new Bridge(name, index, Subnet.around(address.address(), address.prefixLength()),
                        (Inet4Address) address.address(), uplinkMtu(host), ipv6))
                .orElseGet(() -> new Bridge(name, index, null, null, uplinkMtu(host), ipv6));
    }

    /** Makes a bridge with a free subnet of the pool. @param mtu 0 for that of the uplink; @throws UnavailableException there is none */
    static Bridge create(Links host, String name, SubnetAllocator subnets, Collection<Subnet> reserved, int mtu, Network.@Nullable Pool ipv6) {
        int size = mtu == 0 ? uplinkMtu(host) : mtu;
        Subnet first = subnets.choose(inUse(host, 0, reserved), false);
        int index = host.createBridge(name, MacAddress.of(first.at(1)).octets(), size);
        return completed(host, index, () -> {
            Subnet subnet = first;
            while (true) {
                host.addAddress(index, subnet.at(1), subnet.prefixLength());
                Subnet chosen = subnet;
                // Another instance may have chosen the same at the same moment: the link that was made first keeps it.
                boolean lost = host.addresses().stream().anyMatch(other -> other.index() < index
                        && Subnet.around(other.address(), other.prefixLength()).overlaps(chosen));
                if (!lost) {
                    return new Bridge(name, index, subnet, (Inet4Address) subnet.at(1), size, ipv6);
                }
                host.deleteAddress(index, subnet.at(1), subnet.prefixLength());
                subnet = subnets.choose(inUse(host, index, reserved), false);
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
            KernelSettings.setIfThere("ipv6/conf/" + name + "/disable_ipv6", ipv6 == null ? "1" : "0");
            KernelSettings.set("ipv4/ip_forward", "1");
            // For connections of the host's own loopback addresses to published ports; the firewall keeps containers from using it.
            KernelSettings.set("ipv4/conf/" + name + "/route_localnet", "1");
            if (ipv6 != null) {
                giveIpv6(host, ipv6);
            }
        } catch (InternalException refused) {
            throw new InternalException("prepare bridge " + name + ": " + refused.getMessage(), refused);
        }
        host.up(index);
        return this;
    }

    /** It may have them already. */
    private void giveIpv6(Links host, Network.Pool pool) {
        Ipv6Forwarding.enable();
        giveAddress(host, pool.gateway(), pool.subnet().prefixLength());
        // For what it forwards the kernel asks for neighbours from such an address only; that of another bridge is another one.
        giveAddress(host, LINK_LOCAL, LINK_LOCAL_PREFIX);
    }

    private void giveAddress(Links host, InetAddress wanted, int prefixLength) {
        if (host.addresses().stream().noneMatch(address -> address.index() == index && address.address().equals(wanted))) {
            host.addAddress(index, wanted, prefixLength);
        }
    }

    private boolean hasPorts(Links host) {
        return host.list().stream().anyMatch(link -> link.master() == index);
    }

    /** The IPv4 subnet that was found for it. */
    Network.Pool found() {
        return new Network.Pool(Objects.requireNonNull(subnet), null, Objects.requireNonNull(gateway), Map.of(), false);
    }

    /** Whether it is still there as it was. */
    boolean isThere(Links host) {
        var now = host.find(name);
        return now.isPresent() && now.getAsInt() == index;
    }

    /** A subnet that nothing on this host has. @throws UnavailableException there is none */
    static Subnet freeIpv6(Links host, SubnetAllocator subnets, Collection<Subnet> reserved) {
        return subnets.choose(inUse(host, 0, reserved), true);
    }

    /** What the host has, and what is reserved. @param exceptIndex a link that does not count; 0 for none */
    static List<Subnet> inUse(Links host, int exceptIndex, Collection<Subnet> reserved) {
        var inUse = new ArrayList<>(reserved);
        for (Links.HostAddress address : host.addresses()) {
            if (address.index() != exceptIndex) {
                inUse.add(Subnet.around(address.address(), address.prefixLength()));
            }
        }
        for (Links.Route route : host.routes()) {
            if (route.index() != exceptIndex && route.prefixLength() > 0) {
                inUse.add(Subnet.around(route.destination(), route.prefixLength()));
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
