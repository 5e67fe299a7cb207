package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IPv4 subnet: its network address and the length of its prefix. {@code 172.17.0.0/16}.
 *
 * @param network the network address; all host bits are zero
 * @param prefixLength 0 to 32
 */
public record Subnet(Inet4Address network, int prefixLength) {

    public Subnet {
        if (prefixLength < 0 || prefixLength > 32) {
            throw new InvalidArgumentException("invalid prefix length: " + prefixLength);
        }
        if ((number(network) & ~mask(prefixLength)) != 0) {
            throw new InvalidArgumentException(
                    "invalid subnet " + network.getHostAddress() + "/" + prefixLength + ": it has host bits set");
        }
    }

    /** Parses {@code a.b.c.d/n}; host bits must be zero. */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        try {
            if (slash > 0) {
                return new Subnet(Inet4Address.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
            }
        } catch (InvalidArgumentException refused) {
            throw refused;
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("invalid subnet: " + text, malformed);
        }
        throw new InvalidArgumentException("invalid subnet: " + text);
    }

    /** The subnet of this length around an address. */
    public static Subnet around(Inet4Address address, int prefixLength) {
        return new Subnet(address(number(address) & mask(prefixLength)), prefixLength);
    }

    public boolean contains(Inet4Address address) {
        return (number(address) & mask(prefixLength)) == number(network);
    }

    /** Whether any address is in both. */
    public boolean overlaps(Subnet other) {
        int shorter = Math.min(prefixLength, other.prefixLength);
        return (number(network) & mask(shorter)) == (number(other.network) & mask(shorter));
    }

    /** How many addresses it spans, network and broadcast address included. */
    public long size() {
        return 1L << (32 - prefixLength);
    }

    /** The address at this offset from the network address. */
    public Inet4Address at(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new InvalidArgumentException("no address " + offset + " in " + this);
        }
        return address((int) (Integer.toUnsignedLong(number(network)) + offset));
    }

    /** The offset of an address of this subnet from the network address. */
    public long offsetOf(Inet4Address address) {
        return Integer.toUnsignedLong(number(address)) - Integer.toUnsignedLong(number(network));
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    private static int mask(int prefixLength) {
        return prefixLength == 0 ? 0 : -1 << (32 - prefixLength);
    }

    private static int number(Inet4Address address) {
        byte[] octets = address.getAddress();
        return (octets[0] & 0xff) << 24 | (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8 | (octets[3] & 0xff);
    }

    private static Inet4Address address(int number) {
        byte[] octets = {(byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number};
        try {
            return (Inet4Address) InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four octets are an IPv4 address", impossible);
        }
    }
}
