package io.berth.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * AppArmor of this host's kernel. Which profiles are loaded is the administrator's: none is loaded from here, Docker's
 * {@code docker-default} neither.
 */
public final class AppArmor {

    private static final Path SWITCH = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final String ATTRIBUTES = "/proc/thread-self/attr";
    /** For tests: a folder in the place of the kernel's, and with it the kernel counts as one that has AppArmor. */
    private static final String STAND_IN = System.getProperty("berth.test.apparmor", "");
    private static final boolean ENABLED = !STAND_IN.isEmpty() || isOn();

    private AppArmor() {}

    public static boolean isEnabled() {
        return ENABLED;
    }

    /** Has the program run under a profile; a start fails when it is not loaded. */
    public static LaunchOp confine(String profile) {
        return new LaunchOp.AppArmor(profile, Path.of(STAND_IN.isEmpty() ? ATTRIBUTES : STAND_IN));
    }

    private static boolean isOn() {
        try {
            return Files.readString(SWITCH).startsWith("Y");
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + SWITCH, failure);
        }
    }
}
