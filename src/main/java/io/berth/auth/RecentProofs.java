package io.berth.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for five minutes which password proved right, so that a script that sends it with each request does not pay for the slow
 * hash each time. Kept is an HMAC under a key of this process, never the password. One entry per stored hash: a changed password
 * forgets its proof by itself. Thread-safe.
 */
final class RecentProofs {

    private static final Duration LIFE = Duration.ofMinutes(5);

    private final Clock clock;
    private final SecretKeySpec key;
    private final Map<String, Proof> proofs = new ConcurrentHashMap<>();

    private record Proof(byte[] mac, Instant until) {}

    RecentProofs(Clock clock) {
        this.clock = clock;
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    boolean holds(String hash, String password) {
        var proof = proofs.get(hash);
        return proof != null && clock.instant().isBefore(proof.until()) && MessageDigest.isEqual(proof.mac(), mac(password));
    }

    void remember(String hash, String password) {
        var now = clock.instant();
        proofs.values().removeIf(proof -> !now.isBefore(proof.until()));
        proofs.put(hash, new Proof(mac(password), now.plus(LIFE)));
    }

    private byte[] mac(String password) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("HmacSHA256 is in every JDK", missing);
        }
    }
}
