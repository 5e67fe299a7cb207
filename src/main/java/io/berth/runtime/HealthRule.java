package io.berth.runtime;

import java.time.Duration;

/**
 * When a shim looks at its container's health.
 *
 * @param startPeriod in which failures do not count until there was a success
 * @param startInterval between probes in the start period, as long as there was no success
 * @param retries failures in a row that make it unhealthy, at least 1
 */
public record HealthRule(Duration interval, Duration timeout, Duration startPeriod, Duration startInterval, int retries) {}
