package io.berth.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A process that is run, or is to be run, in a running container. Immutable.
 *
 * @param id 64 hex digits
 * @param pid on the host; 0 before its start
 * @param exitCode null until it has ended
 * @param finishedAt null until it has ended
 */
public record Exec(String id, ExecSpec spec, boolean started, int pid, @Nullable Integer exitCode, @Nullable Instant finishedAt) {

    public boolean isRunning() {
        return started && exitCode == null;
    }
}
