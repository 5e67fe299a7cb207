package io.berth.network.dns;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;

/** What all served containers share. Used by the loop's thread. */
final class Common {

    private final Loop loop;
    private final Limits limits;
    private final Supplier<List<InetSocketAddress>> hostResolvers;
    private final SecureRandom random = new SecureRandom();
    private int inFlight;

    Common(Loop loop, Limits limits, Supplier<List<InetSocketAddress>> hostResolvers) {
        this.loop = loop;
        this.limits = limits;
        this.hostResolvers = hostResolvers;
    }

    Loop loop() {
        return loop;
    }

    Limits limits() {
        return limits;
    }

    List<InetSocketAddress> hostResolvers() {
        return hostResolvers.get();
    }

    /** An id that nobody can guess from those before. */
    int messageId() {
        return random.nextInt(1 << 16);
    }

    boolean takeInFlight() {
        if (inFlight >= limits.allInFlight()) {
            return false;
        }
        inFlight++;
        return true;
    }

    void giveInFlight() {
        inFlight--;
    }
}
