package io.berth.network;

import java.security.SecureRandom;
import java.util.HexFormat;

/** New ids of networks and endpoints: 64 hex digits. Safe for use by many threads. */
final class EndpointIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private EndpointIds() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
