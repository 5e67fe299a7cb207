package io.berth.log;

import io.berth.error.InvalidArgumentException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What becomes of logs.
 *
 * @param keptAfterRemoval how long the log of a removed container is kept; 0 for not at all
 * @param keptSize bytes of disk that all logs of removed containers may take; the oldest go first
 */
@ConfigurationProperties("berth.log")
public record LogProperties(@DefaultValue("24h") Duration keptAfterRemoval, @DefaultValue("1GB") DataSize keptSize) {

    public LogProperties {
        if (keptAfterRemoval.isNegative() || keptSize.isNegative()) {
            throw new InvalidArgumentException("berth.log.kept-after-removal and berth.log.kept-size are not to be below 0");
        }
    }
}
