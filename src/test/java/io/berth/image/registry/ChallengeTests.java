package io.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTests {

    @Test
    void parametersAreRead() {
        assertThat(Challenge.parse("Bearer realm=\"https://auth.example.org/token\",service=\"registry, of mine\",scope=\"repository:a/b:pull,push\""))
                .containsExactly(new Challenge("bearer", Map.of("realm", "https://auth.example.org/token", "service", "registry, of mine",
                        "scope", "repository:a/b:pull,push")));
        assertThat(Challenge.parse("BASIC Realm=\"say \\\"it\\\"\", charset=UTF-8")).containsExactly(
                new Challenge("basic", Map.of("realm", "say \"it\"", "charset", "UTF-8")));
    }

    @Test
    void severalAreRead() {
        assertThat(Challenge.parse("Negotiate, Basic realm=x")).containsExactly(new Challenge("negotiate", Map.of()),
                new Challenge("basic", Map.of("realm", "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "\"", ",,,", "Bearer =\"x\"", "Bearer realm=\"never ends"})
    void whatCannotBeReadEndsIt(String text) {
        assertThat(Challenge.parse(text)).allSatisfy(challenge -> assertThat(challenge.parameter("realm")).isEmpty());
    }
}
