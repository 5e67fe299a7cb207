package io.berth.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where images come from and go to.
 *
 * @param mirrors registries that are asked before Docker Hub, as {@code host[:port]} or with {@code http://} or {@code https://}
 * @param insecure registries, as {@code host[:port]}, whose certificates are not checked and that may be spoken to without TLS; those on
 *     a loopback address are by rule
 * @param certificates a folder with a folder for each registry, {@code host:port}, in which the files {@code *.crt} are further authorities
 * @param parallel layers that are fetched at the same time, of all images together, and as many that are sent
 * @param silence how long a registry may send or take nothing in the middle of a transfer; ten times that when it has all of a layer and is to
 *     say so, since it reads it again
 * @param httpProxy the proxy for registries that are spoken to without TLS; empty for none
 * @param httpsProxy the proxy for all others
 * @param noProxy hosts and domains that are reached directly, with commas between them
 */
@ConfigurationProperties("berth.registry")
public record RegistryProperties(@DefaultValue List<String> mirrors, @DefaultValue List<String> insecure,
        @DefaultValue("/etc/berth/certs.d") Path certificates, @DefaultValue("3") int parallel,
        @DefaultValue("60s") Duration silence, @DefaultValue("") String httpProxy,
        @DefaultValue("") String httpsProxy, @DefaultValue("") String noProxy) {

    public RegistryProperties {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
        if (!silence.isPositive()) {
            throw new IllegalArgumentException("berth.registry.silence must be longer than 0");
        }
    }
}
