package io.berth.container;

import java.time.Instant;

/**
 * A process of a container.
 *
 * @param pid on the host
 * @param inside its number in the PID namespace that it is in
 * @param parent on the host
 * @param user the name of its effective user on the host, or the number
 * @param uid on the host
 * @param name of the program, as the kernel keeps it
 * @param command the whole line; the name in brackets when it has none
 * @param state what {@code ps} prints: {@code Ss+}
 */
public record ContainerProcess(int pid, int inside, int parent, String user, long uid, String name, String command, String state,
        long residentBytes, long cpuNanos, int threads, Instant startedAt) {}
