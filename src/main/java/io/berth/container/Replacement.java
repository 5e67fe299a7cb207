package io.berth.container;

import java.util.List;

/**
 * What was begun when a container is made anew: written down in the folder of the one that is replaced, until the other one has its place.
 *
 * @param next the container that is to take the place
 * @param before the name that the replaced one has without it
 * @param after the name that the next one is to have
 * @param runs whether it ran, so that the next one is to be started
 */
record Replacement(ContainerId next, String before, String after, boolean runs) {

    String text() {
        return String.join("\n", next.value(), before, after, Boolean.toString(runs)) + "\n";
    }

    static Replacement parse(List<String> lines) {
        return new Replacement(new ContainerId(lines.get(0)), lines.get(1), lines.get(2), Boolean.parseBoolean(lines.get(3)));
    }
}
