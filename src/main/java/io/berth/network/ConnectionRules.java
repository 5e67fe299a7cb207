package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a container may ask of a network, in Docker's words where it may not. */
final class ConnectionRules {

    private ConnectionRules() {}

    /**
     * Checks a connection against its network.
     *
     * @throws InvalidArgumentException all that is wrong, in one text
     * @throws NotImplementedException an option of the driver that is not built
     */
    static void check(Network network, Connection asked) {
        var wrong = new ArrayList<String>();
        boolean fixed = !asked.address().isEmpty();
        boolean fixed6 = !asked.address6().isEmpty();
        if (network.builtIn() && (fixed || fixed6)) {
            wrong.add("user specified IP address is supported on user defined networks only");
        }
        if (network.builtIn() && !asked.aliases().isEmpty()) {
            wrong.add("network-scoped alias is supported only for containers in user defined networks");
        }
        @Nullable Inet4Address address = fixed ? literal(asked.address()) : null;
        if (fixed && address == null) {
            wrong.add("invalid IPv4 address: " + asked.address());
        }
        if (fixed6 && !isIpv6(asked.address6())) {
            wrong.add("invalid IPv6 address: " + asked.address6());
        }
        if ((fixed || fixed6) && network.pools().stream().noneMatch(Network.Pool::chosen)) {
            wrong.add("user specified IP address is supported only when connecting to networks with user configured subnets");
        } else if (fixed && (address == null || network.pools().stream().noneMatch(pool -> pool.subnet().contains(address)))) {
            wrong.add("no configured subnet or ip-range contain the IP address " + asked.address());
        }
        boolean linkLocal6 = checkLinkLocal(asked, wrong);
        EndpointOptions.of(asked.options(), wrong);
        NetworkRules.refuse("invalid config for network " + network.name() + ": invalid endpoint settings:\n", wrong);
        if (linkLocal6) {
            throw new NotImplementedException("not supported yet: IPv6 addresses among LinkLocalIPs of a container's network");
        }
        if (fixed6) {
            throw new NotImplementedException("not supported yet: IPv6 addresses of containers (IPAMConfig.IPv6Address)");
        }
        asked.wantedMac();
    }

    /** Whether one is of IPv6. */
    private static boolean checkLinkLocal(Connection asked, List<String> wrong) {
        boolean six = false;
        for (String text : asked.linkLocal()) {
            @Nullable Inet4Address four = literal(text);
            if (four == null ? !isIpv6(text) : !four.isLinkLocalAddress()) {
                wrong.add("invalid link-local IP address: " + text);
            }
            six |= four == null;
        }
        return six;
    }

    private static boolean isIpv6(String text) {
        try {
            return InetAddress.ofLiteral(text) instanceof Inet6Address;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static @Nullable Inet4Address literal(String text) {
        try {
            return InetAddress.ofLiteral(text) instanceof Inet4Address four ? four : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
