package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A set of capabilities. Immutable. */
public record CapabilitySet(long mask) {

    private static final Path LAST = Path.of("/proc/sys/kernel/cap_last_cap");
    private static final String EVERY = "ALL";

    /** What a container has unless told otherwise. */
    public static final CapabilitySet DEFAULT = of(Capability.CHOWN, Capability.DAC_OVERRIDE, Capability.FSETID, Capability.FOWNER,
            Capability.MKNOD, Capability.NET_RAW, Capability.SETGID, Capability.SETUID, Capability.SETFCAP, Capability.SETPCAP,
            Capability.NET_BIND_SERVICE, Capability.SYS_CHROOT, Capability.KILL, Capability.AUDIT_WRITE);
    /** All that this kernel has and that we have ourselves: nobody can give what they do not have. */
    public static final CapabilitySet ALL = new CapabilitySet(known());

    public static CapabilitySet of(Capability... capabilities) {
        return new CapabilitySet(Arrays.stream(capabilities).mapToLong(Capability::bit).reduce(0, (all, one) -> all | one));
    }

    /**
     * The set of a container.
     *
     * @param add names with or without {@code CAP_}, any case; {@code ALL} for all
     * @param drop likewise; what is added by name stays
     * @throws InvalidArgumentException {@code invalid CapAdd: unknown capability: "CAP_FOO"}
     */
    public static CapabilitySet of(boolean privileged, List<String> add, List<String> drop) {
        long added = mask(add, "CapAdd");
        long dropped = mask(drop, "CapDrop");
        if (privileged) {
            return ALL;
        }
        boolean addsAll = names(add, EVERY);
        boolean dropsAll = names(drop, EVERY);
        if (addsAll) {
            return new CapabilitySet(ALL.mask & ~(dropsAll ? 0 : dropped));
        }
        long base = dropsAll ? 0 : DEFAULT.mask & ~dropped;
        return new CapabilitySet((base | added) & ALL.mask);
    }

    public boolean contains(Capability capability) {
        return (mask & capability.bit()) != 0;
    }

    /** {@code CAP_CHOWN} and so on, in the kernel's order. */
    public List<String> names() {
        return Arrays.stream(Capability.values()).filter(this::contains).map(Capability::fullName).toList();
    }

    private static boolean names(List<String> names, String wanted) {
        return names.stream().anyMatch(name -> plain(name).equals(wanted));
    }

    private static long mask(List<String> names, String field) {
        long mask = 0;
        for (String name : names) {
            String plain = plain(name);
            if (!plain.equals(EVERY)) {
                mask |= Arrays.stream(Capability.values()).filter(capability -> capability.name().equals(plain)).findFirst()
                        .orElseThrow(() -> new InvalidArgumentException("invalid " + field + ": unknown capability: \"CAP_" + plain + "\"")).bit();
            }
        }
        return mask;
    }

    private static String plain(String name) {
        var upper = name.strip().toUpperCase(Locale.ROOT);
        return upper.startsWith("CAP_") ? upper.substring(4) : upper;
    }

    private static long known() {
        try {
            // Not readString: it reads a file of size 0 byte by byte, and the kernel gives a number only whole.
            int last = Integer.parseInt(Files.readAllLines(LAST).getFirst().strip());
            int count = Math.min(last + 1, Capability.values().length);
            long own = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("CapPrm:")).findFirst()
                    .map(line -> Long.parseUnsignedLong(line.substring("CapPrm:".length()).strip(), 16)).orElse(0L);
            return (1L << count) - 1 & own;
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + LAST, failure);
        }
    }
}
