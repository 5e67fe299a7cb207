package io.berth.console;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of what a busybox has in it, read from the program as data: it keeps them as one list, each ended by a zero byte, in the order
 * of their bytes. Source: busybox, applets/applet_tables.c.
 */
final class Applets {

    private static final Pattern NAME = Pattern.compile("[a-z0-9\\[][a-z0-9\\[_.+-]{0,30}");

    private static final int NAME_LIMIT = 31;

    private Applets() {}

    /** The longest ordered run of names with {@code sh} among them; empty when there is none. */
    static List<String> in(byte[] program) {
        List<String> best = List.of();
        List<String> run = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < program.length; at++) {
            if (program[at] != 0) {
                continue;
            }
            var name = at - start > NAME_LIMIT ? "" : new String(program, start, at - start, StandardCharsets.ISO_8859_1);
            start = at + 1;
            boolean fits = NAME.matcher(name).matches();
            if (!fits || !run.isEmpty() && run.getLast().compareTo(name) >= 0) {
                best = better(best, run);
                run = new ArrayList<>();
            }
            if (fits) {
                run.add(name);
            }
        }
        return better(best, run);
    }

    private static List<String> better(List<String> best, List<String> run) {
        return run.size() > best.size() && run.contains("sh") ? List.copyOf(run) : best;
    }
}
