package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A subnet: its network address and the length of its prefix. {@code 172.17.0.0/16}, {@code fd00:1::/64}.
 *
 * @param network the network address; all host bits are zero
 * @param prefixLength 0 to 32, of IPv6 to 128
 */
public record Subnet(InetAddress network, int prefixLength) {

    /** Checks it. */
    public Subnet {
        byte[] octets = network.getAddress();
        if (prefixLength < 0 || prefixLength > octets.length * 8) {
            throw new InvalidArgumentException("invalid prefix length: " + prefixLength);
        }
        if (!Arrays.equals(octets, masked(octets.clone(), prefixLength))) {
            throw new InvalidArgumentException("invalid subnet " + IpText.of(network) + "/" + prefixLength + ": it has host bits set");
        }
    }

    /** Parses {@code a.b.c.d/n} or {@code x:y::/n}; host bits must be zero. */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        try {
            if (slash > 0 && text.indexOf('%') < 0) {
                return new Subnet(InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
            }
        } catch (InvalidArgumentException refused) {
            throw refused;
        } catch (IllegalArgumentException malformed) {
            throw new InvalidArgumentException("invalid subnet: " + text, malformed);
        }
        throw new InvalidArgumentException("invalid subnet: " + text);
    }

    /** The subnet of this length around an address. */
    public static Subnet around(InetAddress address, int prefixLength) {
        return new Subnet(address(masked(address.getAddress(), prefixLength)), prefixLength);
    }

    public boolean isIpv6() {
        return network instanceof Inet6Address;
    }

    /** How many bits its addresses have. */
    int bits() {
        return isIpv6() ? 128 : 32;
    }

    public boolean contains(InetAddress address) {
        return startAlike(network.getAddress(), address.getAddress(), prefixLength);
    }

    /** Whether any address is in both. */
    public boolean overlaps(Subnet other) {
        return startAlike(network.getAddress(), other.network.getAddress(), Math.min(prefixLength, other.prefixLength));
    }

    /** How many addresses it spans, network and broadcast address included; {@link Long#MAX_VALUE} for more than that. */
    public long size() {
        int hostBits = bits() - prefixLength;
        return hostBits > 62 ? Long.MAX_VALUE : 1L << hostBits;
    }

    /** The address at this offset from the network address. */
    public InetAddress at(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new InvalidArgumentException("no address " + offset + " in " + this);
        }
        byte[] octets = network.getAddress();
        long carry = offset;
        for (int i = octets.length - 1; i >= 0; i--) {
            carry += octets[i] & 0xff;
            octets[i] = (byte) carry;
            carry >>>= 8;
        }
        return address(octets);
    }

    /** The offset of an address of this subnet from the network address; {@link Long#MAX_VALUE} for a larger one. */
    public long offsetOf(InetAddress address) {
        byte[] octets = address.getAddress();
        long offset = 0;
        for (int bit = prefixLength; bit < octets.length * 8; bit++) {
            if (offset >>> 62 != 0) {
                return Long.MAX_VALUE;
            }
            offset = offset << 1 | octets[bit / 8] >> (7 - bit % 8) & 1;
        }
        return offset;
    }

    /** Of the subnets of this length that it can be cut into the one with this number. */
    Subnet part(long number, int length) {
        byte[] octets = network.getAddress();
        for (int bit = length - 1; bit >= prefixLength; bit--) {
            int up = length - 1 - bit;
            if (up < Long.SIZE && (number >>> up & 1) != 0) {
                octets[bit / 8] |= (byte) (0x80 >>> bit % 8);
            }
        }
        return new Subnet(address(octets), length);
    }

    @Override
    public String toString() {
        return IpText.of(network) + "/" + prefixLength;
    }

    private static boolean startAlike(byte[] one, byte[] other, int bits) {
        if (one.length != other.length || !Arrays.equals(one, 0, bits / 8, other, 0, bits / 8)) {
            return false;
        }
        return bits % 8 == 0 || ((one[bits / 8] ^ other[bits / 8]) & 0xff00 >>> bits % 8 & 0xff) == 0;
    }

    private static byte[] masked(byte[] octets, int prefixLength) {
        for (int i = 0; i < octets.length; i++) {
            int kept = Math.clamp(prefixLength - i * 8L, 0, 8);
            octets[i] &= (byte) (0xff00 >>> kept);
        }
        return octets;
    }

    private static InetAddress address(byte[] octets) {
        try {
            // Not by InetAddress for 16 octets: it would take some of them for an IPv4 address.
            return octets.length == 4 ? InetAddress.getByAddress(octets) : Inet6Address.getByAddress(null, octets, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 octets are an address", impossible);
        }
    }
}
