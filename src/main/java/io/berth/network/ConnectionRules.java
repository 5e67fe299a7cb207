package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
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
        for (boolean ipv6 : new boolean[] {false, true}) {
            checkAddress(ipv6 ? asked.address6() : asked.address(), ipv6, network, wrong);
        }
        checkLinkLocal(asked, wrong);
        EndpointOptions.of(asked.options(), wrong);
        NetworkRules.refuse("invalid config for network " + network.name() + ": invalid endpoint settings:\n", wrong);
        asked.wantedMac();
    }

    private static void checkLinkLocal(Connection asked, List<String> wrong) {
        for (String text : asked.linkLocal()) {
            InetAddress address = literal(text);
            if (address == null || !address.isLinkLocalAddress()) {
                wrong.add("invalid link-local IP address: " + text);
            }
        }
    }

    private static void checkAddress(String text, boolean ipv6, Network network, List<String> wrong) {
        if (text.isEmpty()) {
            return;
        }
        InetAddress address = literal(text);
        boolean fits = address instanceof Inet6Address == ipv6 && address != null;
        if (!fits) {
            wrong.add("invalid " + (ipv6 ? "IPv6" : "IPv4") + " address: " + text);
        }
        List<Network.Pool> chosen = network.pools().stream().filter(pool -> pool.chosen() && pool.subnet().isIpv6() == ipv6).toList();
        if (chosen.isEmpty()) {
            wrong.add("user specified IP address is supported only when connecting to networks with user configured subnets");
        } else if (address == null || chosen.stream().noneMatch(pool -> pool.subnet().contains(address))) {
            wrong.add("no configured subnet or ip-range contain the IP address " + text);
        }
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return text.indexOf('%') < 0 ? InetAddress.ofLiteral(text) : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }
}
