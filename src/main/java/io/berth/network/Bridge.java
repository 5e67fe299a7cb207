package io.berth.network;

import io.berth.error.InternalException;
import io.berth.ffi.Links;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A bridge of the host that is there and up.
 *
 * @param name its name
 * @param index its index
 * @param subnet the containers' addresses
 * @param gateway the host's address on it
 * @param mtu largest packet: that of the link that the default route leaves by
 */
record Bridge(String name, int index, Subnet subnet, Inet4Address gateway, int mtu) {

    private static final int MAIN_TABLE = 254;
    private static final int USUAL_MTU = 1500;

    /**
     * Finds the bridge or makes it. One that is there keeps its subnet as long as something is connected to it, or its subnet is one of
     * the pool's.
     */
    static Bridge ensure(Links host, String name, SubnetAllocator subnets) {
        var existing = host.find(name);
        if (existing.isPresent()) {
            Optional<Bridge> usable = read(host, name, existing.getAsInt())
                    .filter(bridge -> subnets.offers(bridge.subnet()) || bridge.hasPorts(host));
            if (usable.isPresent()) {
                return usable.get().ready(host);
            }
            host.delete(existing.getAsInt());
        }
        return create(host, name, subnets).ready(host);
    }

    private static Optional<Bridge> read(Links host, String name, int index) {
        return host.addresses().stream()
                .filter(address -> address.index() == index && address.address() instanceof Inet4Address)
                .findFirst()
                .map(address -> new Bridge(name, index, Subnet.around((Inet4Address) address.address(), address.prefixLength()),
                        (Inet4Address) address.address(), uplinkMtu(host)));
    }

    private static Bridge create(Links host, String name, SubnetAllocator subnets) {
        int mtu = uplinkMtu(host);
        List<Subnet> inUse = subnetsInUse(host, 0);
        Subnet subnet = subnets.choose(inUse);
        int index = host.createBridge(name, MacAddress.of(subnet.at(1)).octets(), mtu);
        try {
            while (true) {
                host.addAddress(index, subnet.at(1), subnet.prefixLength());
                Subnet chosen = subnet;
                // Another instance may have chosen the same at the same moment: the link that was made first keeps it.
                boolean lost = host.addresses().stream().anyMatch(other -> other.index() < index
                        && other.address() instanceof Inet4Address four
                        && Subnet.around(four, other.prefixLength()).overlaps(chosen));
                if (!lost) {
                    return new Bridge(name, index, subnet, subnet.at(1), mtu);
                }
                host.deleteAddress(index, subnet.at(1), subnet.prefixLength());
                subnet = subnets.choose(subnetsInUse(host, index));
            }
        } catch (RuntimeException failed) {
            host.delete(index);
            throw failed;
        }
    }

    private Bridge ready(Links host) {
        try {
            if (KernelSettings.has("ipv6/conf/" + name)) {
                KernelSettings.set("ipv6/conf/" + name + "/accept_ra", "0");
                KernelSettings.set("ipv6/conf/" + name + "/disable_ipv6", "1");
            }
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

    private static List<Subnet> subnetsInUse(Links host, int exceptIndex) {
        var inUse = new ArrayList<Subnet>();
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
