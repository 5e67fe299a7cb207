package io.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

class ErrorsTests {

    private static RegistryException of(int status, String challenge, String body) {
        var response = new BasicClassicHttpResponse(status);
        if (!challenge.isEmpty()) {
            response.setHeader("WWW-Authenticate", challenge);
        }
        return Errors.of(response, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theRegistrysOwnWordsAreKept() {
        assertThat(of(403, "", "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"quota\\n exceeded\"}]}")).hasMessage("denied: quota  exceeded");
        assertThat(of(500, "", "<html>")).hasMessage("received unexpected HTTP status: 500");
    }

    @Test
    void answersWithoutWordsGetDockers() {
        assertThat(of(401, "", "")).hasMessage("unauthorized: authentication required");
        assertThat(of(403, "", "")).hasMessage("denied: requested access to the resource is denied");
        assertThat(of(429, "", "<html>")).hasMessage("toomanyrequests: too many requests");
    }

    @Test
    void aTokenForTooLittleIsADenial() {
        assertThat(of(401, "Bearer realm=\"https://a/token\",error=\"insufficient_scope\"",
                "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}"))
                .hasMessage("denied: requested access to the resource is denied");
    }

    @Test
    void anUploadThatIsGoneCanBeBegunAnew() {
        assertThat(of(404, "", "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}").isOfUpload()).isTrue();
        assertThat(of(416, "", "").isOfUpload()).isTrue();
        assertThat(of(403, "", "").isOfUpload()).isFalse();
    }
}
