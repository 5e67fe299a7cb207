package io.berth.runtime;

import java.time.Instant;

/** How a process ended: its exit code, or 128 + n when signal n ended it. */
public record Exit(int code, boolean oomKilled, Instant at) {}
