package io.berth.http;

import io.berth.instance.Instance;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Engine API.
 *
 * @param socket where it listens; {@code <run-root>/docker.sock} unless said otherwise
 * @param silence how long a client may send nothing in the middle of a request; attached streams may be silent for ever
 */
@ConfigurationProperties("berth.engine")
public record EngineProperties(@Nullable Path socket, @DefaultValue("10m") Duration silence) {

    public EngineProperties {
        if (silence.toMillis() <= 0 || silence.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("berth.engine.silence must be longer than 0 and at most 24 days");
        }
    }

    Path socketOf(Instance instance) {
        return socket == null ? instance.runRoot().resolve("docker.sock") : socket;
    }
}
