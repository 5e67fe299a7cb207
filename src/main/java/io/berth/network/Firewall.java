package io.berth.network;

import io.berth.ffi.LibNftables;
import java.net.Inet4Address;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The nftables table of this instance; rules of others are never read or changed. Each published port is one element of a map, so
 * publishing does not get slower with the number of ports, and adding one that is there already is refused by the kernel itself.
 *
 * <p>What the rules say: a published port leads to its container from anywhere, from the host itself and its loopback addresses too;
 * loopback addresses lead nowhere from outside; nothing else from outside reaches a container; what containers send out carries the
 * host's address; nobody on a bridge sends with a source address that is not of its subnet; no bridge leads to another one but over a
 * published port. Safe for use by many threads.
 */
final class Firewall implements AutoCloseable {

    /** A rule from a host's address and port to a container's. */
    record Forward(Protocol protocol, Inet4Address hostAddress, int hostPort, Inet4Address address, int port) {

        boolean onAnyAddress() {
            return hostAddress.isAnyLocalAddress();
        }
    }

    /**
     * A bridge whose containers the rules are for.
     *
     * @param neighbours whether they reach each other
     * @param internal whether they reach the host and each other only
     * @param masquerade whether what they send out carries the host's address
     */
    record Zone(String bridge, Subnet subnet, boolean neighbours, boolean internal, boolean masquerade) {}

    private static final List<String> CHAINS =
            List.of("guard", "quiet", "published", "prerouting", "output", "postrouting", "forward", "inbound");

    private final LibNftables nft;
    private final String table;
    private final String furtherBridges;
    /** What the kernel said of the rules when they were there. */
    private volatile String installed = "";

    /** @param furtherBridges how the names of bridges begin that only make others larger */
    Firewall(LibNftables nft, String table, String furtherBridges) {
        this.nft = nft;
        this.furtherBridges = furtherBridges;
        this.table = "inet " + table;
    }

    /** Puts table and rules there, whether they were or not, in one transaction; published ports stay. */
    void install(Collection<Zone> zones) {
        nft.run(rules(zones));
        installed = listing();
    }

    /** Whether the rules are as they were put there: somebody may have taken them away. Ports are not looked at. */
    boolean isWhole() {
        try {
            return listing().equals(installed);
        } catch (LibNftables.RefusedException gone) {
            return false;
        }
    }

    private String listing() {
        // Chain by chain: of several in one script libnftables finds the last one only.
        return CHAINS.stream().map(chain -> nft.run("list chain " + table + " " + chain)).collect(Collectors.joining());
    }

    /** The chains of others that drop what these bridges forward, and how to mend that. */
    List<ForeignChain> obstacles(Collection<Zone> zones) {
        return ForeignChain.droppingOf(nft, table, zones.stream().map(Zone::bridge).toList());
    }

    /**
     * Publishes ports, all or none.
     *
     * @throws LibNftables.RefusedException one of them is published already
     */
    void publish(List<Forward> forwards) {
        if (!forwards.isEmpty()) {
            nft.run(forwards.stream().map(forward -> "create element " + element(forward)).collect(Collectors.joining("\n")));
        }
    }

    /** Takes published ports back; those that are gone (because somebody emptied the table) are no failure. */
    void withdraw(List<Forward> forwards) {
        if (forwards.isEmpty()) {
            return;
        }
        try {
            nft.run(forwards.stream().map(forward -> "delete element " + element(forward)).collect(Collectors.joining("\n")));
        } catch (LibNftables.RefusedException refused) {
            if (!refused.notFound()) {
                throw refused;
            }
            if (forwards.size() > 1) {
                forwards.forEach(forward -> withdraw(List.of(forward)));
            }
        }
    }

    /** Makes these the only published ports, in one transaction: without a moment in which one that stays is missing. */
    void replaceAll(List<Forward> forwards) {
        var script = new StringBuilder();
        for (Protocol protocol : Protocol.values()) {
            script.append("flush map ").append(table).append(' ').append(map(protocol, true)).append('\n');
            script.append("flush map ").append(table).append(' ').append(map(protocol, false)).append('\n');
        }
        forwards.forEach(forward -> script.append("add element ").append(element(forward)).append('\n'));
        nft.run(script.toString());
    }

    /** Takes the table away. */
    void remove() {
        nft.run("add table " + table + "\ndelete table " + table);
    }

    @Override
    public void close() {
        nft.close();
    }

