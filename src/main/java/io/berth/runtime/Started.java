package io.berth.runtime;

import java.time.Instant;

/** A process that runs its program; {@code pid} is the host's number. */
public record Started(int pid, Instant at) {}
