package io.berth.network;

import io.berth.error.UnavailableException;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * The addresses of one subnet. Safe for use by many threads. An address that was given back comes last in turn: what still lingers of
 * its former owner in the kernel has time to go. Memory grows with what was taken, not with the subnet.
 */
final class AddressAllocator {

    /** So many are handed out by themselves, however large the subnet is. */
    private static final long MOST = 1 << 24;

    private final Subnet subnet;
    private final Subnet range;
    private final int last;
    /** By their offset in the range. */
    private final BitSet taken = new BitSet();
    /** Outside of the range, or too far in it. */
    private final Set<InetAddress> takenElsewhere = new HashSet<>();
    private int next;

    /** Network and broadcast address are never handed out; of IPv6 the first address, which means any router. */
    AddressAllocator(Subnet subnet) {
        this(subnet, subnet);
    }

    /** @param range the part of the subnet from which addresses are taken that nobody has asked for */
    AddressAllocator(Subnet subnet, Subnet range) {
        this.subnet = subnet;
        this.range = range;
        this.last = (int) Math.min(range.size(), MOST) - 1;
        take(subnet.network());
        if (!subnet.isIpv6()) {
            take(subnet.at(subnet.size() - 1));
        }
    }

    /**
     * Takes a free address.
     *
     * @throws UnavailableException there is none
     */
    synchronized InetAddress take() {
        int free = taken.nextClearBit(next);
        if (free > last) {
            free = taken.nextClearBit(0);
        }
        if (free > last) {
            throw new UnavailableException("no available " + (subnet.isIpv6() ? "IPv6" : "IPv4") + " addresses on this network's address pools: "
                    + subnet);
        }
        taken.set(free);
        next = free == last ? 0 : free + 1;
        return range.at(free);
    }

    /** Takes this very address; false when it is taken or none of this subnet. */
    synchronized boolean take(InetAddress address) {
        if (!subnet.contains(address)) {
            return false;
        }
        long offset = offset(address);
        if (offset > last) {
            return takenElsewhere.add(address);
        }
        boolean free = !taken.get((int) offset);
        taken.set((int) offset);
        return free;
    }

    /** Gives an address back; one that is free already stays free. */
    synchronized void giveBack(InetAddress address) {
        long offset = offset(address);
        if (offset > last) {
            takenElsewhere.remove(address);
        } else {
            taken.clear((int) offset);
        }
    }

    /** In the range; a larger one than any of it for what is not there. */
    private long offset(InetAddress address) {
        return range.contains(address) ? range.offsetOf(address) : Long.MAX_VALUE;
    }
}
