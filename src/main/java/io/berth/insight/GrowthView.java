package io.berth.insight;

import java.time.Instant;

/**
 * What a running container holds in its own layer alone.
 *
 * @param bytes of files there
 * @param whole whether all of the layer was looked at; else it is this much at least
 * @param growing whether it has become more in the last minutes
 */
public record GrowthView(String id, long bytes, boolean whole, boolean growing, Instant measuredAt) {}
