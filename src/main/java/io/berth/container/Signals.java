package io.berth.container;

import io.berth.error.InvalidArgumentException;
import java.util.List;
import java.util.Locale;

/** Names and numbers of signals: signal(7), Linux on x86 and ARM. */
public final class Signals {

    public static final int SIGHUP = 1;
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;
    private static final int SIGRTMIN = 34;
    private static final int SIGRTMAX = 64;
    private static final List<String> NAMES = List.of("HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
            "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM",
            "PROF", "WINCH", "IO", "PWR", "SYS");

    private Signals() {}

    /** Reads {@code SIGKILL}, {@code KILL}, {@code 9} or {@code RTMIN+1}, any case. */
    public static int parse(String text) {
        var name = text.strip().toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        int number = switch (name) {
            case "IOT" -> 6;
            case "POLL" -> NAMES.indexOf("IO") + 1;
            case "CLD" -> NAMES.indexOf("CHLD") + 1;
            default -> NAMES.indexOf(name) + 1;
        };
        if (number == 0) {
            number = name.startsWith("RT") ? realTime(name) : number(name);
        }
        if (number < 1 || number > SIGRTMAX) {
            throw new InvalidArgumentException("invalid signal: " + text);
        }
        return number;
    }

    /** {@code SIGTERM}; {@code signal 40} for one without a name. */
    public static String name(int number) {
        return number >= 1 && number <= NAMES.size() ? "SIG" + NAMES.get(number - 1) : "signal " + number;
    }

    private static int realTime(String name) {
        if (name.matches("RTMIN(\\+\\d{1,2})?")) {
            return SIGRTMIN + (name.length() == 5 ? 0 : number(name.substring(6)));
        }
        return name.matches("RTMAX(-\\d{1,2})?") ? atLeastFirst(SIGRTMAX - (name.length() == 5 ? 0 : number(name.substring(6)))) : -1;
    }

    private static int atLeastFirst(int number) {
        return number < SIGRTMIN ? -1 : number;
    }

    private static int number(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException malformed) {
            return -1;
        }
    }
}
