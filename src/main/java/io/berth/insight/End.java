package io.berth.insight;

import io.berth.container.Container;
import io.berth.container.ContainerState;
import io.berth.container.Signals;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the last run of a container ended.
 *
 * @param exitCode 128 + n for signal n
 * @param error why its last start failed or what else went wrong; empty when nothing did
 * @param why the same for people, in a sentence
 */
public record End(int exitCode, boolean oomKilled, String error, Instant at, String why) {

    private static final int SIGNALLED = 128;
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;

    /** Null while it runs, and when it never has. */
    public static @Nullable End of(Container container) {
        return switch (container.state()) {
            case ContainerState.Exited(var code, var oom, var error, _, var at) -> new End(code, oom, error, at, why(code, oom, error));
            case ContainerState.Restarting(var code, var oom, _, var at) -> new End(code, oom, "", at, why(code, oom, ""));
            case ContainerState.Created _, ContainerState.Running _, ContainerState.Dead _ -> null;
        };
    }

    static String why(int code, boolean oomKilled, String error) {
        if (oomKilled) {
            return "The kernel killed it: its cgroup had reached the memory limit.";
        }
        if (!error.isEmpty()) {
            return "It ended otherwise than by itself: " + error + ".";
        }
        return switch (code) {
            case 0 -> "Its first process ended by itself and reported success.";
            case NOT_EXECUTABLE -> "Its first process ended with code 126: by custom, a program that may not be executed.";
            case NOT_FOUND -> "Its first process ended with code 127: by custom, a program that was not found.";
            default -> code > SIGNALLED ? "Its first process was ended by " + Signals.name(code - SIGNALLED) + " (code " + code + " = 128 + "
                    + (code - SIGNALLED) + ")." : "Its first process ended by itself and reported failure: code " + code + ".";
        };
    }
}
