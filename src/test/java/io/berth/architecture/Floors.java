package io.berth.architecture;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which module may import which: the plan of the house as data. A module that is not listed here may not exist. */
final class Floors {

    /** Ground modules, lowest first: each may import those before it. */
    private static final List<String> GROUND =
            List.of("error", "json", "instance", "oci", "ffi", "event", "operation", "archive", "files");
    private static final Set<String> RESOURCES =
            Set.of("storage", "image", "volume", "network", "log", "runtime");
    /** The few steps sideways between resources. */
    private static final Map<String, Set<String>> SIDEWAYS =
            Map.of("image", Set.of("storage"), "runtime", Set.of("log"));
    private static final Set<String> WORK =
            Set.of("build", "stack", "stats", "insight", "disk", "backup", "console");
    /** People and machines: they stand on the ground alone. */
    private static final Set<String> PEOPLE = Set.of("auth", "audit", "host");
    private static final Set<String> DOORS = Set.of("engineapi", "adminapi", "live", "web");

    private Floors() {}

    static Set<String> modules() {
        return Stream.of(GROUND, RESOURCES, Set.of("container", "http"), WORK, PEOPLE, DOORS)
                .flatMap(Collection::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The modules that {@code module} may import. */
    static Set<String> allowedFor(String module) {
        if (GROUND.contains(module)) {
            return Set.copyOf(GROUND.subList(0, GROUND.indexOf(module)));
        }
        if (RESOURCES.contains(module)) {
            return union(GROUND, SIDEWAYS.getOrDefault(module, Set.of()));
        }
        if (PEOPLE.contains(module)) {
            return Set.copyOf(GROUND);
        }
        if (module.equals("container")) {
            return union(GROUND, RESOURCES);
        }
        if (WORK.contains(module)) {
            return union(union(GROUND, RESOURCES), Set.of("container"));
        }
        if (module.equals("http")) {
            return union(GROUND, Set.of("auth"));
        }
        if (DOORS.contains(module)) {
            return union(union(GROUND, RESOURCES), union(Set.of("container", "http"), union(WORK, PEOPLE)));
        }
        throw new IllegalArgumentException("module " + module + " has no place in the house");
    }

    static Set<String> doorsAndHttp() {
        var all = new TreeSet<>(DOORS);
        all.add("http");
        return all;
    }

    private static Set<String> union(Collection<String> first, Collection<String> second) {
        return Stream.concat(first.stream(), second.stream()).collect(Collectors.toUnmodifiableSet());
    }
}
