package io.berth.auth;

import io.berth.instance.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;

/** A password of 99 random bits, in groups that can be typed from a screen: no letter looks like another or like a digit. */
final class RandomPassword {

    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 5;
    private static final int GROUP = 4;

    private RandomPassword() {}

    static String make() {
        var random = new SecureRandom();
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS * GROUP; i++) {
            if (i > 0 && i % GROUP == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** Makes one and keeps it in a file that only its owner reads; on the disk when this returns. */
    static String storedAt(Path file) throws IOException {
        var password = make();
        DurableFile.write(file, (password + "\n").getBytes(StandardCharsets.UTF_8));
        return password;
    }
}
