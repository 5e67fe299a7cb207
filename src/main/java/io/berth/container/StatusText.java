package io.berth.container;

import java.time.Duration;
import java.time.Instant;

/** The sentence on a container's state that clients show untouched: {@code Up 3 minutes}. */
public final class StatusText {

    private StatusText() {}

    /** @param health a word for it; empty when nobody looks at it */
    public static String of(Container container, String health, Instant now) {
        return switch (container.state()) {
            case ContainerState.Created _ -> "Created";
            case ContainerState.Running running -> "Up " + ago(Duration.between(running.since(), now)) + (running.paused() ? " (Paused)" : health.isEmpty() ? "" : " (" + (health.equals("starting") ? "health: starting" : health) + ")");
            case ContainerState.Restarting restarting ->
                "Restarting (" + restarting.code() + ") " + ago(Duration.between(restarting.finishedAt(), now)) + " ago";
            case ContainerState.Dead _ -> "Dead";
            case ContainerState.Exited exited -> "Exited (" + exited.code() + ") " + ago(Duration.between(exited.finishedAt(), now)) + " ago";
        };
    }

    /** A length of time as people say it. */
    static String ago(Duration length) {
        long seconds = Math.max(0, length.toSeconds());
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = length.toMinutes();
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = Math.round(length.toMinutes() / 60.0);
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        long days = hours / 24;
        if (hours < 24 * 7 * 2) {
            return days + " days";
        }
        if (hours < 24 * 30 * 2) {
            return days / 7 + " weeks";
        }
        return hours < 24 * 365 * 2 ? days / 30 + " months" : days / 365 + " years";
    }
}
