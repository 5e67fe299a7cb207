package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.NotImplementedException;
import java.util.Locale;

/** The transport of a published port. */
public enum Protocol {
    TCP, UDP;

    /** Parses {@code tcp} or {@code udp}, any case. SCTP is refused by name. */
    public static Protocol parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "sctp" -> throw new NotImplementedException("publishing SCTP ports is not supported yet");
            default -> throw new InvalidArgumentException("invalid proto: " + text);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
