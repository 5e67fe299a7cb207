package io.berth.event;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A fact: something has changed.
 *
 * @param sequence its number in the journal, rising; a number may be missing
 * @param at when it happened
 * @param action a word of the Docker Engine API: {@code create}, {@code start}, {@code exec_create: sh -c true}
 * @param subject id or name of the thing that it happened to
 * @param attributes what clients want to know about the thing, sorted
 */
public record EngineEvent(long sequence, Instant at, EventType type, String action, String subject, Map<String, String> attributes) {

    public EngineEvent {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }
}
