package io.berth.http;

import io.berth.instance.Instance;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The Engine API.
 *
 * @param socket where it listens; {@code <run-root>/docker.sock} unless said otherwise
 */
@ConfigurationProperties("berth.engine")
public record EngineProperties(@Nullable Path socket) {

    Path socketOf(Instance instance) {
        return socket == null ? instance.runRoot().resolve("docker.sock") : socket;
    }
}
