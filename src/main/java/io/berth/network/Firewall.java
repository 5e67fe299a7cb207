package io.berth.network;

import io.berth.ffi.LibNftables;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nftables table of this instance; rules of others are never read or changed. Each published port is one element of a map, so
 * publishing does not get slower with the number of ports, and adding one that is there already is refused by the kernel itself.
 *
 * <p>What the rules say: a published port leads to its container from anywhere, from the host itself and its loopback addresses too;
 * loopback addresses lead nowhere from outside; nothing else from outside reaches a container; what containers send out carries the
 * host's address; nobody on a bridge sends with a source address that is not of its subnet; no bridge leads to another one but over a
 * published port, and an internal one not even over one that the relay serves. Safe for use by many threads.
 */
final class Firewall implements AutoCloseable {

    /**
     * What is published on a host's address and port.
     *
     * @param address the container's, of the same family; null: the relay serves it
     */
    record Forward(Protocol protocol, InetAddress hostAddress, int hostPort, @Nullable InetAddress address, int port) {

        boolean onAnyAddress() {
            return hostAddress.isAnyLocalAddress();
        }
    }

    /**
     * A bridge whose containers the rules are for.
     *
     * @param subnet their IPv4 addresses; null where they have none
     * @param ipv6 their IPv6 addresses; null where they have none
     * @param neighbours whether they reach each other
     * @param internal whether they reach the host and each other only
     * @param masquerade whether what they send out carries the host's address
     */
    record Zone(String bridge, @Nullable Subnet subnet, @Nullable Subnet ipv6, boolean neighbours, boolean internal, boolean masquerade) {}

