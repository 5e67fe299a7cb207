package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.error.UnavailableException;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a network that is asked for can be, in Docker's words where it cannot. */
final class NetworkRules {

    private static final int LONGEST_NAME = 255;
    /** Docker's: in a smaller one there is no place for a gateway and a container. */
    private static final int FEWEST_HOST_BITS = 2;

    private NetworkRules() {}

    /**
     * Checks all but what other networks have.
     *
     * @throws InvalidArgumentException something cannot be
     * @throws NotFoundException there is no such driver of addresses
     * @throws NotImplementedException it could be, but is not built
     */
    static void check(NetworkSpec spec) {
        if (spec.name().isBlank()) {
            throw new InvalidArgumentException("invalid name: name is empty");
        }
        if (spec.name().length() > LONGEST_NAME || spec.name().chars().anyMatch(c -> Character.isISOControl(c) || c == '/')) {
            throw new InvalidArgumentException("invalid network name: " + spec.name().codePoints().limit(LONGEST_NAME)
                    .filter(c -> !Character.isISOControl(c)).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    + " is longer than " + LONGEST_NAME + " characters, or holds a slash or a control character");
        }
        if (!Set.of("", "default").contains(spec.ipamDriver())) {
            throw new NotFoundException("plugin \"" + spec.ipamDriver() + "\" not found");
        }
        if (!spec.ipv4() && !spec.ipv6()) {
            throw new InvalidArgumentException("IPv4 or IPv6 must be enabled");
        }
        if (spec.ipv6() && !KernelSettings.has("ipv6/conf/lo")) {
            throw new UnavailableException("cannot make a network with IPv6 addresses: the kernel of this host has no IPv6");
        }
    }

    /**
     * Reads the subnets. Those of a family that the network is not to have mean nothing, as with Docker.
     *
     * @return those that are asked for, without gateway where none is named
     * @throws InvalidArgumentException all that is wrong with them, in one text
     */
    static List<Network.Pool> pools(NetworkSpec spec) {
        var wrong = new ArrayList<String>();
        var pools = new ArrayList<Network.Pool>();
        for (PoolSpec asked : spec.pools()) {
            if (!asked.subnet().isEmpty() || !asked.range().isEmpty() || !asked.gateway().isEmpty() || !asked.reserved().isEmpty()) {
                Network.Pool pool = pool(asked, spec, wrong);
                if (pool != null) {
                    pools.add(pool);
                }
            }
        }
        refuse("invalid network config:\n", wrong);
        return pools;
    }

    /** With one reason the text, with several a list of them. */
    static void refuse(String what, List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new InvalidArgumentException(what + (wrong.size() == 1 ? wrong.getFirst() : "* " + String.join("\n* ", wrong)));
        }
    }

    private static Network.@Nullable Pool pool(PoolSpec asked, NetworkSpec spec, List<String> wrong) {
        int before = wrong.size();
        Block block = Block.parse(asked.subnet());
        if (block == null) {
            wrong.add("invalid subnet " + asked.subnet() + ": invalid CIDR block notation");
            return null;
        }
        if (!(block.address() instanceof Inet6Address ? spec.ipv6() : spec.ipv4())) {
            return null;
        }
        Subnet subnet = block.masked();
        if (!block.isMasked()) {
            wrong.add("invalid subnet " + asked.subnet() + ": it should be " + subnet);
        }
        if (subnet.prefixLength() > subnet.bits() - FEWEST_HOST_BITS) {
            wrong.add("invalid subnet " + asked.subnet() + ": it has no room for a gateway and a container");
        }
        Subnet range = asked.range().isEmpty() ? null : range(asked.range(), subnet, wrong);
        InetAddress gateway = asked.gateway().isEmpty() ? null : address("gateway", asked.gateway(), asked.gateway(), subnet, wrong);
        var reserved = new HashMap<String, InetAddress>();
        asked.reserved().forEach((name, text) -> {
            InetAddress address = address("auxiliary address", name, text, subnet, wrong);
            if (address != null) {
                reserved.put(name, address);
            }
        });
        if (wrong.size() > before) {
            return null;
        }
        return new Network.Pool(subnet, range, gateway, reserved, true);
    }

    private static @Nullable Subnet range(String text, Subnet subnet, List<String> wrong) {
        Block range = Block.parse(text);
        if (range == null) {
            wrong.add("invalid ip-range " + text + ": invalid CIDR block notation");
        } else if (range.address() instanceof Inet6Address != subnet.isIpv6()) {
            wrong.add("invalid ip-range " + text + ": " + ofFamily(subnet));
        } else if (range.length() < subnet.prefixLength()) {
            wrong.add("invalid ip-range " + text + ": CIDR block is bigger than its parent subnet " + subnet);
        } else if (!range.isMasked()) {
            wrong.add("invalid ip-range " + text + ": it should be " + range.masked());
        } else if (!subnet.overlaps(range.masked())) {
            wrong.add("invalid ip-range " + text + ": parent subnet " + subnet + " doesn't contain ip-range");
        } else {
            return range.masked();
        }
        return null;
    }

    private static String ofFamily(Subnet subnet) {
        return "parent subnet is an IPv" + (subnet.isIpv6() ? 6 : 4) + " block";
    }

    private static @Nullable InetAddress address(String what, String name, String text, Subnet subnet, List<String> wrong) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            if (address instanceof Inet6Address != subnet.isIpv6()) {
                wrong.add("invalid " + what + " " + name + ": " + ofFamily(subnet));
            } else if (!subnet.contains(address)) {
                wrong.add("invalid " + what + " " + name + ": parent subnet " + subnet + " doesn't contain this address");
            } else {
                return address;
            }
        } catch (IllegalArgumentException malformed) {
            wrong.add("invalid " + what + " " + name + ": invalid address");
        }
        return null;
    }

    /** {@code a.b.c.d/n} or {@code x:y::/n}, host bits and all. */
    private record Block(InetAddress address, int length) {

        static @Nullable Block parse(String text) {
            int slash = text.indexOf('/');
            try {
                if (slash > 0 && text.indexOf('%') < 0) {
                    int length = Integer.parseInt(text.substring(slash + 1));
                    InetAddress address = InetAddress.ofLiteral(text.substring(0, slash));
                    return length < 0 || length > address.getAddress().length * 8 ? null : new Block(address, length);
                }
            } catch (IllegalArgumentException malformed) {
                return null;
            }
            return null;
        }

        Subnet masked() {
            return Subnet.around(address, length);
        }

        boolean isMasked() {
            return masked().network().equals(address);
        }
    }
}
