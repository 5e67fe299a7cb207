package io.berth.instance;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Which ids of the host the users and groups of a user namespace are: user_namespaces(7).
 *
 * @param users in the order of the ids inside; root is among them
 * @param groups as for users
 */
public record IdMap(List<Range> users, List<Range> groups) {

    /** What the kernel shows of an id that has none there: {@code /proc/sys/kernel/overflowuid}, as it is everywhere. */
    public static final long OVERFLOW = 65_534;
    /** No id at all: what the kernel refuses with EINVAL. */
    private static final long NONE = -1;

    /**
     * Ids that follow each other.
     *
     * @param inside the first one in the namespace
     * @param outside the first one on the host
     * @param count how many
     */
    public record Range(long inside, long outside, long count) {
        private boolean holds(long id, long first) {
            return id >= first && id < first + count;
        }

        /** As {@code uid_map} is written. */
        static String lines(List<Range> ranges) {
            return ranges.stream().map(range -> range.inside + " " + range.outside + " " + range.count + "\n").collect(Collectors.joining());
        }
    }

    public IdMap {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
        if (hostId(users, 0) == NONE || hostId(groups, 0) == NONE) {
            throw new IllegalArgumentException("nobody is root: " + users + ", " + groups);
        }
    }

    /** @param users {@code uid_map} of a process @param groups {@code gid_map} of it */
    public static IdMap parse(String users, String groups) {
        return new IdMap(parse(users), parse(groups));
    }

    private static List<Range> parse(String map) {
        return map.lines().map(line -> line.strip().split("\\s+"))
                .map(numbers -> new Range(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]))).toList();
    }

    /** The user of the host; -1 when there is none. */
    public long hostUser(long inside) {
        return hostId(users, inside);
    }

    /** The group of the host; -1 when there is none. */
    public long hostGroup(long inside) {
        return hostId(groups, inside);
    }

    /** What a user of the host is inside; {@link #OVERFLOW} for one that has no id there. */
    public long innerUser(long outside) {
        return innerId(users, outside);
    }

    /** As {@link #innerUser} for groups. */
    public long innerGroup(long outside) {
        return innerId(groups, outside);
    }

    private static long hostId(List<Range> ranges, long inside) {
        return ranges.stream().filter(range -> range.holds(inside, range.inside())).map(range -> range.outside() + inside - range.inside())
                .findFirst().orElse(NONE);
    }

    private static long innerId(List<Range> ranges, long outside) {
        return ranges.stream().filter(range -> range.holds(outside, range.outside())).map(range -> range.inside() + outside - range.outside())
                .findFirst().orElse(OVERFLOW);
    }

    /** As {@code uid_map} is written. */
    public String userLines() {
        return Range.lines(users);
    }

    /** As {@code gid_map} is written. */
    public String groupLines() {
        return Range.lines(groups);
    }
}
