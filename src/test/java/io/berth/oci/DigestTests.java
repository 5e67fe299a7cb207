package io.berth.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.error.InvalidArgumentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTests {

    private static final String HELLO = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    @Test
    void textComesBackAsItWas() {
        assertThat(Digest.parse(HELLO)).hasToString(HELLO);
        assertThat(Digest.parse(HELLO).shortHex()).isEqualTo("2cf24dba5fb0");
    }

    @Test
    void contentHasItsDigest() {
        assertThat(Digest.of("hello".getBytes(StandardCharsets.UTF_8))).hasToString(HELLO);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "sha256", "sha256:", "sha256:abc", "sha256:../../x", "md5:d41d8cd98f00b204e9800998ecf8427e",
        "SHA256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "sha256:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
        "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982\n",
        "sha512:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        "sha256:../../../../../../../../../../../../../../../../../../../etc/passwd"
    })
    void everythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(InvalidArgumentException.class)
                .hasMessageStartingWith("invalid digest: ");
    }
}
