package io.berth.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Something that happened to a container.
 *
 * @param action a word of the Docker Engine API
 * @param attributes further than those that each event of a container has
 */
record Happening(Instant at, String action, Map<String, String> attributes) {

    /** What is executed, in the words of an {@code exec_create}: without arguments a space remains at the end, as Docker has it. */
    static String command(List<String> argv) {
        return argv.getFirst() + " " + String.join(" ", argv.subList(1, argv.size()));
    }
}
