package io.berth.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NativeDigestsTests {

    @Test
    void theyAreThoseOfThePlatform() throws Exception {
        var random = new Random(1);
        for (String algorithm : new String[] {"SHA-256", "SHA-512"}) {
            for (int length : new int[] {0, 1, 55, 56, 64, 127, 128, 129, 65_536, 1_000_001}) {
                var content = new byte[length];
                random.nextBytes(content);
                var found = NativeDigests.find(algorithm);
                assertThat(found.isPresent()).as("native code on this machine").isEqualTo(isSupported());
                if (found.isPresent()) {
                    found.get().update(content, 0, length / 3);
                    found.get().update(content, length / 3, length - length / 3);
                    assertThat(found.get().digest()).as("%s of %d bytes", algorithm, length).isEqualTo(MessageDigest.getInstance(algorithm, "SUN").digest(content));
                }
            }
        }
    }

    /** It is linked with the GNU C library. */
    private static boolean isSupported() {
        return Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")) || Files.exists(Path.of("/lib/ld-linux-aarch64.so.1"));
    }

    @Test
    void anAlgorithmThatIsNotThereIsNone() {
        assertThat(NativeDigests.find("none")).isEmpty();
    }
}
