package io.berth.http;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The TCP door.
 *
 * @param insecure whether {@code server.address} may lie beyond the loopback without TLS
 * @param hosts names beside {@code localhost}, the loopback addresses and {@code server.address} under which browsers reach the
 *     dashboard; a request for any other name is refused, which is what stops DNS rebinding
 */
@ConfigurationProperties("berth.web")
public record WebProperties(@DefaultValue("false") boolean insecure, @DefaultValue List<String> hosts) {

    public WebProperties {
        hosts = List.copyOf(hosts);
    }
}
