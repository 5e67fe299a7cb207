package io.berth.operation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an operation stands; all but {@link #RUNNING} are for good. */
public enum OperationState {
    @JsonProperty("running") RUNNING,
    @JsonProperty("succeeded") SUCCEEDED,
    @JsonProperty("failed") FAILED,
    @JsonProperty("cancelled") CANCELLED
}
