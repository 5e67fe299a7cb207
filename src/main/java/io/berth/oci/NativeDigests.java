package io.berth.oci;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Digests by native code. The Java platform's own are as quick only once the JVM's second compiler has seen to them, which it does not where it is
 * left out for the sake of a short start ({@code -XX:TieredStopAtLevel=1}): a tenth of the speed.
 */
final class NativeDigests {

    private static final AmazonCorrettoCryptoProvider PROVIDER = AmazonCorrettoCryptoProvider.INSTANCE;

    private NativeDigests() {}

    /** Empty where the native code does not run: another processor, another C library, nowhere to unpack it. */
    static Optional<MessageDigest> find(String algorithm) {
        if (PROVIDER.getLoadingError() != null) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageDigest.getInstance(algorithm, PROVIDER));
        } catch (NoSuchAlgorithmException missing) {
            return Optional.empty();
        }
    }
}
