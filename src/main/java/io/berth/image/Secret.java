package io.berth.image;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A text that is shown nowhere: not as text, not in a log, not as JSON. @param reveal the text itself */
public record Secret(String reveal) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Secret {}

    @JsonValue
    @Override
    public String toString() {
        return "***";
    }
}
