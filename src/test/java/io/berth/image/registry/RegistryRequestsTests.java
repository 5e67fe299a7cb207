package io.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistryRequestsTests {

    private final RegistryHost registry = RegistryHost.of("registry.example.org", false);
    private final RegistryRequests requests =
            new RegistryRequests(registry, new RegistryHttp(registry, Trust.everyone(), new RegistryProxies("", "", ""), Duration.ofSeconds(2)), null);

    private URI follow(String from, String location) throws IOException {
        return requests.follow(URI.create(from), location);
    }

    @Test
    void placesMayBeRelative() throws IOException {
        assertThat(follow("https://registry.example.org/v2/a/blobs/uploads/", "/v2/a/blobs/uploads/1?state=x%2Fy"))
                .hasToString("https://registry.example.org/v2/a/blobs/uploads/1?state=x%2Fy");
        assertThat(follow("http://registry.example.org/v2/a/blobs/uploads/", "1")).hasToString("http://registry.example.org/v2/a/blobs/uploads/1");
        assertThat(follow("http://registry.example.org/v2/", "https://elsewhere.example.org/1")).hasToString("https://elsewhere.example.org/1");
    }

    @Test
    void placesWithoutTlsAreRefusedToThoseWhoHadIt() {
        assertThatThrownBy(() -> follow("https://registry.example.org/v2/", "http://registry.example.org/v2/1")).isInstanceOf(IOException.class)
                .hasMessageContaining("TLS would be lost");
        assertThatThrownBy(() -> follow("http://registry.example.org/v2/", "file:///etc/passwd")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> follow("http://registry.example.org/v2/", "http://user:word@registry.example.org/")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> follow("http://registry.example.org/v2/", "http://a b/")).isInstanceOf(IOException.class);
    }
}
