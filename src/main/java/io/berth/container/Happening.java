package io.berth.container;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened to a container.
 *
 * @param action a word of the Docker Engine API
 * @param attributes further than those that each event of a container has
 */
record Happening(Instant at, String action, Map<String, String> attributes) {}
