package io.berth.network;

import io.berth.error.InternalException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings below {@code /proc/sys/net} of the calling thread's network namespace. */
final class KernelSettings {

    private static final String ROOT = "/proc/sys/net/";
    private static final int LONGEST = 4096;

    private KernelSettings() {}

    /** Sets a value unless it is set already: the file may be read-only where it needs no change. */
    static void set(String name, String value) {
        try {
            if (get(name).equals(value)) {
                return;
            }
            try (var out = new FileOutputStream(ROOT + name)) {
                out.write(value.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException refused) {
            throw new InternalException("set " + name + " to " + value + ": " + refused.getMessage(), refused);
        }
    }

    private static String get(String name) throws IOException {
        // The kernel gives a setting whole in the first read only.
        try (var in = new FileInputStream(ROOT + name)) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII).strip();
        }
    }

    /** As {@link #set}, of a setting that not every kernel has. */
    static void setIfThere(String name, String value) {
        if (has(name)) {
            set(name, value);
        }
    }

    /** Whether a setting has this value; one that is not there has none. */
    static boolean is(String name, String value) {
        try {
            return has(name) && get(name).equals(value);
        } catch (IOException refused) {
            throw new InternalException("read " + name + ": " + refused.getMessage(), refused);
        }
    }

    /** A folder of settings. */
    static Path folder(String name) {
        return Path.of(ROOT + name);
    }

    /** Raises a number that is lower; one that is not there stays so. */
    static void atLeast(String name, long least) {
        try {
            if (has(name) && Long.parseLong(get(name)) < least) {
                set(name, Long.toString(least));
            }
        } catch (IOException refused) {
            throw new InternalException("read " + name + ": " + refused.getMessage(), refused);
        }
    }

    /** Whether the kernel has a setting: those of IPv6 are missing where it is switched off. */
    static boolean has(String name) {
        return Files.exists(Path.of(ROOT + name));
    }
}