    private static final List<String> CHAINS =
            List.of("guard", "quiet", "published", "prerouting", "output", "postrouting", "forward", "inbound", "input");

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
        return ForeignChain.droppingOf(nft, table, zones);
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
        maps().forEach(map -> script.append("flush ").append(map.word()).append(' ').append(table).append(' ').append(map.name()).append('\n'));
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
        String key = forward.onAnyAddress() ? "" : IpText.of(forward.hostAddress()) + " . ";
        InetAddress address = forward.address();
        Carried by = address == null ? Carried.BY_RELAY : address instanceof Inet6Address ? Carried.AS_IPV6 : Carried.AS_IPV4;
        return "%s %s { %s%d%s }".formatted(table, new PortTable(forward.protocol(), by, forward.onAnyAddress()).name(), key, forward.hostPort(),
                address == null ? "" : " : " + IpText.of(address) + " . " + forward.port());
    }

    /** By what the traffic of a published port gets to the container. */
    private enum Carried { AS_IPV4, AS_IPV6, BY_RELAY }

    /**
     * A map from ports of the host to ports of containers, or a set of those that the relay serves.
     *
     * @param anyAddress whether the ports are of all addresses of the host; else the address is part of the key
     */
    private record PortTable(Protocol protocol, Carried by, boolean anyAddress) {

        String word() {
            return by == Carried.BY_RELAY ? "set" : "map";
        }

        String name() {
            String kind = switch (by) {
                case AS_IPV4 -> "ports_";
                case AS_IPV6 -> "ports6_";
                case BY_RELAY -> "relayed_";
            };
            return kind + protocol + (anyAddress ? "" : "_at");
        }

        String type() {
            String address = by == Carried.AS_IPV4 ? "ipv4_addr" : "ipv6_addr";
            return "type " + (anyAddress ? "" : address + " . ") + "inet_service" + (by == Carried.BY_RELAY ? "" : " : " + address + " . inet_service") + ";";
        }

        /** What matches a packet to one of its ports. */
        String key() {
            return (anyAddress ? "" : family() + " daddr . ") + protocol + " dport";
        }

        String family() {
            return by == Carried.AS_IPV4 ? "ip" : "ip6";
        }
    }

    /** Those for one address before those for any. */
    private static List<PortTable> maps() {
        return Stream.of(Carried.values()).flatMap(by -> Stream.of(Protocol.values()).filter(protocol -> by != Carried.BY_RELAY || protocol.isRelayed())
                .flatMap(protocol -> Stream.of(new PortTable(protocol, by, false), new PortTable(protocol, by, true)))).toList();
    }

    private static List<PortTable> maps(Predicate<Carried> by) {
        return maps().stream().filter(map -> by.test(map.by())).toList();
    }

    private String rules(Collection<Zone> zones) {
        var script = new StringBuilder("add table ").append(table).append('\n');
        maps().forEach(map -> script.append("add %s %s %s { %s }%n".formatted(map.word(), table, map.name(), map.type())));
        addChain(script, "guard", "type filter hook prerouting priority raw; policy accept;");
        addChain(script, "quiet", "type filter hook output priority filter; policy accept;");
        addChain(script, "published", "");
        addChain(script, "prerouting", "type nat hook prerouting priority dstnat; policy accept;");
        addChain(script, "output", "type nat hook output priority -100; policy accept;");
        addChain(script, "postrouting", "type nat hook postrouting priority srcnat; policy accept;");
        addChain(script, "inbound", "");
        addChain(script, "forward", "type filter hook forward priority filter; policy accept;");
        addChain(script, "input", "type filter hook input priority filter; policy accept;");
        CHAINS.forEach(chain -> script.append("flush chain ").append(table).append(' ').append(chain).append('\n'));

        maps(by -> by != Carried.BY_RELAY).forEach(map -> rule(script, "published", "dnat %s to %s map @%s".formatted(map.family(), map.key(), map.name())));
        // Only the host itself reaches what is published on its loopback addresses.
        rule(script, "prerouting", "ip daddr 127.0.0.0/8 accept");
        // The kernel brings back no answer to ::1 and forwards nothing from a link-local address: such clients are served by the relay.
        for (String chain : List.of("prerouting", "output")) {
            rule(script, chain, "ip6 daddr ::1 accept");
            rule(script, chain, "ip6 saddr fe80::/10 accept");
        }
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
        if (zone.ipv6() == null) {
            rule(script, "guard", "iifname %s meta nfproto ipv6 drop".formatted(bridge));
        } else {
            ipv6Rules(script, zone, zone.ipv6(), bridge);
        }
        if (zone.subnet() == null) {
            rule(script, "guard", "iifname %s meta nfproto ipv4 drop".formatted(bridge));
        } else {
            ipv4Rules(script, zone, zone.subnet(), bridge);
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

    private void ipv4Rules(StringBuilder script, Zone zone, Subnet subnet, String bridge) {
        rule(script, "guard", "iifname %s ip saddr != %s drop".formatted(bridge, subnet));
        // Routing to loopback is open on the bridge for the host's own connections; containers must not use it.
        rule(script, "guard", "iifname %s ip daddr 127.0.0.0/8 drop".formatted(bridge));
        // A connection between neighbours over a published port leaves by the link it came from: the kernel would teach the client a
        // shorter way, past the translation.
        rule(script, "quiet", "oifname %s icmp type redirect drop".formatted(bridge));
        // Answers must come back through the host: to its own loopback, and between neighbours that would answer directly.
        rule(script, "postrouting", "oifname %s ct status dnat ip saddr { 127.0.0.0/8, %s } masquerade".formatted(bridge, subnet));
        if (zone.masquerade() && !zone.internal()) {
            rule(script, "postrouting", "oifname != %s ip saddr %s masquerade".formatted(bridge, subnet));
        }
    }

    /** The same of IPv6. Link-local addresses, and none, are for what neighbours say of themselves; they are not forwarded. */
    private void ipv6Rules(StringBuilder script, Zone zone, Subnet subnet, String bridge) {
        rule(script, "guard", "iifname %s ip6 saddr != { ::, fe80::/10, %s } drop".formatted(bridge, subnet));
        rule(script, "quiet", "oifname %s icmpv6 type nd-redirect drop".formatted(bridge));
        rule(script, "postrouting", "oifname %s ct status dnat ip6 saddr %s masquerade".formatted(bridge, subnet));
        if (zone.internal()) {
            maps(by -> by == Carried.BY_RELAY).forEach(map -> rule(script, "input", "iifname %s meta nfproto ipv6 %s @%s drop"
                    .formatted(bridge, map.key(), map.name())));
        }
        if (zone.masquerade() && !zone.internal()) {
            rule(script, "postrouting", "oifname != %s ip6 saddr %s masquerade".formatted(bridge, subnet));
        }
    }

    private void addChain(StringBuilder script, String chain, String hook) {
        script.append("add chain %s %s { %s }%n".formatted(table, chain, hook));
    }

    private void rule(StringBuilder script, String chain, String rule) {
        script.append("add rule ").append(table).append(' ').append(chain).append(' ').append(rule).append('\n');
    }
}
