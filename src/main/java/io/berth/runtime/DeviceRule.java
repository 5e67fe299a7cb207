package io.berth.runtime;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which devices a cgroup may use: the kernel's "Device Whitelist Controller".
 *
 * @param type a, b or c
 * @param major -1 for any
 * @param minor -1 for any
 * @param access some of {@code rwm}
 */
public record DeviceRule(boolean allow, char type, int major, int minor, String access) {

    private static final Pattern FORM = Pattern.compile("([acb]) ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3})");
    static final int ANY = -1;

    /** What a container may use unless told otherwise: everything is denied before. */
    public static final List<DeviceRule> DEFAULT = List.of(allow('c', ANY, ANY, "m"), allow('b', ANY, ANY, "m"), allow('c', 1, 3, "rwm"),
            allow('c', 1, 5, "rwm"), allow('c', 1, 7, "rwm"), allow('c', 1, 8, "rwm"), allow('c', 1, 9, "rwm"), allow('c', 5, 0, "rwm"),
            allow('c', 5, 1, "rwm"), allow('c', 5, 2, "rwm"), allow('c', 136, ANY, "rwm"));

    private static DeviceRule allow(char type, int major, int minor, String access) {
        return new DeviceRule(true, type, major, minor, access);
    }

    /** Reads {@code c 1:3 rwm}. */
    public static DeviceRule parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new InvalidArgumentException("invalid device cgroup rule format: '" + text + "'");
        }
        return new DeviceRule(true, match.group(1).charAt(0), number(match.group(2), text), number(match.group(3), text), match.group(4));
    }

    private static int number(String text, String rule) {
        try {
            return text.equals("*") ? ANY : Integer.parseInt(text);
        } catch (NumberFormatException tooLarge) {
            throw new InvalidArgumentException("invalid device cgroup rule format: '" + rule + "'", tooLarge);
        }
    }

    /** As the kernel reads it. */
    String text() {
        return type + " " + (major == ANY ? "*" : major) + ":" + (minor == ANY ? "*" : minor) + " " + access;
    }
}