    private String element(Forward forward) {
        String key = forward.onAnyAddress() ? "" : forward.hostAddress().getHostAddress() + " . ";
        return "%s %s { %s%d : %s . %d }".formatted(table, map(forward.protocol(), forward.onAnyAddress()), key, forward.hostPort(),
                forward.address().getHostAddress(), forward.port());
    }

    private static String map(Protocol protocol, boolean anyAddress) {
        return "ports_" + protocol + (anyAddress ? "" : "_at");
    }

    private String rules(Collection<Zone> zones) {
        var script = new StringBuilder("add table ").append(table).append('\n');
        for (Protocol protocol : Protocol.values()) {
            script.append("add map %s %s { type inet_service : ipv4_addr . inet_service; }%n".formatted(table, map(protocol, true)));
            script.append("add map %s %s { type ipv4_addr . inet_service : ipv4_addr . inet_service; }%n"
                    .formatted(table, map(protocol, false)));
        }
        addChain(script, "guard", "type filter hook prerouting priority raw; policy accept;");
        addChain(script, "quiet", "type filter hook output priority filter; policy accept;");
        addChain(script, "published", "");
        addChain(script, "prerouting", "type nat hook prerouting priority dstnat; policy accept;");
        addChain(script, "output", "type nat hook output priority -100; policy accept;");
        addChain(script, "postrouting", "type nat hook postrouting priority srcnat; policy accept;");
        addChain(script, "inbound", "");
        addChain(script, "forward", "type filter hook forward priority filter; policy accept;");
        CHAINS.forEach(chain -> script.append("flush chain ").append(table).append(' ').append(chain).append('\n'));

        for (Protocol protocol : Protocol.values()) {
            rule(script, "published", "dnat ip to ip daddr . %s dport map @%s".formatted(protocol, map(protocol, false)));
            rule(script, "published", "dnat ip to %s dport map @%s".formatted(protocol, map(protocol, true)));
        }
        // Only the host itself reaches what is published on its loopback addresses.
        rule(script, "prerouting", "ip daddr 127.0.0.0/8 accept");
        rule(script, "prerouting", "fib daddr type local jump published");
        rule(script, "output", "fib daddr type local jump published");
        rule(script, "inbound", "ct state established,related accept");
        rule(script, "inbound", "ct status dnat accept");
        // Where bridged frames come by here, too (net.bridge.bridge-nf-call-iptables): they are followed on the main bridge of their network,
        // and would be taken for other connections here.
        rule(script, "guard", "iifname \"" + furtherBridges + "*\" notrack");
        zones.forEach(zone -> zoneRules(script, zone));
        rule(script, "inbound", "drop");
        return script.toString();
    }

    private void zoneRules(StringBuilder script, Zone zone) {
        String bridge = "\"" + zone.bridge() + "\"";
        rule(script, "guard", "iifname %s meta nfproto ipv6 drop".formatted(bridge));
        rule(script, "guard", "iifname %s ip saddr != %s drop".formatted(bridge, zone.subnet()));
        // Routing to loopback is open on the bridge for the host's own connections; containers must not use it.
        rule(script, "guard", "iifname %s ip daddr 127.0.0.0/8 drop".formatted(bridge));
        // A connection between neighbours over a published port leaves by the link it came from: the kernel would teach the client a
        // shorter way, past the translation.
        rule(script, "quiet", "oifname %s icmp type redirect drop".formatted(bridge));
        // Answers must come back through the host: to its own loopback, and between neighbours that would answer directly.
        rule(script, "postrouting", "oifname %s ct status dnat ip saddr { 127.0.0.0/8, %s } masquerade"
                .formatted(bridge, zone.subnet()));
        if (zone.masquerade() && !zone.internal()) {
            rule(script, "postrouting", "oifname != %s ip saddr %s masquerade".formatted(bridge, zone.subnet()));
        }
        if (zone.internal()) {
            rule(script, "forward", "iifname %s oifname != %s drop".formatted(bridge, bridge));
            rule(script, "forward", "iifname != %s oifname %s drop".formatted(bridge, bridge));
        }
        rule(script, "forward", "oifname %s jump inbound".formatted(bridge));
        // Frames between ports of the bridge do not come by here: ports are isolated where neighbours must not reach each other.
        if (zone.neighbours()) {
            rule(script, "inbound", "iifname %s oifname %s accept".formatted(bridge, bridge));
        }
    }

    private void addChain(StringBuilder script, String chain, String hook) {
        script.append("add chain %s %s { %s }%n".formatted(table, chain, hook));
    }

    private void rule(StringBuilder script, String chain, String rule) {
        script.append("add rule ").append(table).append(' ').append(chain).append(' ').append(rule).append('\n');
    }
}
