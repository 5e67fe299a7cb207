package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to ask a container whether it is well. Times are nanoseconds, 0 means inherited or default.
 *
 * <p>Source: Docker image specification 1.3, "Healthcheck".
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Healthcheck(
        @JsonProperty("Test") List<String> test,
        @JsonProperty("Interval") long intervalNanos,
        @JsonProperty("Timeout") long timeoutNanos,
        @JsonProperty("StartPeriod") long startPeriodNanos,
        @JsonProperty("StartInterval") long startIntervalNanos,
        @JsonProperty("Retries") int retries) {

    public Healthcheck {
        test = List.copyOf(test);
    }

    @JsonCreator
    static Healthcheck of(@JsonProperty("Test") @Nullable List<String> test, @JsonProperty("Interval") long interval,
            @JsonProperty("Timeout") long timeout, @JsonProperty("StartPeriod") long startPeriod,
            @JsonProperty("StartInterval") long startInterval, @JsonProperty("Retries") int retries) {
        return new Healthcheck(test == null ? List.of() : test, interval, timeout, startPeriod, startInterval, retries);
    }
}
