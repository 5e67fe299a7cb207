package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** Lists of the kernel such as {@code 0-2,7}: cpuset(7), "List format". */
final class CpuList {

    private static final int HIGHEST = 8191;

    private CpuList() {}

    /** Refuses a list that is malformed or names what this host has not; an empty one is fine. */
    static void check(String list, String online, String what) {
        if (list.isEmpty()) {
            return;
        }
        BitSet asked = parse(list);
        BitSet offered = offered(Path.of(online));
        asked.andNot(offered);
        if (!asked.isEmpty()) {
            throw new InvalidArgumentException("Requested " + what + " are not available - requested " + list + ", available: " + text(offered));
        }
    }

    static BitSet parse(String list) {
        var set = new BitSet();
        try {
            for (String part : list.strip().split(",")) {
                int dash = part.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
                int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
                if (first < 0 || last < first || last > HIGHEST) {
                    throw new NumberFormatException(part);
                }
                set.set(first, last + 1);
            }
            return set;
        } catch (NumberFormatException malformed) {
            throw new InvalidArgumentException("Invalid value " + list + " for cpuset cpus: invalid format: " + list, malformed);
        }
    }

    private static BitSet offered(Path online) {
        try {
            // A kernel without NUMA has node 0 and does not say so.
            return Files.exists(online) ? parse(Files.readString(online)) : parse("0");
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + online, failure);
        }
    }

    private static String text(BitSet set) {
        var text = new StringBuilder();
        for (int first = set.nextSetBit(0); first >= 0; first = set.nextSetBit(set.nextClearBit(first))) {
            int last = set.nextClearBit(first) - 1;
            text.append(text.isEmpty() ? "" : ",").append(first).append(last > first ? "-" + last : "");
        }
        return text.toString();
    }
}
