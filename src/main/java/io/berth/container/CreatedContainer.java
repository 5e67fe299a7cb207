package io.berth.container;

import java.util.List;

/**
 * A container that was made.
 *
 * @param warnings what of the request this host cannot honour, a sentence each
 */
public record CreatedContainer(Container container, List<String> warnings) {

    public CreatedContainer {
        warnings = List.copyOf(warnings);
    }
}
