package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.error.NotImplementedException;
import io.berth.network.NetworkSpec.PoolSpec;
import java.net.Inet4Address;
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
    private static final int LONGEST_PREFIX = 30;

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
        if (spec.ipv6()) {
            throw new NotImplementedException("not supported yet: networks with IPv6 addresses (EnableIPv6)");
        }
    }

    /**
     * Reads the subnets.
     *
     * @return those that are asked for, without gateway where none is named
     * @throws InvalidArgumentException all that is wrong with them, in one text
     */
    static List<Network.Pool> pools(NetworkSpec spec) {
        var wrong = new ArrayList<String>();
        var pools = new ArrayList<Network.Pool>();
        for (PoolSpec asked : spec.pools()) {
            if (!asked.subnet().isEmpty() || !asked.range().isEmpty() || !asked.gateway().isEmpty() || !asked.reserved().isEmpty()) {
                Network.Pool pool = pool(asked, wrong);
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

    private static Network.@Nullable Pool pool(PoolSpec asked, List<String> wrong) {
        int before = wrong.size();
        Block block = Block.parse(asked.subnet());
        if (block == null) {
            wrong.add("invalid subnet " + asked.subnet() + ": invalid CIDR block notation");
            return null;
        }
        Subnet subnet = block.masked();
        if (!block.isMasked()) {
            wrong.add("invalid subnet " + asked.subnet() + ": it should be " + subnet);
        }
        if (subnet.prefixLength() > LONGEST_PREFIX) {
            wrong.add("invalid subnet " + asked.subnet() + ": it has no room for a gateway and a container");
        }
        Subnet range = asked.range().isEmpty() ? null : range(asked.range(), subnet, wrong);
        Inet4Address gateway = asked.gateway().isEmpty() ? null : address("gateway", asked.gateway(), asked.gateway(), subnet, wrong);
        var reserved = new HashMap<String, Inet4Address>();
        asked.reserved().forEach((name, text) -> {
            Inet4Address address = address("auxiliary address", name, text, subnet, wrong);
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

    private static @Nullable Inet4Address address(String what, String name, String text, Subnet subnet, List<String> wrong) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            if (!(address instanceof Inet4Address four)) {
                wrong.add("invalid " + what + " " + name + ": parent subnet is an IPv4 block");
            } else if (!subnet.contains(four)) {
                wrong.add("invalid " + what + " " + name + ": parent subnet " + subnet + " doesn't contain this address");
            } else {
                return four;
            }
        } catch (IllegalArgumentException malformed) {
            wrong.add("invalid " + what + " " + name + ": invalid address");
        }
        return null;
    }

    /** {@code a.b.c.d/n}, host bits and all. */
    private record Block(Inet4Address address, int length) {

        static @Nullable Block parse(String text) {
            int slash = text.indexOf('/');
            try {
                if (slash > 0) {
                    int length = Integer.parseInt(text.substring(slash + 1));
                    return length < 0 || length > 32 ? null : new Block(Inet4Address.ofLiteral(text.substring(0, slash)), length);
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
