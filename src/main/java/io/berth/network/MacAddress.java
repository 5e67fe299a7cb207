package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A hardware address, kept as its canonical text: {@code 02:42:ac:11:00:02}.
 *
 * @param value six lower-case hex octets with colons
 */
public record MacAddress(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    private static final HexFormat OCTETS = HexFormat.ofDelimiter(":");

    public MacAddress {
        if (!GRAMMAR.matcher(value).matches() || (HexFormat.fromHexDigits(value, 0, 2) & 1) != 0) {
            throw new InvalidArgumentException("invalid MAC address: " + value);
        }
    }

    /** Parses colons or dashes, any case. */
    public static MacAddress parse(String text) {
        return new MacAddress(text.toLowerCase(Locale.ROOT).replace('-', ':'));
    }

    /**
     * The address derived from an IP address: {@code 02:42} and the four octets of one of IPv4, else four of a hash of it. One address
     * always has one MAC, so no neighbour cache is ever wrong when an address is given to the next container.
     */
    public static MacAddress of(InetAddress address) {
        byte[] octets = address instanceof Inet4Address ? address.getAddress() : Arrays.copyOf(InterfaceNames.sha256(IpText.of(address)), 4);
        return new MacAddress("02:42:" + OCTETS.formatHex(octets));
    }

    /** The six octets. */
    public byte[] octets() {
        return OCTETS.parseHex(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
