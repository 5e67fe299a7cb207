package io.berth.log;

import java.time.Instant;

/**
 * The log of a container that was removed.
 *
 * @param id the container's
 * @param name that it had
 * @param image that it was made of, as it was named
 * @param removed when it was
 */
public record KeptLog(String id, String name, String image, Instant created, Instant removed) {}
