package io.berth.instance;

import java.security.SecureRandom;
import java.util.HexFormat;

/** New ids, as Docker gives them to containers, networks, endpoints, execs and anonymous volumes: 64 lower-case hex digits. Safe for many threads. */
public final class RandomId {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private RandomId() {}

    public static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
