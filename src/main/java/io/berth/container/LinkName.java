package io.berth.container;

import io.berth.error.InvalidArgumentException;

/**
 * An entry of {@code Links}: another container under a name of its own.
 *
 * @param container id or name as asked, or the full id once it is part of a container
 */
record LinkName(String container, String alias) {

    /** Reads {@code X}, {@code X:ALIAS}, and {@code /X:/PARENT/ALIAS} as inspect tells it. */
    static LinkName parse(String text) {
        if (text.isEmpty()) {
            throw new InvalidArgumentException("empty string specified for links");
        }
        String[] parts = text.split(":", -1);
        if (parts.length > 2) {
            throw new InvalidArgumentException("bad format for links: " + text);
        }
        boolean told = parts.length == 2 && parts[0].startsWith("/");
        var link = new LinkName(told ? parts[0].substring(1) : parts[0],
                parts.length == 1 ? parts[0] : told ? parts[1].substring(parts[1].lastIndexOf('/') + 1) : parts[1]);
        // It stands in a line of /etc/hosts and in names of variables.
        if (link.container.isEmpty() || !link.alias.matches("[a-zA-Z0-9_][a-zA-Z0-9_.-]*")) {
            throw new InvalidArgumentException("bad format for links: " + text);
        }
        return link;
    }

    /** As it is kept. */
    String text() {
        return container + ":" + alias;
    }
}
