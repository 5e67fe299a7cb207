package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.berth.error.InvalidArgumentException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest of content: algorithm and lower-case hex. The grammar is strict since digests become file names.
 *
 * <p>Source: OCI image-spec 1.1, descriptor.md, "Digests".
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

    /** The registered algorithms. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String label;
        private final String javaName;
        private final int hexLength;

        Algorithm(String label, String javaName, int hexLength) {
            this.label = label;
            this.javaName = javaName;
            this.hexLength = hexLength;
        }

        /** The name in a digest's text: {@code sha256}. */
        public String label() {
            return label;
        }

        public int hexLength() {
            return hexLength;
        }

        /** A new computation of this algorithm. */
        public MessageDigest newMessageDigest() {
            try {
                var quick = NativeDigests.find(javaName);
                return quick.isPresent() ? quick.get() : MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has " + javaName, e);
            }
        }
    }

    public Digest {
        if (hex.length() != algorithm.hexLength || !isLowerHex(hex)) {
            throw new InvalidArgumentException("invalid digest: " + Texts.shown(algorithm.label + ":" + hex));
        }
    }

    /** Reads {@code sha256:<64 lower-case hex digits>} or its sha512 sister; anything else is an invalid argument. */
    @JsonCreator
    public static Digest parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            String prefix = algorithm.label + ":";
            if (text.startsWith(prefix)) {
                return new Digest(algorithm, text.substring(prefix.length()));
            }
        }
        throw new InvalidArgumentException("invalid digest: " + Texts.shown(text));
    }

    /** The digest of 64 hex digits that are known to be of SHA-256. */
    public static Digest sha256(String hex) {
        return new Digest(Algorithm.SHA256, hex);
    }

    /** The SHA-256 of these bytes. */
    public static Digest of(byte[] content) {
        return finish(Algorithm.SHA256, Algorithm.SHA256.newMessageDigest(), content);
    }

    /** Ends a computation of {@code algorithm}. */
    public static Digest of(Algorithm algorithm, MessageDigest finished) {
        return new Digest(algorithm, HexFormat.of().formatHex(finished.digest()));
    }

    private static Digest finish(Algorithm algorithm, MessageDigest computation, byte[] content) {
        return new Digest(algorithm, HexFormat.of().formatHex(computation.digest(content)));
    }

    /** The first 12 hex digits, as people see an id. */
    public String shortHex() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    @Override
    @JsonValue
    public String toString() {
        return algorithm.label + ":" + hex;
    }

    private static boolean isLowerHex(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    }
}
