package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.util.Locale;

/** The transport of a published port. */
public enum Protocol {
    TCP, UDP, SCTP;

    /** Whether the relay of the engine can carry it where the firewall cannot. */
    boolean isRelayed() {
        return this != SCTP;
    }

    /** Parses {@code tcp}, {@code udp} or {@code sctp}, any case. */
    public static Protocol parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "sctp" -> SCTP;
            default -> throw new InvalidArgumentException("invalid proto: " + text);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
