package io.berth.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step by which an image came to be; oldest first in a config.
 *
 * <p>Source: OCI image-spec 1.1, config.md, "history".
 *
 * @param emptyLayer whether the step made no layer
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record HistoryEntry(
        @JsonProperty("created") @Nullable Instant created,
        @JsonProperty("author") String author,
        @JsonProperty("created_by") String createdBy,
        @JsonProperty("comment") String comment,
        @JsonProperty("empty_layer") boolean emptyLayer) {

    @JsonCreator
    static HistoryEntry of(@JsonProperty("created") @Nullable Instant created, @JsonProperty("author") @Nullable String author,
            @JsonProperty("created_by") @Nullable String createdBy, @JsonProperty("comment") @Nullable String comment,
            @JsonProperty("empty_layer") boolean emptyLayer) {
        return new HistoryEntry(created, author == null ? "" : author, createdBy == null ? "" : createdBy,
                comment == null ? "" : comment, emptyLayer);
    }
}
