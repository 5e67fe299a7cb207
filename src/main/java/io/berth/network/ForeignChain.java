package io.berth.network;

import io.berth.ffi.LibNftables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A chain of somebody else's that forwarded packets pass, too, and that drops those of our bridges: what one chain lets through another one
 * can still drop, so nothing in our own table helps. Nothing is changed in it.
 *
 * @param table family and name: {@code ip filter}, {@code ip6 filter}
 * @param chain its name: {@code FORWARD}
 * @param bridges of which it knows nothing
 */
record ForeignChain(String table, String chain, List<String> bridges) {

    private static final Pattern TABLE = Pattern.compile("table ((?:ip|ip6|inet) [^ ]+) \\{");
    private static final Pattern CHAIN = Pattern.compile("\tchain ([^ ]+) \\{");
    private static final Pattern FORWARD = Pattern.compile("\t\ttype filter hook forward .*; policy (accept|drop);.*");
    /** A rule without any condition that ends it for all that come so far. */
    private static final Pattern DROP_ALL = Pattern.compile("\t\t(counter packets \\d+ bytes \\d+ )?(drop|reject.*)");

    /** A base chain at the forward hook. */
    private record Base(String table, String chain, boolean dropsByPolicy) {}

    /** Those that there are now. @param own our table: family and name */
    static List<ForeignChain> droppingOf(LibNftables nft, String own, Collection<Firewall.Zone> zones) {
        var dropping = new ArrayList<ForeignChain>();
        for (Base base : bases(nft.run("list chains"))) {
            if (base.table().equals(own)) {
                continue;
            }
            String text;
            try {
                text = nft.run("list table " + base.table());
            } catch (LibNftables.RefusedException gone) {
                continue;
            }
            List<String> unknown = zones.stream().filter(zone -> concerns(base.table(), zone)).map(Firewall.Zone::bridge).filter(bridge -> !text.contains("\"" + bridge + "\"")).toList();
            if (!unknown.isEmpty() && (base.dropsByPolicy() || endsByDropping(text, base.chain()))) {
                dropping.add(new ForeignChain(base.table(), base.chain(), unknown));
            }
        }
        return dropping;
    }

    private static boolean concerns(String table, Firewall.Zone zone) {
        return table.startsWith("inet ") || (table.startsWith("ip6 ") ? zone.ipv6() : zone.subnet()) != null;
    }

    private static List<Base> bases(String listing) {
        var bases = new ArrayList<Base>();
        String table = "";
        String chain = "";
        for (String line : listing.lines().toList()) {
            var ofTable = TABLE.matcher(line);
            var ofChain = CHAIN.matcher(line);
            var forward = FORWARD.matcher(line);
            if (ofTable.matches()) {
                table = ofTable.group(1);
            } else if (line.startsWith("table ")) {
                table = ""; // of a family that no packets of ours pass
            } else if (ofChain.matches()) {
                chain = ofChain.group(1);
            } else if (forward.matches() && !table.isEmpty()) {
                bases.add(new Base(table, chain, forward.group(1).equals("drop")));
            }
        }
        return bases;
    }

    private static boolean endsByDropping(String table, String chain) {
        List<String> lines = table.lines().dropWhile(line -> !line.equals("\tchain " + chain + " {")).takeWhile(line -> !line.equals("\t}")).toList();
        return !lines.isEmpty() && DROP_ALL.matcher(lines.getLast()).matches();
    }

    /** What mends it, for a shell. */
    String mending() {
        return "nft '" + bridges.stream().flatMap(bridge -> List.of("iifname", "oifname").stream()
                .map(side -> "insert rule " + table + " " + chain + " " + side + " \"" + bridge + "\" accept")).collect(Collectors.joining("; ")) + "'";
    }

    /** A sentence for people. */
    String warning() {
        return "WARNING: the chain " + chain + " of the firewall's table " + table + " drops what containers on " + String.join(", ", bridges)
                + " send to other networks and what is sent to their published ports. Let it through: " + mending();
    }
}
