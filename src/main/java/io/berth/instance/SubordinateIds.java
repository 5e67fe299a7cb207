package io.berth.instance;

import io.berth.error.InternalException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The ids of this host that containers with user namespaces have, one map for all of them. Immutable.
 *
 * <p>Source: subuid(5), subgid(5); dockerd, {@code --userns-remap}.
 */
@Component
public class SubordinateIds {

    private static final Logger LOG = LoggerFactory.getLogger(SubordinateIds.class);
    private static final String PROPERTY = "berth.userns-remap";
    /** Docker's user for those who want no other. */
    private static final String DEFAULT_USER = "dockremap";
    private static final Pattern DIRECT = Pattern.compile("(\\d{1,10})-(\\d{1,10})");
    private static final Pattern NAME = Pattern.compile("[^:\\s]+");
    private static final long HIGHEST = 4_294_967_294L;
    /** Terminals belong to group 5 inside: devpts, {@code gid=5}. */
    private static final long FEWEST = 6;

    private final @Nullable IdMap ids;

    @Autowired
    SubordinateIds(Instance instance) {
        this(instance.usernsRemap(), Path.of("/etc"));
    }

    /**
     * @throws InvalidArgumentException the value says nothing
     * @throws UnavailableException the host has no ids for it
     */
    SubordinateIds(String value, Path etc) {
        this.ids = value.isEmpty() ? null : resolve(value, etc);
    }

    /** Empty when containers are in the user namespace of the host. */
    public Optional<IdMap> map() {
        return Optional.ofNullable(ids);
    }

    private static @Nullable IdMap resolve(String value, Path etc) {
        var direct = DIRECT.matcher(value);
        if (direct.matches()) {
            var range = range(value, Long.parseLong(direct.group(1)), Long.parseLong(direct.group(2)));
            return new IdMap(List.of(range), List.of(range));
        }
        String[] parts = value.split(":", -1);
        if (parts.length > 2 || !List.of(parts).stream().allMatch(part -> NAME.matcher(part).matches())) {
            throw new InvalidArgumentException(PROPERTY + " \"" + value + "\" is neither default, USER, USER:GROUP nor FIRST-LAST");
        }
        var user = value.equals("default") ? DEFAULT_USER : parts[0];
        var names = aliases(etc.resolve("passwd"), user);
        if (names.contains("root") || names.contains("0")) {
            LOG.warn("{}: root cannot be remapped with itself; user namespaces are off", PROPERTY);
            return null;
        }
        var group = parts.length == 2 ? aliases(etc.resolve("group"), parts[1]) : Set.<String>of();
        var groups = ranges(etc.resolve("subgid"), group);
        return new IdMap(mapped(ranges(etc.resolve("subuid"), names), "/etc/subuid", "user " + user),
                mapped(groups.isEmpty() ? ranges(etc.resolve("subgid"), names) : groups, "/etc/subgid",
                        parts.length == 2 ? "group " + parts[1] : "user " + user));
    }

    private static IdMap.Range range(String value, long first, long last) {
        if (first == 0 || last > HIGHEST || last - first + 1 < FEWEST) {
            throw new InvalidArgumentException(PROPERTY + " \"" + value + "\" is no range of ids: from 1 on, and of " + FEWEST + " at least");
        }
        return new IdMap.Range(0, first, last - first + 1);
    }

    /** The name and the number by which an account may be entered: what was given, and the other one when the file has it. */
    private static Set<String> aliases(Path accounts, String given) {
        return lines(accounts).stream().map(line -> line.split(":", -1)).filter(fields -> fields.length > 2)
                .filter(fields -> fields[0].equals(given) || fields[2].equals(given)).findFirst()
                .map(fields -> Set.of(given, given.equals(fields[0]) ? fields[2] : fields[0])).orElse(Set.of(given));
    }

    /** {@code owner:first:count} of these owners, in the order of the ids. */
    private static List<IdMap.Range> ranges(Path file, Set<String> owners) {
        return lines(file).stream().map(line -> line.strip().split(":", -1))
                .filter(fields -> fields.length == 3 && owners.contains(fields[0]) && isNumber(fields[1]) && isNumber(fields[2]))
                .map(fields -> new IdMap.Range(0, Long.parseLong(fields[1]), Long.parseLong(fields[2])))
                .filter(range -> range.count() > 0 && range.outside() > 0 && range.outside() + range.count() - 1 <= HIGHEST)
                .sorted(Comparator.comparingLong(IdMap.Range::outside)).toList();
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,10}");
    }

    /** One after the other from 0 on. */
    private static List<IdMap.Range> mapped(List<IdMap.Range> found, String file, String owner) {
        var ranges = new ArrayList<IdMap.Range>();
        long next = 0;
        for (var range : found) {
            ranges.add(new IdMap.Range(next, range.outside(), range.count()));
            next += range.count();
        }
        if (next < FEWEST) {
            throw new UnavailableException(PROPERTY + ": " + file + " has no range of ids for " + owner + "; give it one, such as "
                    + owner.substring(owner.indexOf(' ') + 1) + ":100000:65536 in /etc/subuid and /etc/subgid, or leave the property empty");
        }
        return ranges;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.ISO_8859_1) : List.of();
        } catch (IOException failure) {
            throw new InternalException("read " + file + ": " + failure, failure);
        }
    }
}
