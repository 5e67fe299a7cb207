package io.berth.image;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What images may cost.
 *
 * @param importLimit the most that an archive may have that is imported, as it comes
 */
@ConfigurationProperties("berth.image")
public record ImageProperties(@DefaultValue("34359738368B") DataSize importLimit) {}
