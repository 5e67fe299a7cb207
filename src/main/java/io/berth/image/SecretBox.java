package io.berth.image;

import io.berth.error.ConflictException;
import io.berth.error.InternalException;
import io.berth.instance.DurableFile;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Closes secrets with a key of this instance: AES-256-GCM (NIST SP 800-38D) with a random nonce each, bound to a place where alone they can
 * be opened. The key is a file that only its owner reads, made when it is first needed. For one thread at a time.
 */
final class SecretBox {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";

    private final Path file;
    private final SecureRandom random = new SecureRandom();

    SecretBox(Path file) {
        this.file = file;
    }

    /** Nonce, text and tag in Base64. */
    String close(String secret, String place) {
        SecretKeySpec key = key();
        try {
            var nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key == null ? newKey() : key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
            byte[] closed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(ByteBuffer.allocate(nonce.length + closed.length).put(nonce).put(closed).array());
        } catch (GeneralSecurityException impossible) {
            throw new InternalException("encrypt a secret: " + impossible.getMessage(), impossible);
        }
    }

    /** @throws ConflictException the key is gone or another one, or this was not closed for this place */
    String open(String closed, String place) {
        SecretKeySpec key = key();
        if (key == null) {
            throw new ConflictException("the key " + file + " is gone or damaged");
        }
        try {
            var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(closed));
            var nonce = new byte[NONCE_BYTES];
            bytes.get(nonce);
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
            return new String(cipher.doFinal(bytes.array(), NONCE_BYTES, bytes.remaining()), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException | BufferUnderflowException wrong) {
            throw new ConflictException("it was encrypted with another key than " + file + " has", wrong);
        }
    }

    /** Null when there is none, or what is there is none. */
    private @Nullable SecretKeySpec key() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return bytes.length == KEY_BYTES ? new SecretKeySpec(bytes, "AES") : null;
        } catch (NoSuchFileException none) {
            return null;
        } catch (IOException failure) {
            throw new InternalException("read the key " + file + ": " + failure.getMessage(), failure);
        }
    }

    private SecretKeySpec newKey() {
        var bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        try {
            DurableFile.write(file, bytes);
        } catch (IOException failure) {
            throw new InternalException("write the key " + file + ": " + failure.getMessage(), failure);
        }
        return new SecretKeySpec(bytes, "AES");
    }
}
