package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Options of a tmpfs in a container: tmpfs(5) by a closed list, and flags of mount(8). */
final class TmpfsOptions {

    static final long RDONLY = 0x1;
    static final long NOSUID = 0x2;
    static final long NODEV = 0x4;
    static final long NOEXEC = 0x8;
    static final long NOATIME = 0x10;
    static final long STRICTATIME = 0x20;
    static final long NODIRATIME = 0x80;

    private static final Set<String> FLAGS = Set.of("rw", "ro", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "atime", "noatime",
            "strictatime", "nostrictatime", "relatime", "norelatime", "diratime", "nodiratime", "sync", "async", "dirsync", "mand", "nomand",
            "defaults");
    private static final Pattern VALUE = Pattern.compile("(size|nr_blocks|nr_inodes|mode|uid|gid)=[0-9]+[kmgKMG%]?"
            + "|mpol=[a-z]+([=:][a-z0-9-]+)*");

    private TmpfsOptions() {}

    /** The options as they are; refuses what is not one. */
    static String check(String options) {
        for (String word : words(options)) {
            if (!FLAGS.contains(word) && !VALUE.matcher(word).matches()) {
                throw new InvalidArgumentException("invalid tmpfs option \"" + word + "\"");
            }
        }
        return options;
    }

    /** The options of a mount of the API: of its free ones there are {@code exec} and {@code noexec}. */
    static String of(@Nullable JsonNode asked, boolean readOnly) {
        var words = new ArrayList<String>();
        long size = MountOption.SIZE_BYTES.of(asked).asLong(0);
        if (size != 0) {
            words.add("size=" + size);
        }
        int mode = MountOption.MODE.of(asked).asInt(0);
        if (mode != 0) {
            words.add("mode=" + Integer.toOctalString(mode));
        }
        if (readOnly) {
            words.add("ro");
        }
        MountOption.TMPFS_OPTIONS.of(asked).forEach(option -> words.add(free(option)));
        return check(String.join(",", words));
    }

    private static String free(JsonNode option) {
        if (option.size() < 1 || option.size() > 2) {
            throw new InvalidArgumentException("invalid option array length");
        }
        String word = option.get(0).asString("");
        if (option.size() > 1 || !word.equals("exec") && !word.equals("noexec")) {
            throw new InvalidArgumentException("invalid option: " + word);
        }
        return word;
    }

    /** {@code MOUNT_ATTR_} flags; by default no devices, no setuid bits, no programs. */
    static long attributes(String options) {
        long flags = NOSUID | NODEV | NOEXEC;
        for (String word : words(options)) {
            flags = switch (word) {
                case "ro" -> flags | RDONLY;
                case "rw" -> flags & ~RDONLY;
                case "suid" -> flags & ~NOSUID;
                case "dev" -> flags & ~NODEV;
                case "exec" -> flags & ~NOEXEC;
                case "nosuid" -> flags | NOSUID;
                case "nodev" -> flags | NODEV;
                case "noexec" -> flags | NOEXEC;
                case "noatime" -> flags | NOATIME;
                case "strictatime" -> flags | STRICTATIME;
                case "nodiratime" -> flags | NODIRATIME;
                default -> flags;
            };
        }
        return flags;
    }

    /** What goes to the file system itself. */
    static String values(String options) {
        var values = new ArrayList<>(words(options).stream().filter(word -> word.indexOf('=') > 0).toList());
        if (values.stream().noneMatch(word -> word.startsWith("mode="))) {
            values.add("mode=1777");
        }
        return String.join(",", values);
    }

    private static List<String> words(String options) {
        return options.isEmpty() ? List.of() : List.of(options.split(","));
    }
}
