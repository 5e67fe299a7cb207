package io.berth.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryCredentialsTests {

    private static final byte[] JSON = "{\"username\":\"me\",\"password\":\"ge~h?im>\",\"serveraddress\":\"x\",\"other\":1}".getBytes(StandardCharsets.UTF_8);

    @Test
    void bothAlphabetsAreReadWithAndWithoutPadding() {
        for (var header : new String[] {Base64.getEncoder().encodeToString(JSON), Base64.getUrlEncoder().encodeToString(JSON),
            Base64.getUrlEncoder().withoutPadding().encodeToString(JSON), Base64.getEncoder().withoutPadding().encodeToString(JSON)}) {
            assertThat(RegistryCredentials.parse(header)).isEqualTo(new RegistryCredentials("me", "ge~h?im>", "", ""));
        }
    }

    @Test
    void thePairOfAConfigurationFileIsReadToo() {
        String pair = Base64.getEncoder().encodeToString("me:a:b".getBytes(StandardCharsets.UTF_8));
        String header = Base64.getUrlEncoder().encodeToString(("{\"auth\":\"" + pair + "\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(RegistryCredentials.parse(header)).isEqualTo(new RegistryCredentials("me", "a:b", "", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "e30", "e30=", "%%%", "bm90IEpTT04", "W10=", "bnVsbA==", "eyJhdXRoIjoiJSUifQ=="})
    void nothingAndNonsenseAreNobody(String header) {
        assertThat(RegistryCredentials.parse(header)).isNull();
    }

    @Test
    void whatIsSecretIsNeverShown() {
        assertThat(new RegistryCredentials("me", "hush", "token", "other").toString()).doesNotContain("hush", "token", "other", "me");
    }
}
