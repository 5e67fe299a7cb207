package io.berth.engineapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.image.PushListener.Step;
import io.berth.oci.Digest;
import io.berth.oci.ImageReference;
import java.io.UnsupportedEncodingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class PushStreamTests {

    private static final Digest LAYER = Digest.sha256("0123456789abcdef".repeat(4));

    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final PushStream stream = new PushStream(response);

    private List<String> lines() throws UnsupportedEncodingException {
        return response.getContentAsString().lines().toList();
    }

    @Test
    void layersGoByTheirPlainDigestInDockersWords() throws UnsupportedEncodingException {
        stream.begins(ImageReference.parse("busybox:1"));
        stream.layer(LAYER, Step.PREPARES, 0, 0);
        stream.layer(LAYER, Step.WAITS, 0, 0);
        stream.layer(LAYER, Step.PUSHES, 500, 1000);
        stream.layer(LAYER, Step.PUSHES, 1000, 1000);
        stream.mounted(LAYER, "library/alpine");
        assertThat(lines()).containsExactly("{\"status\":\"The push refers to repository [docker.io/library/busybox]\"}",
                "{\"status\":\"Preparing\",\"progressDetail\":{},\"id\":\"0123456789ab\"}",
                "{\"status\":\"Waiting\",\"progressDetail\":{},\"id\":\"0123456789ab\"}",
                "{\"status\":\"Pushing\",\"progressDetail\":{\"current\":500,\"total\":1000},\"progress\":\"[=========================>                        ]  500B/1kB\",\"id\":\"0123456789ab\"}",
                "{\"status\":\"Pushing\",\"progressDetail\":{\"current\":1000,\"total\":1000},\"progress\":\"[==================================================]  1kB/1kB\",\"id\":\"0123456789ab\"}",
                "{\"status\":\"Mounted from library/alpine\",\"progressDetail\":{},\"id\":\"0123456789ab\"}");
    }

    @Test
    void nothingIsRepeatedBeforeItHasBegun() throws UnsupportedEncodingException {
        stream.waits();
        assertThat(stream.hasBegun()).isFalse();
        assertThat(lines()).isEmpty();
    }
}
