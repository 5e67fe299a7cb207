package io.berth.network;

import io.berth.error.UnavailableException;
import java.util.Collection;
import java.util.List;

/** Chooses subnets of the pool. Keeps nothing: what is in use is asked from the kernel each time. */
final class SubnetAllocator {

    private final List<NetworkProperties.PoolRange> ranges;

    SubnetAllocator(List<NetworkProperties.PoolRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /**
     * The first subnet that overlaps none of those in use.
     *
     * @param ipv6 whether it is to be one of IPv6
     * @throws UnavailableException all overlap
     */
    Subnet choose(Collection<Subnet> inUse, boolean ipv6) {
        for (NetworkProperties.PoolRange range : ranges) {
            for (long index = 0; index < range.count() && range.range().isIpv6() == ipv6; index++) {
                Subnet candidate = range.subnet(index);
                if (inUse.stream().noneMatch(candidate::overlaps)) {
                    return candidate;
                }
            }
        }
        throw new UnavailableException("could not find an available, non-overlapping " + (ipv6 ? "IPv6" : "IPv4")
                + " address pool among the defaults to assign to the network (berth.network.pool)");
    }

    /** Whether a subnet is one of those that the pool is cut into. */
    boolean offers(Subnet subnet) {
        return ranges.stream().anyMatch(range -> range.subnetPrefixLength() == subnet.prefixLength()
                && range.range().contains(subnet.network()));
    }
}
