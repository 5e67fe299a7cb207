package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Set;

/**
 * The third part of {@code source:destination:mode}.
 *
 * @param text as given
 * @param propagation empty when it is not said
 * @param noCopy a volume stays empty
 * @param isMapped the owner of the source is the container's user inside
 */
record MountMode(String text, boolean writable, String propagation, boolean noCopy, boolean isMapped) {

    static final Set<String> PROPAGATIONS = Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

    /** Of each kind there is one at most. Labels are for SELinux; consistency is of file systems that are shared with a virtual machine. */
    private static final List<Set<String>> KINDS = List.of(Set.of("ro", "rw"), Set.of("z", "Z"), PROPAGATIONS, Set.of("nocopy"),
            Set.of(MountPoint.IDMAP), Set.of("default", "consistent", "cached", "delegated"));

    /** Whether all of its words are known. */
    static boolean isMode(String text) {
        var words = words(text);
        return words.stream().allMatch(word -> KINDS.stream().anyMatch(kind -> kind.contains(word)))
                && KINDS.stream().allMatch(kind -> words.stream().filter(kind::contains).count() <= 1);
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    }

    static MountMode parse(String text) {
        if (!isMode(text)) {
            throw new InvalidArgumentException("invalid mode: " + text);
        }
        var words = words(text);
        return new MountMode(text, !words.contains("ro"), words.stream().filter(PROPAGATIONS::contains).findFirst().orElse(""),
                words.contains("nocopy"), words.contains(MountPoint.IDMAP));
    }
}
