package io.berth.event;

import java.util.Locale;

/** What an event is about: {@code Type} of the Docker Engine API. */
public enum EventType {
    CONTAINER, IMAGE, VOLUME, NETWORK, DAEMON;

    /** The word of the API: {@code container}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
