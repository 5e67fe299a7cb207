package io.berth.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A console as its owner sees it. Immutable.
 *
 * @param id names the run of the service that it belongs to, too
 * @param program what runs in it: the path of a shell
 * @param toolbox whether it brought tools with it
 * @param user as asked for; empty for the container's
 * @param workingDir as asked for; empty for the container's
 * @param state {@code running} or {@code ended}
 * @param exitCode of the program; null while it runs, and when nobody saw it
 * @param why {@code program}, {@code container}, {@code closed} or {@code left} (nobody came back in time); null while it runs
 * @param clients how many look at it
 * @param endsAt when it will end, or be forgotten when it has ended, unless somebody comes; null while somebody looks at it
 */
public record ConsoleView(String id, String containerId, String containerName, String program, boolean toolbox, String user, String workingDir,
        String state, @Nullable Integer exitCode, @Nullable String why, Instant startedAt, int clients, @Nullable Instant endsAt) {}
