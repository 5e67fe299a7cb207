package io.berth.volume;

import io.berth.error.InvalidArgumentException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Driver options of a local volume, which say what is mounted in its place while it is used: mount(8).
 *
 * @param type of the file system
 * @param device what is mounted
 * @param flags {@code MS_} numbers of mount(2)
 * @param data what the file system itself is told
 */
record LocalOptions(String type, String device, long flags, String data) {

    static final long READ_ONLY = 0x1;
    static final long REMOUNT = 0x20;
    static final long BIND = 0x1000;
    static final long RECURSIVE = 0x4000;

    private static final Set<String> NAMES = Set.of("type", "o", "device", "size");
    private static final Map<String, Long> SET = Map.ofEntries(Map.entry("ro", READ_ONLY), Map.entry("nosuid", 0x2L), Map.entry("nodev", 0x4L),
            Map.entry("noexec", 0x8L), Map.entry("sync", 0x10L), Map.entry("mand", 0x40L), Map.entry("dirsync", 0x80L),
            Map.entry("noatime", 0x400L), Map.entry("nodiratime", 0x800L), Map.entry("bind", BIND), Map.entry("rbind", BIND | RECURSIVE),
            Map.entry("relatime", 0x200000L), Map.entry("strictatime", 0x1000000L));
    private static final Map<String, Long> CLEARED = Map.of("rw", READ_ONLY, "suid", 0x2L, "dev", 0x4L, "exec", 0x8L, "async", 0x10L,
            "nomand", 0x40L, "atime", 0x400L, "diratime", 0x800L, "norelatime", 0x200000L, "nostrictatime", 0x1000000L);
    private static final String DEFAULTS = "defaults";
    private static final String ADDRESS = "addr=";

    /** @throws InvalidArgumentException options that this driver does not know, or that need others */
    static void check(Map<String, String> options) {
        options.keySet().stream().filter(name -> !NAMES.contains(name)).sorted().findFirst().ifPresent(unknown -> {
            throw new InvalidArgumentException("invalid option: \"" + unknown + "\"");
        });
        if (options.containsKey("size")) {
            throw new InvalidArgumentException("quota size requested but no quota support");
        }
        require(options, "device", "type");
        require(options, "type", "device");
        require(options, "o", "device");
        var device = options.getOrDefault("device", "");
        if (areMount(options) && hasWord(options, Set.of("bind", "rbind")) && !device.startsWith("/")) {
            throw new InvalidArgumentException("invalid option: \"device\" of a bind is no absolute path: " + device);
        }
        options.values().stream().filter(value -> value.indexOf('\0') >= 0).findFirst().ifPresent(value -> {
            throw new InvalidArgumentException("invalid option: it holds a NUL");
        });
    }

    private static void require(Map<String, String> options, String name, String needed) {
        if (options.containsKey(name) && !options.containsKey(needed)) {
            throw new InvalidArgumentException("missing required option: \"" + needed + "\"");
        }
    }

    private static boolean hasWord(Map<String, String> options, Set<String> words) {
        return List.of(options.getOrDefault("o", "").split(",")).stream().anyMatch(words::contains);
    }

    /** Whether something is to be mounted. */
    static boolean areMount(Map<String, String> options) {
        return !options.getOrDefault("type", "").isEmpty() || !options.getOrDefault("device", "").isEmpty();
    }

    /** @param options that {@link #check} has accepted, and that are a mount */
    static LocalOptions of(Map<String, String> options) {
        long flags = 0;
        var data = new ArrayList<String>();
        var words = options.getOrDefault("o", "");
        for (String word : words.isEmpty() ? List.<String>of() : List.of(words.split(","))) {
            if (SET.containsKey(word)) {
                flags |= SET.get(word);
            } else if (CLEARED.containsKey(word)) {
                flags &= ~CLEARED.get(word);
            } else if (!word.isEmpty() && !word.equals(DEFAULTS)) {
                data.add(word);
            }
        }
        var type = options.getOrDefault("type", "");
        if (type.equals("nfs") || type.equals("nfs4") || type.equals("cifs")) {
            data.replaceAll(word -> word.startsWith(ADDRESS) ? ADDRESS + address(word.substring(ADDRESS.length())) : word);
        }
        return new LocalOptions(type, options.getOrDefault("device", ""), flags, String.join(",", data));
    }

    boolean isBind() {
        return (flags & BIND) != 0;
    }

    /** The kernel knows no names of hosts. */
    private static String address(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException unknown) {
            throw new InvalidArgumentException("error resolving passed in network volume address: " + host, unknown);
        }
    }
}
