package io.berth.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.test.util.ReflectionTestUtils;

class PasswordHashTests {

    private final PasswordHash hash = new PasswordHash();

    @Test
    void passwordMatchesItsHashAlone() {
        var stored = hash.of("correct horse");

        assertThat(hash.matches("correct horse", stored)).isTrue();
        assertThat(hash.matches("correct horsf", stored)).isFalse();
    }

    /** What is shorter, or of another scheme, would be refused without the rounds, and the time would tell that there is no such account. */
    @Test
    void hashOfNobodyLooksLikeEveryOther() {
        var nobody = (String) ReflectionTestUtils.getField(hash, "nobody");

        assertThat(nobody).hasSameSizeAs(hash.of("any")).startsWith(hash.of("any").substring(0, 20));
        assertThat(hash.matches("", nobody)).isFalse();
    }
}
