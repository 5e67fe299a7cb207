package io.berth.network;

import io.berth.error.UnavailableException;
import java.net.Inet4Address;
import java.util.BitSet;

/**
 * The addresses of one subnet. Safe for use by many threads. An address that was given back comes last in turn: what still lingers of
 * its former owner in the kernel has time to go.
 */
final class AddressAllocator {

    private static final long MOST = 1 << 24;

    private final Subnet subnet;
    private final int first;
    private final int last;
    private final BitSet taken = new BitSet();
    private int next;

    /** Network and broadcast address are never handed out. */
    AddressAllocator(Subnet subnet) {
        this(subnet, subnet);
    }

    /** @param range the part of the subnet from which addresses are taken that nobody has asked for */
    AddressAllocator(Subnet subnet, Subnet range) {
        long offset = subnet.offsetOf(range.network());
        this.subnet = subnet;
        this.first = (int) Math.min(Math.max(1, offset), MOST);
        this.last = (int) Math.min(Math.min(subnet.size() - 2, offset + range.size() - 1), MOST);
        this.next = first;
    }

    /**
     * Takes a free address.
     *
     * @throws UnavailableException there is none
     */
    synchronized Inet4Address take() {
        int free = taken.nextClearBit(next);
        if (free > last) {
            free = taken.nextClearBit(first);
        }
        if (free > last) {
            throw new UnavailableException("no available IPv4 addresses on this network's address pools: " + subnet);
        }
        taken.set(free);
        next = free == last ? first : free + 1;
        return subnet.at(free);
    }

    /** Takes this very address; false when it is taken or none of this subnet. */
    synchronized boolean take(Inet4Address address) {
        long offset = subnet.contains(address) ? subnet.offsetOf(address) : 0;
        if (offset < 1 || offset > Math.min(subnet.size() - 2, MOST) || taken.get((int) offset)) {
            return false;
        }
        taken.set((int) offset);
        return true;
    }

    /** Gives an address back; one that is free already stays free. */
    synchronized void giveBack(Inet4Address address) {
        if (subnet.contains(address)) {
            taken.clear((int) subnet.offsetOf(address));
        }
    }
}
