package io.berth.operation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a layer of an operation. */
public enum LayerStep {
    @JsonProperty("waits") WAITS(false),
    @JsonProperty("already-there") ALREADY_THERE(false),
    @JsonProperty("downloads") DOWNLOADS(true),
    @JsonProperty("uploads") UPLOADS(true),
    /** All of its bytes have travelled. */
    @JsonProperty("travelled") TRAVELLED(false),
    @JsonProperty("unpacks") UNPACKS(false),
    @JsonProperty("retries") RETRIES(false),
    @JsonProperty("done") DONE(false);

    private final boolean moving;

    LayerStep(boolean moving) {
        this.moving = moving;
    }

    /** Whether its bytes travel. */
    boolean isMoving() {
        return moving;
    }
}
