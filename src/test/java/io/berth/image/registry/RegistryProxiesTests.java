package io.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryProxiesTests {

    private final RegistryProxies proxies = new RegistryProxies("http://user:pw@plain.example:3128", "tls.example:3129", ".corp.example, exact.example,10.0.0.1");

    @ParameterizedTest
    @CsvSource({"https://registry.example/v2/, tls.example, 3129", "http://registry.example/v2/, plain.example, 3128",
        "https://notcorp.example/, tls.example, 3129"})
    void thereIsOneForEachScheme(String target, String host, int port) {
        assertThat(proxies.select(URI.create(target))).containsExactly(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port)));
    }

    @ParameterizedTest
    @CsvSource({"https://a.corp.example/", "https://corp.example/", "https://EXACT.example/", "http://10.0.0.1:5000/", "http://127.0.0.1:5000/",
        "http://localhost/", "https://[::1]:5000/"})
    void someAreReachedDirectly(String target) {
        assertThat(proxies.select(URI.create(target))).containsExactly(Proxy.NO_PROXY);
    }
}
