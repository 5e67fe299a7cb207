package io.berth.auth;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;

/**
 * How passwords are stored: PBKDF2 with HMAC-SHA-256, 600,000 rounds and a salt of 16 bytes, which the JDK has without a further
 * library (OWASP Password Storage Cheat Sheet). A stored hash names its scheme, so that a stronger one can follow. One check costs
 * some hundred milliseconds of one core; at most two run at once, so that a flood of guesses leaves the machine to its containers.
 */
final class PasswordHash {

    private static final String SCHEME = "pbkdf2-sha256-600k";
    private static final int ROUNDS = 600_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final PasswordEncoder encoder = new DelegatingPasswordEncoder(SCHEME, Map.of(SCHEME,
            new Pbkdf2PasswordEncoder("", SALT_BYTES, ROUNDS, Pbkdf2PasswordEncoder.SecretKeyFactoryAlgorithm.PBKDF2WithHmacSHA256)));
    private final Semaphore cores = new Semaphore(2, true);
    /** What an unknown name is checked against: the answer takes as long as for a known one. It is the hash of nothing, so that it costs none. */
    private final String nobody = ofNobody();

    String of(String password) {
        return encoder.encode(password);
    }

    boolean matches(String password, String hash) {
        cores.acquireUninterruptibly();
        try {
            return encoder.matches(password, hash);
        } finally {
            cores.release();
        }
    }

    void matchNobody(String password) {
        matches(password, nobody);
    }

    /** Salt and hash as the encoder writes them, both by chance. */
    private static String ofNobody() {
        var bytes = new byte[SALT_BYTES + HASH_BYTES];
        new SecureRandom().nextBytes(bytes);
        return "{" + SCHEME + "}" + HexFormat.of().formatHex(bytes);
    }
}
