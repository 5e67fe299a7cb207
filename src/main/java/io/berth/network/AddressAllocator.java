package io.berth.network;

import io.berth.error.UnavailableException;
import java.net.Inet4Address;
import java.util.BitSet;

/**
 * The addresses of one subnet. Safe for use by many threads. An address that was given back comes last in turn: what still lingers of
 * its former owner in the kernel has time to go.
 */
final class AddressAllocator {

    private static final long MOST = 1 << 20;

    private final Subnet subnet;
    private final int last;
    private final BitSet taken = new BitSet();
    private int next = 1;

    /** Network and broadcast address are never handed out. */
    AddressAllocator(Subnet subnet) {
        this.subnet = subnet;
        this.last = (int) Math.min(subnet.size() - 2, MOST);
    }

    /**
     * Takes a free address.
     *
     * @throws UnavailableException there is none
     */
    synchronized Inet4Address take() {
        int free = taken.nextClearBit(next);
        if (free > last) {
            free = taken.nextClearBit(1);
        }
        if (free > last) {
            throw new UnavailableException("no available IPv4 addresses on this network's address pools: " + subnet);
        }
        taken.set(free);
        next = free == last ? 1 : free + 1;
        return subnet.at(free);
    }

    /** Takes this very address; false when it is taken or none of this subnet. */
    synchronized boolean take(Inet4Address address) {
        long offset = subnet.contains(address) ? subnet.offsetOf(address) : 0;
        if (offset < 1 || offset > last || taken.get((int) offset)) {
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
