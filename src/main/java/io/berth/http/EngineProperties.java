package io.berth.http;

import io.berth.instance.Instance;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Engine API.
 *
 * @param socket where it listens; {@code <run-root>/docker.sock} unless said otherwise
 * @param registryMirrors registries that are asked before Docker Hub
 * @param insecureRegistries registries that may be spoken to without TLS
 */
@ConfigurationProperties("berth.engine")
public record EngineProperties(@Nullable Path socket, @DefaultValue List<String> registryMirrors, @DefaultValue List<String> insecureRegistries) {

    public EngineProperties {
        registryMirrors = List.copyOf(registryMirrors);
        insecureRegistries = List.copyOf(insecureRegistries);
    }

    Path socketOf(Instance instance) {
        return socket == null ? instance.runRoot().resolve("docker.sock") : socket;
    }
}
